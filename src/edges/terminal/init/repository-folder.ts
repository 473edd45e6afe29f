import { readFile, stat } from "node:fs/promises";
import nodePath, { join, type PlatformPath } from "node:path";

/** A folder and those above it, the innermost first; `system` is how its paths are written. */
export function foldersUp(folder: string, system: PlatformPath = nodePath): string[] {
  const above = system.dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersUp(above, system)];
}

/** The root of the git repository that contains a folder; undefined if none does. */
export async function rootOf(folder: string): Promise<string | undefined> {
  for (const at of foldersUp(folder)) {
    // In a worktree and in a submodule it is a file.
    if ((await stat(join(at, ".git")).catch(() => undefined)) !== undefined) return at;
  }
  return undefined;
}

/** The repository on github.com that `origin` is, `owner/name`; undefined if that is unknown. */
export async function originOf(root: string): Promise<string | undefined> {
  const config = await readFile(join(root, ".git", "config"), "utf8").catch(() => "");
  const [, section = ""] = /^\[remote "origin"\]\r?\n((?:[ \t].*\r?\n?)*)/m.exec(config) ?? [];
  return /github\.com[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?\s*$/m.exec(section)?.[1];
}
