import { constants, type Stats } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { showValue } from "../../inputs/show-value.ts";
import type { FileRef } from "../../usage/text.ts";
import type { Environment } from "../action/inputs.ts";
import { DEFAULT_PLACES, type DefaultPlace, pathsOf } from "./default-places.ts";
import { isUntouched, type NotedFile } from "./noted-files.ts";
import { isInOwnFolder, isOwn, ownUid } from "./ownership.ts";
import { absolute, home, slashed, workspace } from "./usage-paths.ts";

/** More files than any run leaves: a glob that finds more must be a mistake. */
export const MAX_FILES = 500;

/** The largest file that is read, in bytes. */
export const MAX_USAGE_BYTES = 256 * 1024 * 1024;

export type FoundFiles = {
  /** Absolute paths, each file once, in the order of the patterns. */
  readonly files: readonly string[];
  /** Named files that can't be used, one sentence each. */
  readonly notices: readonly string[];
};

/** The paths and globs, and since when a file found by a glob counts, in milliseconds of this machine's clock. */
export type FileSearch = {
  readonly patterns: readonly string[];
  readonly sinceMs: number;
  readonly env: Environment;
  readonly places?: readonly DefaultPlace[];
  /** Files as they were before the run: one that hasn't changed since isn't the run's. */
  readonly noted?: readonly NotedFile[];
  /** The user whose files count in a folder that a whole machine shares; by default the one who runs this. */
  readonly uid?: number;
};

/**
 * The files that hold a run's usage. Paths count whatever their age, except files that were noted and are unchanged.
 * What globs find, and without any pattern the known tools' places, counts only if it was modified since: a self-hosted
 * runner keeps old files.
 */
export async function findUsageFiles(search: FileSearch): Promise<FoundFiles> {
  const { patterns } = search;
  const files = new Map<string, string>();
  const notices: string[] = [];
  const add = async (path: string) => {
    const real = await realpath(path).catch(() => path);
    if (!files.has(real)) files.set(real, path);
  };

  for (const pattern of patterns) {
    const found = await matching(pattern, search);
    for (const path of found.files) await add(path);
    notices.push(...found.notices);
  }
  if (patterns.length === 0) {
    const found = await inDefaultPlaces(search);
    for (const path of found.files) await add(path);
    notices.push(...found.notices);
  }
  return { files: [...files.values()], notices };
}

async function matching(pattern: string, search: FileSearch): Promise<FoundFiles> {
  const { env, noted = [] } = search;
  const path = absolute(pattern, env);
  const problem = (await problemWith(path)) ?? ((await isUntouched(path, noted)) ? "untouched" : undefined);
  // A path is a path even if its folders have brackets in their names.
  if (problem === undefined) return { files: [path], notices: [] };
  const elsewhere = await inOtherPlaces(path, search);
  if (elsewhere.length > 0) return { files: elsewhere, notices: [] };
  const { isDynamicPattern } = await import("tinyglobby");
  if (problem !== "missing" || !isDynamicPattern(pattern)) return { files: [], notices: [noticeOf(pattern, problem)] };

  const found = await glob(slashed(home(pattern, env)), workspace(env));
  const fresh = await freshOf(found, search);
  const notices: string[] = [];
  if (fresh.length > MAX_FILES) {
    notices.push(`${showValue(pattern)} matches ${fresh.length} files: only the first ${MAX_FILES} count.`);
  }
  if (found.length === 0) notices.push(`${showValue(pattern)} matches no file.`);
  else if (fresh.length === 0) notices.push(`${showValue(pattern)} matches only files from before this run.`);
  return { files: fresh.slice(0, MAX_FILES), notices };
}

/** What a tool left in a place of its other than the named one. */
async function inOtherPlaces(path: string, search: FileSearch): Promise<string[]> {
  const { env, places = DEFAULT_PLACES } = search;
  const named = places.find((place) => pathsOf(place, env).includes(path));
  const others = places.filter((place) => place !== named && place.tool === named?.tool);
  return (await Promise.all(others.map((place) => inPlace(place, search)))).flatMap(({ files }) => files);
}

async function glob(pattern: string, cwd: string): Promise<string[]> {
  const tinyglobby = await import("tinyglobby");
  const found = await tinyglobby.glob(pattern, {
    cwd,
    absolute: true,
    dot: true,
    onlyFiles: true,
    followSymbolicLinks: false,
    expandDirectories: false,
  });
  return found.sort();
}

/**
 * What the known tools left. In a job of a tool that counts the calls of all others, only its record counts: the others
 * report the same calls. In any other job, a file in such a folder, which all jobs of a machine share, counts only if
 * nothing else is found.
 */
async function inDefaultPlaces(search: FileSearch): Promise<FoundFiles> {
  const [whole, own, shared]: [string[], string[], string[]] = [[], [], []];
  const notices: string[] = [];
  for (const place of search.places ?? DEFAULT_PLACES) {
    const { files, foreign } = await inPlace(place, search);
    const isToolsJob = place.isToolsJob?.(search.env);
    (isToolsJob === undefined ? own : isToolsJob ? whole : shared).push(...files);
    if (isToolsJob) notices.push(...foreign.map(foreignNotice));
  }
  return { files: [whole, own].find((files) => files.length > 0) ?? shared, notices };
}

/** The files of a place: this job's, and those in a shared folder that someone else left. */
type InPlace = { readonly files: readonly string[]; readonly foreign: readonly string[] };

async function inPlace(place: DefaultPlace, search: FileSearch): Promise<InPlace> {
  const root = place.folder(search.env);
  const foreign: string[] = [];
  if (!root || (await problemWith(root)) !== "a directory") return { files: [], foreign };
  for (const pattern of place.patterns) {
    const found = pattern.includes("*") ? await glob(pattern, root) : [join(root, pattern)];
    const files: string[] = [];
    for (const path of await freshOf(found, search)) {
      ((await isOurs(path, root, { place, search })) ? files : foreign).push(path);
    }
    if (files.length > 0) return { files: files.slice(0, MAX_FILES), foreign };
  }
  return { files: [], foreign };
}

async function isOurs(
  path: string,
  root: string,
  { place, search }: { readonly place: DefaultPlace; readonly search: FileSearch },
): Promise<boolean> {
  const { env, uid = ownUid } = search;
  if (place.isToolsJob === undefined) return true;
  return place.isToolsJob(env) ? isInOwnFolder(path, root, uid) : isOwn(path, root, uid);
}

function foreignNotice(path: string): string {
  return `The usage file ${showValue(path)} is in another user's folder on this machine: it isn't this job's.`;
}

type FileProblem = "missing" | "untouched" | "a directory" | "not a regular file" | "unreadable";

async function problemWith(path: string): Promise<FileProblem | undefined> {
  let stats: Stats;
  try {
    stats = await stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" || code === "EINVAL" || code === "ENAMETOOLONG"
      ? "missing"
      : "unreadable";
  }
  if (stats.isDirectory()) return "a directory";
  return stats.isFile() ? undefined : "not a regular file";
}

function noticeOf(path: string, problem: FileProblem): string {
  if (problem === "missing") return `There is no usage file ${showValue(path)}.`;
  if (problem === "unreadable") return `The usage file ${showValue(path)} can't be read.`;
  if (problem === "untouched") return `The usage file ${showValue(path)} is from before this run: it isn't the run's.`;
  return `${showValue(path)} is ${problem}: name a file, or a glob such as **/*.json.`;
}

/** The files that were modified since, and changed since they were noted. */
async function freshOf(paths: readonly string[], { sinceMs, noted = [] }: FileSearch): Promise<string[]> {
  const fresh: string[] = [];
  for (const path of paths) {
    if ((await isFresh(path, sinceMs)) && !(await isUntouched(path, noted))) fresh.push(path);
  }
  return fresh;
}

async function isFresh(path: string, sinceMs: number): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  // Some file systems keep only whole seconds, so the first second counts as a whole.
  return stats?.isFile() === true && stats.mtimeMs >= Math.floor(sinceMs / 1000) * 1000;
}

export type UsageFile =
  | { readonly kind: "read"; readonly path: string; readonly text: FileRef }
  | { readonly kind: "unusable"; readonly path: string; readonly notice: string };

/** Where the text of a usage file is, or why it can't be read. */
export async function readUsageFile(path: string, mostBytes: number = MAX_USAGE_BYTES): Promise<UsageFile> {
  const unusable = (notice: string) => ({ kind: "unusable", path, notice }) as const;
  const problem = await problemWith(path);
  if (problem !== undefined) return unusable(noticeOf(path, problem));
  try {
    const { size } = await stat(path);
    if (size > mostBytes) return unusable(`The usage file ${showValue(path)} is larger than ${mostBytes} bytes.`);
    await access(path, constants.R_OK);
    return { kind: "read", path, text: { path, size } };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return unusable(`The usage file ${showValue(path)} can't be read (${code ?? "unknown error"}).`);
  }
}
