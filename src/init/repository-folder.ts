import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The root of the git repository that a folder lies in; undefined where it lies in none. */
export async function rootOf(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    // In a worktree and in a submodule it is a file.
    if ((await stat(join(at, ".git")).catch(() => undefined)) !== undefined) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** The repository on github.com that `origin` is, `owner/name`; undefined where that can't be told. */
export async function originOf(root: string): Promise<string | undefined> {
  const config = await readFile(join(root, ".git", "config"), "utf8").catch(() => "");
  const [, section = ""] = /^\[remote "origin"\]\r?\n((?:[ \t].*\r?\n?)*)/m.exec(config) ?? [];
  return /github\.com[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?\s*$/m.exec(section)?.[1];
}
