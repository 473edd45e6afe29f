import { execFileSync } from "node:child_process";
import { copyFileSync, globSync, readdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { pack } from "../../scripts/release-files.ts";
import { emptyFolder } from "../support/runner/action.ts";

const shell = process.platform === "win32";
const NAME = shell ? "node.exe" : "node";

/** The Nodes of this machine that the package is for, one of each major version: GitHub's runners have several. */
function nodesHere(): ReadonlyMap<string, string> {
  const onPath = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, NAME));
  const kept = process.env["RUNNER_TOOL_CACHE"];
  const cached = kept === undefined ? [] : globSync([`node/*/*/bin/${NAME}`, `node/*/*/${NAME}`], { cwd: kept });
  const nodes = new Map<string, string>();
  for (const path of [process.execPath, ...onPath, ...cached.map((found) => join(kept ?? "", found))]) {
    const major = majorOf(path);
    if (major !== undefined && Number(major) >= 20 && !nodes.has(major)) nodes.set(major, path);
  }
  return nodes;
}

function majorOf(node: string): string | undefined {
  try {
    return /^v(\d+)/.exec(execFileSync(node, ["--version"], { encoding: "utf8", stdio: "pipe" }))?.[1];
  } catch {
    return undefined;
  }
}

let folder: string;
let archive: string;
beforeAll(() => {
  folder = emptyFolder("packed");
  archive = pack(process.cwd(), folder);
  execFileSync("tar", ["-xzf", archive], { cwd: folder });
});

describe.each([...nodesHere()])("the npm package on Node %s", (_, node) => {
  it("shows a newcomer what init would write, and writes nothing", () => {
    const repository = emptyFolder("repository");
    execFileSync("git", ["init", "--quiet", repository]);
    copyFileSync(join(folder, archive), join(repository, archive));
    const path = [dirname(node), process.env["PATH"]].join(delimiter);
    const env = { ...process.env, PATH: path, npm_config_cache: emptyFolder("npm"), npm_config_offline: "true" };
    const args = ["--yes", `./${archive}`, "init", "--dry-run", "--agent", "claude-code", "--yes"];
    const shown = execFileSync("npx", args, { cwd: repository, env, encoding: "utf8", shell, stdio: "pipe" });
    expect(shown).toContain(".github/workflows/claude-code.yml would be written");
    expect(readdirSync(repository).toSorted()).toEqual([".git", archive]);
  });

  it("checks, records and shows a run in an empty folder", () => {
    const cwd = emptyFolder("empty");
    const cli = join(folder, "package/dist/cli.js");
    const run = (...args: readonly string[]) =>
      execFileSync(node, [cli, ...args], { cwd, encoding: "utf8", stdio: "pipe" });
    expect(run("check")).toContain("$0.0550");
    expect(run("record", "--cost", "1.5")).toContain("$1.50");
    expect(run("status")).toContain("$1.50");
  });
});
