import { randomBytes } from "node:crypto";
import { lstat, mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { FolderDraft, Ports } from "../../commands/operation/ports.ts";
import { showValue } from "../../inputs/show-value.ts";
import { BudgetError } from "../../values/errors.ts";
import { onPath } from "./written-file.ts";

/** Says that a folder is ours, and which of its files are. */
const MARKER = ".token-budget-files.json";
/** No file of ours leads out of the folder. */
const OWN_PATH = /^(?!\.\.?(\/|$))[\w%~.-]+(\/(?!\.\.?(\/|$))[\w%~.-]+)*$/;

/**
 * Writes folders: all files into a temporary one beside, from where each takes its place, so that nothing changes if one
 * can't be made. A folder with files of others is left alone, unless it was written so before; then what others added
 * stays.
 */
export function folderWriter(folder: string, redact: (text: string) => string): Ports["writeFolder"] {
  return async (path, fill) => {
    const place = resolve(folder, path);
    const before = await ownFiles(place, path);
    const unfinished = join(dirname(place), `.${basename(place).slice(0, 100)}.${randomBytes(6).toString("hex")}.tmp`);
    try {
      const draft = folderDraft(unfinished, path, redact);
      await fill(draft);
      const made = [...draft.made];
      await onPath(path, () => mkdir(place, { recursive: true }));
      await mustHaveRoom(place, made, path);
      const take = (file: string) => onPath(path, () => rename(join(unfinished, file), join(place, file)));
      const mark = async (own: Iterable<string>) => {
        await onPath(path, () => writeFile(join(unfinished, MARKER), markerOf(own)));
        await take(MARKER);
      };
      await mark(new Set([...before, ...made]));
      for (const file of made) await take(file);
      const isMade = new Set(made);
      for (const file of before) if (!isMade.has(file)) await removed(place, file);
      await mark(made);
      return made.length;
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  };
}

/** Files without secrets in a folder that nobody looks at yet. */
function folderDraft(folder: string, output: string, redact: (text: string) => string) {
  const made = new Set<string>();
  const folders = new Set<string>();
  const draft: FolderDraft & { readonly made: ReadonlySet<string> } = {
    made,
    write: async ({ path, text, rest = [] }) => {
      if (!OWN_PATH.test(path)) throw new Error(`${path} is no place for a file`);
      const parent = dirname(join(folder, path));
      if (!folders.has(parent)) await onPath(output, () => mkdir(parent, { recursive: true }));
      folders.add(parent);
      const parts = (function* redacted() {
        yield redact(text);
        for (const part of rest) yield redact(part);
      })();
      await onPath(output, () => writeFile(join(folder, path), parts, { flag: "wx" }));
      made.add(path);
    },
    restart: async () => {
      made.clear();
      folders.clear();
      await onPath(output, () => rm(folder, { recursive: true, force: true }));
    },
  };
  return draft;
}

/** The files that were written before. Throws a BudgetError for a folder of others. */
async function ownFiles(place: string, path: string): Promise<string[]> {
  const names = await readdir(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [] as string[];
    throw refused(path, error.code === "ENOTDIR" ? "it is a file, not a folder" : (error.code ?? error.message));
  });
  if (names.length === 0) return [];
  if (!names.includes(MARKER)) {
    throw refused(path, "it has files that this command didn't write: name a new or an empty folder");
  }
  try {
    const { files } = JSON.parse(await readFile(join(place, MARKER), "utf8")) as { files: unknown };
    return Array.isArray(files) ? files.filter((file) => typeof file === "string" && OWN_PATH.test(file)) : [];
  } catch {
    return [];
  }
}

function markerOf(files: Iterable<string>): string {
  return `${JSON.stringify({ madeBy: "token-budget dashboard", files: [...files] })}\n`;
}

/** Makes the folders that files need. Throws a BudgetError, and nothing has changed, where something else is in the way. */
async function mustHaveRoom(place: string, files: readonly string[], path: string): Promise<void> {
  const parents = files.flatMap((file) => {
    const parts = file.split("/").slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  });
  for (const parent of new Set(parents)) {
    const there = await lstat(join(place, parent)).catch(() => undefined);
    // A link would lead out of it.
    if (there !== undefined && !there.isDirectory()) throw refused(path, `${parent} in it is no folder`);
  }
  for (const parent of new Set(parents)) await onPath(path, () => mkdir(join(place, parent), { recursive: true }));
}

/** Removes a file of ours, and folders that are empty then; what others have put there stays. */
async function removed(place: string, file: string): Promise<void> {
  const parts = file.split("/");
  for (const [index] of parts.slice(0, -1).entries()) {
    const there = await lstat(join(place, ...parts.slice(0, index + 1))).catch(() => undefined);
    if (there?.isDirectory() !== true) return;
  }
  await rm(join(place, file), { force: true });
  for (let folder = dirname(file); folder !== "."; folder = dirname(folder)) {
    try {
      await rmdir(join(place, folder));
    } catch {
      return;
    }
  }
}

function refused(path: string, why: string): BudgetError {
  return new BudgetError(
    "bad-input",
    `Bad input: output is ${showValue(path)}, where no pages can be written: ${why}. Nothing was written.`,
  );
}
