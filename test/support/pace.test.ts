import { readFileSync } from "node:fs";
import fc from "fast-check";
import { globSync } from "tinyglobby";
import { describe, expect, it } from "vitest";
import { measureMachine } from "./pace/measure-machine.ts";
import { COUNTS, type CountName, countOf, paceOf } from "./pace/pace.ts";

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
    expect(paceOf({ TEST_FACTOR: "4" }).countOf("faultSchedules")).toBe(75);
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
    ["is the best of four", [9_000, 480, 720, 2_400, 240], 2, 1],
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
