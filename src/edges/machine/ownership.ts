import type { Stats } from "node:fs";
import { lstat } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** The user this program runs as; undefined on Windows, where files have no such owner. */
export const ownUid: number | undefined = process.getuid?.();

const ROOT_UID = 0;

/**
 * Whether a user owns a file in a folder that every user of a machine may create: the file, the folder and all folders
 * between, none of them a link. An undefined user, as on Windows, owns everything.
 */
export async function isOwn(path: string, folder: string, uid: number | undefined): Promise<boolean> {
  return (await chainOf(path, folder)).every((stats) => isOf(stats, [uid]));
}

/**
 * Whether a file is in a folder that a user or root created, and no link leads to it. The folder's contents may belong
 * to anyone: containers write as different users.
 */
export async function isInOwnFolder(path: string, folder: string, uid: number | undefined): Promise<boolean> {
  const [top, ...rest] = await chainOf(path, folder);
  return isOf(top, [uid, ROOT_UID]) && rest.every((stats) => isOf(stats, [undefined]));
}

/** The folder and the path from it to the file, including the file; undefined for what doesn't exist. */
async function chainOf(path: string, folder: string): Promise<(Stats | undefined)[]> {
  const steps = relative(folder, path).split(sep);
  const paths = [folder, ...steps.map((_, index) => join(folder, ...steps.slice(0, index + 1)))];
  return Promise.all(paths.map((one) => lstat(one).catch(() => undefined)));
}

function isOf(stats: Stats | undefined, uids: readonly (number | undefined)[]): boolean {
  if (stats === undefined || stats.isSymbolicLink()) return false;
  return uids.includes(undefined) || uids.includes(stats.uid);
}
