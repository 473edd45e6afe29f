import { stat } from "node:fs/promises";
import type { Environment } from "../action/inputs.ts";
import { DEFAULT_PLACES, pathsOf } from "./default-places.ts";
import { absolute } from "./usage-paths.ts";

/** A file as it was at some moment; its size in bytes, its time in milliseconds since 1970. */
export type NotedFile = { readonly path: string; readonly size: number; readonly modifiedMs: number };

/** More than any step names; it keeps a gate's saved state small. */
export const MAX_NOTED = 20;

/**
 * The files that a later search could mistake for this run's although they were there before: those named by their
 * path, and those that a known tool overwrites. Globs and the other places go by a file's time.
 */
export async function noteUsageFiles(patterns: readonly string[], env: Environment): Promise<NotedFile[]> {
  const own = DEFAULT_PLACES.filter((place) => place.isOverwritten).flatMap((place) => pathsOf(place, env));
  const paths = new Set([...patterns.map((pattern) => absolute(pattern, env)), ...own]);
  const noted: NotedFile[] = [];
  for (const path of paths) {
    const file = await noteOf(path);
    if (file !== undefined && noted.length < MAX_NOTED) noted.push(file);
  }
  return noted;
}

/** Whether a file is unchanged since it was noted. */
export async function isUntouched(path: string, noted: readonly NotedFile[]): Promise<boolean> {
  const before = noted.find((file) => file.path === path);
  if (before === undefined) return false;
  const now = await noteOf(path);
  return now !== undefined && now.size === before.size && now.modifiedMs === before.modifiedMs;
}

async function noteOf(path: string): Promise<NotedFile | undefined> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isFile() === true ? { path, size: stats.size, modifiedMs: stats.mtimeMs } : undefined;
}
