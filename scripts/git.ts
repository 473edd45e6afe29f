import { execFileSync } from "node:child_process";

/** Runs git in a folder and answers with what it printed. Throws with git's own words where it fails. */
export function git(folder: string, ...args: readonly string[]): string {
  try {
    return execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  } catch (error) {
    throw new Error(`git ${args[0]}: ${String((error as { stderr?: string }).stderr).trim()}`);
  }
}

/** The commits that the remote's tags lead to. */
export function remoteTags(folder: string): ReadonlyMap<string, string> {
  const lines = git(folder, "ls-remote", "--tags", "origin").split("\n");
  // An annotated tag has a second line, "^{}", with its commit; it comes later and counts.
  return new Map(
    lines.flatMap((line) => {
      const [, commit, name] = /^(\S+)\trefs\/tags\/(.*?)(?:\^\{\})?$/.exec(line) ?? [];
      return commit === undefined || name === undefined ? [] : [[name, commit] as const];
    }),
  );
}
