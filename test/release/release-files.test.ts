import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { bundledOnly, licencesIn, npmSbom, pack, type Sbom } from "../../scripts/release-files.ts";
import { emptyFolder } from "../support/runner/action.ts";

const LICENCES = [
  "MIT",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "MPL-2.0",
  "OFL-1.1",
  "Unlicense",
];
const bundled = licencesIn(readFileSync("dist/licenses.txt", "utf8"));
const shell = process.platform === "win32";

describe("the npm package", () => {
  let folder: string;
  let archive: string;
  beforeAll(() => {
    folder = emptyFolder("package");
    archive = join(folder, pack(process.cwd(), folder));
  });

  it("has what runs, what describes it, and nothing else", () => {
    const listed = execFileSync("tar", ["-tzf", archive], { encoding: "utf8" });
    const names = listed.trim().split(/\r?\n/).sort();
    const chunks = /^package\/dist\/(?:[\w.-]+\.js|resvg\.wasm|inter-[\w-]+\.woff2)$/;
    expect(names.filter((name) => !chunks.test(name))).toEqual([
      "package/LICENSE",
      "package/README.md",
      "package/action.yml",
      "package/dist/licenses.txt",
      "package/dist/package.json",
      "package/package.json",
      "package/serve/licenses.txt",
      "package/serve/serve.js",
      "package/token-budget-message.schema.json",
      "package/token-budget-output.schema.json",
      "package/token-budget-report.schema.json",
      "package/token-budget.schema.json",
      "package/token_budget.example.json",
    ]);
    expect(names.filter((name) => chunks.test(name))).toEqual(
      expect.arrayContaining(["cli", "main", "post", "usage-reader"].map((name) => `package/dist/${name}.js`)),
    );
  });

  it("has the server with the licenses of what is in it", () => {
    const text = execFileSync("tar", ["-xzOf", archive, "package/serve/licenses.txt"], { encoding: "utf8" });
    const ofServe = licencesIn(text);
    expect(ofServe.map(({ name }) => name)).toEqual(expect.arrayContaining(["hono", "@hono/zod-openapi", "zod"]));
    expect(ofServe.filter(({ licence }) => !LICENCES.includes(licence))).toEqual([]);
    const components = bundledOnly(npmSbom(process.cwd()), text).components;
    expect(components).toHaveLength(ofServe.length);
  });

  it("installs into an empty folder without asking anybody for more, and works there", () => {
    const home = emptyFolder("newcomer");
    const options = { cwd: home, encoding: "utf8", shell } as const;
    execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", archive], options);
    expect(existsSync(join(home, "node_modules", "commander"))).toBe(false);
    const run = (...args: readonly string[]) =>
      execFileSync(process.execPath, [join(home, "node_modules/token-budget/dist/cli.js"), ...args], options);
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(run("--version").trim()).toBe(version);
    run("record", "--cost", "1.5");
    expect(run("status")).toContain("$1.50");
    expect(existsSync(join(home, "node_modules", ".bin", shell ? "token-budget.cmd" : "token-budget"))).toBe(true);
  });
});

describe("what dist/ is made of", () => {
  it("may be passed on, package by package", () => {
    expect(bundled.length).toBeGreaterThan(20);
    expect(bundled.filter(({ licence }) => !LICENCES.includes(licence))).toEqual([]);
  });

  it("stands in the bill of materials, package by package, and nothing else does", () => {
    const sbom = bundledOnly(npmSbom(process.cwd()), readFileSync("dist/licenses.txt", "utf8"));
    expect(sbom["bomFormat"]).toBe("CycloneDX");
    const named = sbom.components.map(({ name, version }) => `${name} ${version}`).sort();
    expect(named).toEqual(bundled.map(({ name, version }) => `${name} ${version}`).sort());
    const known = new Set([sbom.metadata.component, ...sbom.components].map((component) => component["bom-ref"]));
    for (const { ref, dependsOn = [] } of sbom.dependencies)
      for (const each of [ref, ...dependsOn]) expect(known).toContain(each);
  });

  it("can't have a package that isn't installed", () => {
    const component = { "bom-ref": "token-budget@1.0.0", name: "token-budget", version: "1.0.0" };
    const empty: Sbom = { metadata: { component }, components: [], dependencies: [] };
    expect(() => bundledOnly(empty, "left-pad 1.0.0\nMIT\n")).toThrow(/left-pad@1\.0\.0/);
  });
});
