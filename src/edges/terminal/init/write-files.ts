import { mkdir, readFile, writeFile } from "node:fs/promises";
import nodePath, { dirname, type PlatformPath } from "node:path";
import type { PlannedFile } from "./render-files.ts";

/** A planned file compared with what is there. */
export type ComparedFile = PlannedFile &
  ({ readonly is: "new" | "same" } | { readonly is: "different"; readonly differences: readonly string[] });

const MAX_LINES = 20;

/** The path of a file of the repository on this machine; `system` is how its paths are written. */
export function placeOf(root: string, path: string, system: PlatformPath = nodePath): string {
  return system.join(root, ...path.split("/"));
}

/** A file's text; undefined if there is none. Throws for what is there and can't be read. */
export async function textAt(root: string, path: string): Promise<string | undefined> {
  try {
    return await readFile(placeOf(root, path), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Compares a planned file with what is there; line ends don't count. */
export async function compared(root: string, file: PlannedFile): Promise<ComparedFile> {
  const there = await textAt(root, file.path);
  if (there === undefined) return { ...file, is: "new" };
  const differences = differencesOf(linesIn(there), linesIn(file.text));
  return differences.length === 0 ? { ...file, is: "same" } : { ...file, is: "different", differences };
}

/** Writes a whole file; without `overwriting` only if there is none. Throws EEXIST if someone else wrote it first. */
export async function writePlanned(root: string, { path, text }: PlannedFile, overwriting: boolean): Promise<void> {
  const place = placeOf(root, path);
  await mkdir(dirname(place), { recursive: true });
  await writeFile(place, text, { flag: overwriting ? "w" : "wx" });
}

function linesIn(text: string): string[] {
  return text.replace(/^\ufeff/, "").split(/\r\n|\n/);
}

/** The lines that only the first has (-) and only the second (+). */
function differencesOf(there: readonly string[], planned: readonly string[]): string[] {
  if (there.join("\n") === planned.join("\n")) return [];
  const gone = there.filter((line) => !planned.includes(line)).map((line) => `- ${line}`);
  const come = planned.filter((line) => !there.includes(line)).map((line) => `+ ${line}`);
  const lines = [...gone, ...come];
  if (lines.length === 0) return ["the same lines in another order or number"];
  return lines.length <= MAX_LINES
    ? lines
    : [...lines.slice(0, MAX_LINES), `and ${lines.length - MAX_LINES} more lines`];
}
