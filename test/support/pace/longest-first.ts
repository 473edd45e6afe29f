import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Milliseconds that files took on a good day, by their path from the project's folder; files of less than a second have none. */
export type Durations = Readonly<Record<string, number>>;

export const DURATIONS_FILE = new URL("durations.json", import.meta.url);

/**
 * Starts the files that take longest first, so that both cores have work to the end: by durations.json, which
 * `RECORD_DURATIONS=1 npm test` writes. A file that isn't there is short or new, and comes last.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const durations = JSON.parse(readFileSync(DURATIONS_FILE, "utf8")) as Durations;
    const longest = longestFirst(
      files.map((file) => ({ file, path: relative(this.ctx.config.root, file.moduleId).replaceAll("\\", "/") })),
      durations,
    );
    // Groups of projects run one after another, whatever comes first here.
    return longest.map(({ file }) => file);
  }
}

/** The files in the order of their durations, longest first. */
export function longestFirst<File extends { readonly path: string }>(
  files: readonly File[],
  durations: Durations,
): readonly File[] {
  const msOf = ({ path }: File): number => durations[path] ?? 0;
  return files.toSorted((a, b) => msOf(b) - msOf(a));
}
