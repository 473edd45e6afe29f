import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { remoteTags } from "./git.ts";

/** What to release: a version, the tag that names it forever, and the tag that moves with its major version. */
export type Plan = {
  readonly version: string;
  readonly tag: string;
  readonly major: string;
  /** How many changes wait for a version. */
  readonly waiting: number;
  /** No release of this version is there yet, and no change waits. */
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
  const waiting = pendingChanges(folder).length;
  return {
    ...{ version, tag, major, waiting },
    due: !others.includes(tag) && waiting === 0,
    movesMajor: others.every((other) => compare(other, tag) <= 0),
    notes: notesOf(readFileSync(join(folder, "CHANGELOG.md"), "utf8"), version),
  };
}

/** The changes that wait for a version, by their files. */
export function pendingChanges(folder: string): string[] {
  return readdirSync(join(folder, ".changeset")).filter((name) => name.endsWith(".md") && name !== "README.md");
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
