import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { globSync } from "tinyglobby";
import { describe, expect, it } from "vitest";
import { closingLines, durationsOf, type Run } from "./pace/closing-report.ts";
import { DURATIONS_FILE, longestFirst } from "./pace/longest-first.ts";
import { measureMachine } from "./pace/measure-machine.ts";
import { COUNTS, type CountName, countOf, paceOf } from "./pace/pace.ts";
import { assertUntilMet } from "./pace/until-met.ts";

const NAMES = Object.keys(COUNTS) as CountName[];

describe("the counts", () => {
  const countsOf = (environment: Readonly<Record<string, string>>) =>
    NAMES.map((name) => paceOf(environment).countOf(name));
  const column = (size: "least" | "usual" | "long") => NAMES.map((name) => COUNTS[name][size]);

  it.each([
    ["the usual ones on a good day", {}, column("usual")],
    ["the usual ones on a machine twice as slow", { TEST_FACTOR: "2" }, column("usual")],
    ["the least ones on a very slow machine", { TEST_FACTOR: "100" }, column("least")],
    ["those that TEST_COUNTS names", { TEST_FACTOR: "1", TEST_COUNTS: "least" }, column("least")],
    ["the long ones, however slow the machine is", { TEST_FACTOR: "100", TEST_COUNTS: "long" }, column("long")],
  ])("are %s", (_, environment, counts) => {
    expect(countsOf(environment)).toEqual(counts);
  });

  it("fall as the machine gets slower", () => {
    expect(paceOf({ TEST_FACTOR: "4" }).countOf("faultSchedules")).toBe(50);
    expect(paceOf({ TEST_FACTOR: "9.7" }).countOf("cases")).toBe(21);
  });

  it("grow from the least to the long ones", () => {
    for (const { least, usual, long } of Object.values(COUNTS))
      expect([least, usual, long]).toEqual([least, usual, long].toSorted((a, b) => a - b));
  });

  it("are what FAULT_SCHEDULES and MODEL_RUNS say where they say anything", () => {
    const { countOf } = paceOf({ TEST_FACTOR: "50", TEST_COUNTS: "long", FAULT_SCHEDULES: "7", MODEL_RUNS: "6000" });
    expect([countOf("faultSchedules"), countOf("modelWalks"), countOf("cases")]).toEqual([7, 6000, 1000]);
  });

  it.each([{ TEST_FACTOR: "0.5" }, { TEST_FACTOR: "fast" }, { TEST_COUNTS: "most" }, { FAULT_SCHEDULES: "-1" }])(
    "are refused with %j",
    (environment) => {
      expect(() => paceOf(environment).countOf("faultSchedules")).toThrow(/TEST_FACTOR|TEST_COUNTS|FAULT_SCHEDULES/);
    },
  );
});

describe("patience", () => {
  it.each([
    ["is as given on a good day", {}, 30_000],
    ["grows with the factor", { TEST_FACTOR: "12.5" }, 375_000],
    ["grows with the counts of a long run", { TEST_COUNTS: "long" }, 600_000],
    ["is never longer than a timer can be", { TEST_FACTOR: "100000" }, 2 ** 31 - 1],
  ])("%s", (_, environment, ms) => {
    expect(paceOf(environment).patient(30_000)).toBe(ms);
  });
});

describe("the measure of the machine", () => {
  const taking = (...all: number[]) => {
    const left = [...all];
    return { left, measure: async () => left.shift() ?? Number.NaN };
  };

  it.each([
    ["is 1 on a good day, at the first try", [200, 5], 1, 1],
    ["is the best of three", [2_400, 480, 720, 240], 2, 1],
    ["is not taken again on a machine where one takes very long", [24_000, 240], 100, 1],
  ])("%s", async (_, all, factor, left) => {
    const asked = taking(...all);
    expect(await measureMachine(asked.measure)).toBe(factor);
    expect(asked.left).toHaveLength(left);
  });

  it("is a number of 1 or more on this machine", async () => {
    expect(await measureMachine()).toBeGreaterThanOrEqual(1);
  });
});

describe("the tests", () => {
  const files = globSync(["test/**/*.ts", "!test/fixtures/**"]).map(
    (path) => [path, readFileSync(path, "utf8")] as const,
  );
  const linesWith = (pattern: RegExp) =>
    files.flatMap(([path, text]) =>
      text.split("\n").flatMap((line) => (pattern.test(line) ? [`${path}: ${line}`] : [])),
    );

  it("take from the table what is a matter of count", () => {
    expect(linesWith(/numRuns: *\d/)).toEqual([]);
  });

  it.each([/timeout: *[\d_]{4}/i, /^ *\}, [\d_]{4,}\);$/, /AbortSignal\.timeout\(\d/])(
    "wait for nothing by a time that the machine's factor does not stretch: %s",
    (pattern) => {
      expect(linesWith(pattern)).toEqual([]);
    },
  );

  it("check properties with the count of the table", () => {
    expect(fc.readConfigureGlobal().numRuns).toBe(countOf("cases"));
  });
});

describe("a property that must meet everything", () => {
  const drawn = async (count: number, wanted: number) => {
    const met = new Set<number>();
    let checked = 0;
    const property = fc.asyncProperty(fc.nat(40), async (one) => {
      checked += 1;
      met.add(one);
    });
    await assertUntilMet(property, { seed: 3, count, most: 400, isAllMet: () => met.size >= wanted });
    return { met, checked };
  };

  it("is checked with the cases that follow those of its count, and with no more than it takes", async () => {
    const few = await drawn(20, 20);
    const many = await drawn(few.checked, 0);
    expect(few.checked).toBeGreaterThan(20);
    expect(few.met).toEqual(many.met);
  });

  it("is checked with its count where that is enough, and with its most where nothing is", async () => {
    expect((await drawn(20, 1)).checked).toBe(20);
    expect((await drawn(20, 99)).checked).toBe(400);
  });

  it("fails as any other", async () => {
    const property = fc.asyncProperty(fc.nat(40), async (one) => one < 30);
    const meeting = { seed: 3, count: 2, most: 400, isAllMet: () => false };
    await expect(assertUntilMet(property, meeting)).rejects.toThrow("Property failed");
  });
});

describe("the order of the files", () => {
  it("is by how long they take, with those last of which nothing is known", () => {
    const files = ["test/new.test.ts", "test/b.test.ts", "test/other.test.ts", "test/a.test.ts"].map((path) => ({
      path,
    }));
    const order = longestFirst(files, { "test/a.test.ts": 9_000, "test/b.test.ts": 3_000, "test/gone.test.ts": 5_000 });
    expect(order.map(({ path }) => path)).toEqual([
      "test/a.test.ts",
      "test/b.test.ts",
      "test/new.test.ts",
      "test/other.test.ts",
    ]);
  });

  it("knows files that are there", () => {
    const known = Object.keys(JSON.parse(readFileSync(DURATIONS_FILE, "utf8")));
    expect(known.length).toBeGreaterThan(0);
    expect(known.filter((path) => !existsSync(path))).toEqual([]);
  });

  it("is recorded as of a good day, longest first and without short files", () => {
    const files = [
      { path: "test/short.test.ts", ms: 1_900 },
      { path: "test/b.test.ts", ms: 3_000 },
      { path: "test/a.test.ts", ms: 9_001 },
    ];
    expect(Object.entries(durationsOf({ factor: 2, files }))).toEqual([
      ["test/a.test.ts", 4_501],
      ["test/b.test.ts", 1_500],
    ]);
  });
});

describe("the report at the end of a run", () => {
  const run: Run = {
    factor: 3.5,
    counts: { faultSchedules: 86, modelWalks: 300 },
    files: Array.from({ length: 12 }, (_, index) => ({ path: `test/${index}.test.ts`, ms: index * 1_000 + 40 })),
    skipped: [
      { name: "reads a file", why: "root may read every file" },
      { name: "on Windows", why: undefined },
    ],
    passed: 30,
    failed: 2,
  };

  it("names the machine's factor, the counts, what was skipped and why, and the ten slowest files", () => {
    expect(closingLines(run)).toEqual([
      "",
      "Machine: 3.5 times slower than on a good day (TEST_FACTOR=3.5)",
      "Counts: faultSchedules 86 (usually 100), modelWalks 300",
      "Skipped: 2",
      "  reads a file: root may read every file",
      "  on Windows",
      "Slowest files:",
      ...[11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((index) => `${`${index}.0`.padStart(8)} s  test/${index}.test.ts`),
      "",
      "30 passed, 2 failed",
    ]);
  });

  it("names no slowest files where only a few ran", () => {
    const lines = closingLines({ ...run, factor: 1, files: run.files.slice(2), skipped: [] });
    expect(lines.filter((line) => /test\.ts/.test(line))).toEqual([]);
    expect(lines).toContain("Machine: as fast as on a good day (TEST_FACTOR=1)");
    expect(lines).toContain("Skipped: 0");
  });
});
