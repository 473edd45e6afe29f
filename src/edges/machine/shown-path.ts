import { isAbsolute, join, relative } from "node:path";

/** A path as people write it in this folder: relative to it if it is inside. */
export function shownPath(path: string, folder: string): string {
  return inside(path, folder) ?? path;
}

/** A folder as people write it: "~/shop" if it is in their home. */
export function shownFolder(folder: string, home: string | undefined): string {
  const rest = home === undefined || home === "" ? undefined : inside(folder, home);
  return rest === undefined ? folder : join("~", rest);
}

/** The way from a folder to what is inside it; undefined for the folder itself and what is elsewhere. */
function inside(path: string, folder: string): string | undefined {
  const way = relative(folder, path);
  return way === "" || way.startsWith("..") || isAbsolute(way) ? undefined : way;
}
