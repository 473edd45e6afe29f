import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { git, remoteTags } from "./git.ts";

/** What is to be released: a version, the tag that names it for ever, and the one that moves with its major version. */
export type Plan = {
  readonly version: string;
  readonly tag: string;
  readonly major: string;
  /** No release of this version is there yet, and no change waits for a version of its own. */
  readonly due: boolean;
  /** No release of the same major version is newer. */
  readonly movesMajor: boolean;
  /** What CHANGELOG.md says of the version. */
  readonly notes: string;
};

/** The release that a folder's sources are. Throws where they say no version, or nothing about it. */
export function planOf(folder: string): Plan {
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`package.json has no version to release: ${version}`);
  const [tag, major] = [`v${version}`, `v${version.split(".")[0]}`];
  const others = [...remoteTags(folder).keys()].filter((name) => name.startsWith(`${major}.`));
  return {
    ...{ version, tag, major },
    due: !others.includes(tag) && pendingChanges(folder).length === 0,
    movesMajor: others.every((other) => compare(other, tag) <= 0),
    notes: notesOf(readFileSync(join(folder, "CHANGELOG.md"), "utf8"), version),
  };
}

/** The changes that wait for a version, by their files. */
export function pendingChanges(folder: string): string[] {
  return readdirSync(join(folder, ".changeset")).filter((name) => name.endsWith(".md") && name !== "README.md");
}

/**
 * Sets the version's tag, which may not be there for another commit, and moves the major version's: both or neither.
 * Once more for the same commit changes nothing.
 */
export function pushTags(folder: string, { version, tag, major, movesMajor }: Plan): void {
  const commit = git(folder, "rev-parse", "HEAD");
  const there = remoteTags(folder).get(tag);
  if (there !== undefined && there !== commit)
    throw new Error(`${tag} is released already, as ${there}: a release never changes. Raise the version.`);
  const names = movesMajor ? [tag, major] : [tag];
  for (const name of names) {
    if (name === tag && there !== undefined)
      git(folder, "fetch", "--force", "origin", `refs/tags/${tag}:refs/tags/${tag}`);
    else git(folder, "tag", "--force", "--annotate", "--message", `token-budget ${version}`, name, commit);
  }
  const moved = names.map((name) => (name === tag ? `refs/tags/${tag}` : `+refs/tags/${name}`));
  git(folder, "push", "--atomic", "origin", ...moved);
}

function notesOf(changelog: string, version: string): string {
  const section = changelog.split(/^## /m).find((part) => part.split("\n")[0]?.trim() === version);
  const notes = section?.split("\n").slice(1).join("\n").trim() ?? "";
  if (notes === "") throw new Error(`CHANGELOG.md says nothing about ${version}`);
  return notes;
}

function compare(a: string, b: string): number {
  const [left = [], right = []] = [a, b].map((tag) => tag.slice(1).split(".").map(Number));
  const at = left.findIndex((number, index) => number !== right[index]);
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}
