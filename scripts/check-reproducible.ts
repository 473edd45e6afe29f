// Clones HEAD into two new folders with paths of different lengths, installs and builds in each, and compares both with
// the committed dist/ and the checksums of serve/. node scripts/check-reproducible.ts
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { git } from "./git.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "reproducible-"));
try {
  const clones = ["a", join("a folder with", "a longer path")].map((name) => cloned(join(folder, name)));
  const committed = filesIn(clones[0] ?? "");
  const built = clones.map(builtIn);
  const names = [...new Set([committed, ...built].flatMap((files) => [...files.keys()]))].sort();
  const differing = names.filter((name) => built.some((files) => files.get(name) !== committed.get(name)));
  const between = names.filter((name) => built[0]?.get(name) !== built[1]?.get(name));
  for (const name of differing) process.stderr.write(`${name} is not what a clean clone builds\n`);
  for (const name of between) process.stderr.write(`${name} differs between two clean clones\n`);
  if (differing.length > 0) process.exitCode = 1;
  else process.stdout.write(`Two clean clones build what is committed, byte for byte: ${names.length} files\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function cloned(clone: string): string {
  mkdirSync(clone, { recursive: true });
  git(clone, "clone", "--quiet", "--no-hardlinks", root, ".");
  return clone;
}

function builtIn(clone: string): ReadonlyMap<string, string> {
  const options = { cwd: clone, stdio: ["ignore", "ignore", "inherit"] as ("ignore" | "inherit")[] };
  const npm = { ...options, shell: process.platform === "win32" };
  rmSync(join(clone, "dist"), { recursive: true, force: true });
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], npm);
  execFileSync("npm", ["run", "--silent", "build"], npm);
  return filesIn(clone);
}

function filesIn(clone: string): ReadonlyMap<string, string> {
  const names = readdirSync(join(clone, "dist")).map((name) => `dist/${name}`);
  return new Map([...names, "serve.sha256"].map((name) => [name, readFileSync(join(clone, name), "latin1")]));
}
