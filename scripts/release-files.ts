import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { git } from "./git.ts";
import type { Plan } from "./release-plan.ts";

type PackageFile = { readonly files: readonly string[]; readonly [key: string]: unknown };
type Component = { readonly "bom-ref": string; readonly name: string; readonly version: string };
type Dependency = { readonly ref: string; readonly dependsOn?: readonly string[] };
export type Sbom = {
  readonly metadata: { readonly component: Component; readonly [key: string]: unknown };
  readonly components: readonly Component[];
  readonly dependencies: readonly Dependency[];
  readonly [key: string]: unknown;
};

/** What of package.json only those need who work on the sources: everything it depends on is in dist/ and serve/. */
const OURS_ALONE = ["scripts", "dependencies", "devDependencies", "optionalDependencies", "overrides"];

/** Writes a release's files into a new folder: the npm package, the list of what is in it, notes and checksums. */
export function writeReleaseFiles(folder: string, into: string, { notes }: Plan): readonly string[] {
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  const packed = pack(folder, into);
  const commitDate = git(folder, "show", "--no-patch", "--format=%cI", "HEAD");
  const ofServe = execFileSync("tar", ["-xzOf", packed, "package/serve/licenses.txt"], { cwd: into, encoding: "utf8" });
  const licences = [readFileSync(join(folder, "dist/licenses.txt"), "utf8").trimEnd(), ofServe].join(BETWEEN_LICENCES);
  const sbom = bundledOnly(npmSbom(folder), licences);
  const named = { ...sbom.metadata.component, name: "token-budget" };
  const dated = { ...sbom, metadata: { ...sbom.metadata, timestamp: commitDate, component: named } };
  // A name for each time it is made: the same sources give the same bytes without.
  const { serialNumber: _, ...stable } = dated as Sbom & { serialNumber?: string };
  const sbomName = "token-budget.cdx.json";
  writeFileSync(join(into, sbomName), `${JSON.stringify(stable, null, 2)}\n`);
  const sums = [packed, sbomName].map((name) => `${sha256(join(into, name))}  ${name}\n`);
  writeFileSync(join(into, "SHA256SUMS"), sums.join(""));
  writeFileSync(join(into, "notes.md"), `${notes}\n`);
  return readdirSync(into).sort();
}

/** Packs what npm gets, and answers with the archive's name: what is built, and a package.json without dependencies. */
export function pack(folder: string, into: string): string {
  const staging = mkdtempSync(join(tmpdir(), "package-"));
  try {
    const file = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as PackageFile;
    // Built where it is packed: it isn't committed.
    execFileSync(process.execPath, [join(folder, "scripts/build-serve.ts"), join(staging, "serve")]);
    for (const name of [...file.files.filter((one) => one !== "serve"), "README.md", "LICENSE"])
      cpSync(join(folder, name), join(staging, name), { recursive: true });
    const published = Object.fromEntries(Object.entries(file).filter(([key]) => !OURS_ALONE.includes(key)));
    writeFileSync(join(staging, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
    const printed = npm(staging, "pack", "--json", "--ignore-scripts", "--pack-destination", into);
    return (JSON.parse(printed) as [{ filename: string }])[0].filename;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

const BETWEEN_LICENCES = "\n\n--------\n\n";

/** Of all packages that are installed, those in dist/ and serve/, as their licences name them. Throws where one is missing. */
export function bundledOnly(sbom: Sbom, licences: string): Sbom {
  const wanted = new Set(licencesIn(licences).map(({ name, version }) => `${name}@${version}`));
  const components = sbom.components.filter(({ name, version }) => wanted.has(`${name}@${version}`));
  const found = new Set(components.map(({ name, version }) => `${name}@${version}`));
  const missing = [...wanted].filter((name) => !found.has(name));
  if (missing.length > 0) throw new Error(`A program has what is not installed: ${missing.join(", ")}`);
  const kept = new Set([sbom.metadata.component, ...components].map((component) => component["bom-ref"]));
  const dependencies = sbom.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }));
  return { ...sbom, components, dependencies };
}

/** The packages that a licenses.txt names, with the licence each gives itself. */
export function licencesIn(text: string): readonly { name: string; version: string; licence: string }[] {
  return text.split(BETWEEN_LICENCES).map((part) => {
    const [, name = "", version = "", licence = ""] = /^(\S+) (\S+)\n(.*)/.exec(part) ?? [];
    return { name, version, licence };
  });
}

/** All that is installed in a folder, as npm lists it in CycloneDX's format. */
export function npmSbom(folder: string): Sbom {
  return JSON.parse(npm(folder, "sbom", "--sbom-format", "cyclonedx")) as Sbom;
}

function npm(folder: string, ...args: readonly string[]): string {
  const options = { cwd: folder, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 } as const;
  // On Windows npm is a script that only a shell starts; nothing in the arguments comes from outside.
  return execFileSync("npm", args, { ...options, shell: process.platform === "win32" });
}

function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
