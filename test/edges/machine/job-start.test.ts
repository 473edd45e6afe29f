import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { jobStartedMs, type TimesOf } from "../../../src/edges/machine/job-start.ts";

const BEGAN = Date.parse("2026-02-14T12:00:00Z");
const NOW = BEGAN + 3_600_000;
const EARLIER_JOB = BEGAN - 86_400_000;

/** Paths of no machine: the times are told. */
const EVENT = "/temp/_github_workflow/event.json";
const ENV = "/temp/_runner_file_commands/set_env_1";
const env = { GITHUB_EVENT_PATH: EVENT, GITHUB_ENV: ENV };

type Times = NonNullable<ReturnType<TimesOf>>;

/** Made at a time, and changed at another. */
const times = (madeMs: number, changedMs = NOW - 1000): Times => ({
  birthtimeMs: madeMs,
  ctimeMs: changedMs,
  mtimeMs: changedMs,
});

const started = (event: Times | undefined, folder: Times | undefined, commands: Times | undefined) => {
  const known = new Map([
    [EVENT, event],
    [dirname(EVENT), folder],
    [dirname(ENV), commands],
  ]);
  return jobStartedMs(env, NOW, (path) => known.get(path));
};

describe("the start of a job", () => {
  const made = times(BEGAN);

  it("is when the runner made its files, however often they were written and their folders touched since", () => {
    expect(started(made, made, made)).toBe(BEGAN);
  });

  it.each([
    ["the event's file", times(NOW - 1000, NOW), made, made],
    ["its folder", made, times(NOW - 1000, NOW), made],
    ["the folder of the outputs", made, made, undefined],
  ])("is the same where the agent has deleted %s", (_, event, folder, commands) => {
    expect(started(event, folder, commands)).toBe(BEGAN);
  });

  it("isn't that of an earlier job whose folder the runner could not delete", () => {
    expect(started(made, times(EARLIER_JOB), made)).toBe(BEGAN);
    expect(started(made, made, times(EARLIER_JOB))).toBe(BEGAN);
  });

  it.each([
    ["says zero", 0],
    ["says the last change", undefined],
  ])("is the earliest change where a file system that doesn't keep when a file was made %s", (_, madeMs) => {
    const unknown = (changedMs: number) => times(madeMs ?? changedMs, changedMs);
    expect(started(unknown(NOW - 1000), unknown(BEGAN), unknown(NOW - 500))).toBe(BEGAN);
  });

  it("is now where nothing tells, and never later", () => {
    expect(jobStartedMs({}, NOW)).toBe(NOW);
    expect(jobStartedMs({ GITHUB_EVENT_PATH: "", GITHUB_ENV: "" }, NOW)).toBe(NOW);
    expect(started(undefined, undefined, undefined)).toBe(NOW);
    expect(started(times(NOW + 5000, NOW + 6000), undefined, undefined)).toBe(NOW);
  });
});

describe("the start of a job on this disk", () => {
  let temp: string;
  beforeEach(() => {
    temp = mkdtempSync(join(tmpdir(), "job-start-"));
  });
  afterEach(() => rmSync(temp, { recursive: true, force: true }));

  it("doesn't move with the steps", () => {
    const path = join(temp, "_github_workflow", "event.json");
    mkdirSync(dirname(path));
    writeFileSync(path, "{}");
    const inTime = (ms: number) => {
      writeFileSync(path, "{}");
      for (const touched of [path, dirname(path)]) utimesSync(touched, ms / 1000, ms / 1000);
      return jobStartedMs({ GITHUB_EVENT_PATH: path }, Number.MAX_SAFE_INTEGER);
    };
    const realMs = Date.now();
    const first = inTime(realMs + 60_000);
    expect(inTime(realMs + 600_000)).toBe(first);
    expect(first).toBeLessThan(realMs + 60_000);
  });
});
