// Builds serve/: the program that `token-budget serve` loads, with the licenses of all that is in it. It is in the npm
// package and nowhere else: the Action never loads it. Only its checksums are committed, in serve.sha256: a release is
// compared with them. node scripts/build-serve.ts [folder]
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { licencesOf } from "./licenses.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The checksums that are committed. */
export const SUMS = join(ROOT, "serve.sha256");

/** Writes the program and the licenses, and returns their checksums as `sha256sum` prints them. */
export async function buildServe(folder: string): Promise<string> {
  const bundle = await rolldown({
    input: { serve: join(ROOT, "src/edges/serve/serve.ts") },
    cwd: ROOT,
    platform: "node",
    // What the programs of dist/ replace is replaced here too.
    tsconfig: join(ROOT, "tsconfig.json"),
    onLog: (level, log) => {
      if (level === "warn") throw new Error(log.message);
    },
  });
  const { output } = await bundle.generate({ format: "esm", minify: true, codeSplitting: false });
  const packages = new Set<string>();
  const files = new Map<string, string>();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of output) {
    if (file.type !== "chunk") throw new Error(`${file.fileName} isn't a program`);
    for (const path of file.moduleIds) packages.add(packageOf(path));
    files.set(file.fileName, file.code);
  }
  packages.delete("");
  files.set("licenses.txt", licencesOf([...packages].sort()));
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  return [...files]
    .map(([name, text]) => `${createHash("sha256").update(text).digest("hex")}  serve/${name}\n`)
    .join("");
}

/** The package that a module is from, "" for our own. */
function packageOf(path: string): string {
  const [, name = ""] = [...path.replaceAll("\\", "/").matchAll(/node_modules\/((?:@[^/]+\/)?[^/?]+)/g)].at(-1) ?? [];
  return name;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , folder] = process.argv;
  const sums = await buildServe(resolve(folder ?? join(ROOT, "serve")));
  if (folder === undefined) writeFileSync(SUMS, sums);
}
