import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";
import { DURATIONS_FILE } from "./longest-first.ts";
import { COUNTS, type CountName, paceOf } from "./pace.ts";

/** What a run of tests came to. */
export type Run = {
  readonly factor: number;
  readonly counts: Readonly<Partial<Record<CountName, number>>>;
  readonly files: readonly { readonly path: string; readonly ms: number }[];
  /** Tests that were not run; the reason where the test gave one. */
  readonly skipped: readonly { readonly name: string; readonly why: string | undefined }[];
  readonly passed: number;
  readonly failed: number;
};

const SHOWN_FILES = 10;
/** Shorter files need no place of their own in the order. */
const MIN_RECORDED_MS = 1_000;

/** Prints at the end of a run how slow the machine was, what was tried, what was skipped, and where the time went. */
export class ClosingReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const run = runOf(modules, errors.length);
    if (process.env["RECORD_DURATIONS"] !== undefined) {
      writeFileSync(DURATIONS_FILE, `${JSON.stringify(durationsOf(run), null, 2)}\n`);
    }
    process.stdout.write(`${closingLines(run).join("\n")}\n`);
  }
}

function runOf(modules: readonly TestModule[], errors: number): Run {
  const { factor, countOf } = paceOf(process.env);
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const inState = (state: string) => tests.filter((test) => test.result().state === state);
  // A file that could not even be loaded has no tests of its own to count.
  const broken = modules.filter((module) => module.state() === "failed" && module.children.size === 0);
  return {
    factor,
    counts: Object.fromEntries((Object.keys(COUNTS) as CountName[]).map((name) => [name, countOf(name)])),
    files: modules.map((module) => ({ path: module.relativeModuleId, ms: module.diagnostic().duration })),
    skipped: inState("skipped").map((test) => {
      const result = test.result();
      return { name: test.fullName, why: result.state === "skipped" ? result.note : undefined };
    }),
    passed: inState("passed").length,
    failed: inState("failed").length + broken.length + errors,
  };
}

/** The report, line by line; its last line has the figures that count. */
export function closingLines({ factor, counts, files, skipped, passed, failed }: Run): readonly string[] {
  const slow = factor === 1 ? "as fast as on a good day" : `${factor} times slower than on a good day`;
  const counted = Object.entries(counts).map(([name, count]) => {
    const { usual } = COUNTS[name as CountName];
    return `${name} ${count}${count === usual ? "" : ` (usually ${usual})`}`;
  });
  return [
    "",
    `Machine: ${slow} (TEST_FACTOR=${factor})`,
    `Counts: ${counted.join(", ")}`,
    `Skipped: ${skipped.length}`,
    ...skipped.map(({ name, why }) => `  ${name}${why === undefined ? "" : `: ${why}`}`),
    ...(files.length > SHOWN_FILES ? ["Slowest files:", ...slowest(files)] : []),
    "",
    `${passed} passed, ${failed} failed`,
  ];
}

function slowest(files: Run["files"]): readonly string[] {
  const first = files.toSorted((a, b) => b.ms - a.ms).slice(0, SHOWN_FILES);
  return first.map(({ path, ms }) => `${(ms / 1000).toFixed(1).padStart(8)} s  ${path}`);
}

/** What the next runs order the files by, as of a good day. */
export function durationsOf({ factor, files }: Pick<Run, "factor" | "files">): Readonly<Record<string, number>> {
  const recorded = files.map(({ path, ms }) => [path, Math.round(ms / factor)] as const);
  return Object.fromEntries(recorded.filter(([, ms]) => ms >= MIN_RECORDED_MS).toSorted((a, b) => b[1] - a[1]));
}
