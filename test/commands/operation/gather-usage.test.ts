import { describe, expect, it } from "vitest";
import { type Gathered, priceUsage } from "../../../src/commands/operation/gather-usage.ts";
import { inPieces } from "../../../src/usage/pieces.ts";
import { usageLine } from "../../../src/usage/usage.ts";

/** The price list has twice the price for this model from one to four and from six to ten o'clock. */
const MODEL = "deepseek-v4-pro";
const CHEAP = 0.66;
const DEAR = 1.32;

const GATHERED: Gathered = {
  lines: [],
  incomplete: false,
  cutShort: false,
  found: true,
  isStated: false,
  isMissing: false,
  source: "openai",
  notes: [],
  logged: [],
  files: [],
};

const inputPrice = async (at: string | undefined, time: { startedAt: string; now: string }) => {
  const line = usageLine({ model: MODEL, input: 1000, output: 1, requests: 1, at });
  return (await priceUsage({ ...GATHERED, lines: [line] }, time, {})).usage.lines[0]?.prices?.input;
};

describe("the time as of which usage is priced", () => {
  const now = "2026-11-22T12:00:00Z";
  const [cheap, dear] = ["2026-11-22T05:00:00Z", "2026-11-22T02:00:00Z"];

  it.each([
    ["is its own, at a high price", dear, cheap, DEAR],
    ["is its own, at a low price", cheap, dear, CHEAP],
    ["is the start of the run where none is known", undefined, dear, DEAR],
    ["is the start of the run where its own is before any price", "1970-01-01T05:00:00Z", dear, DEAR],
    ["is the start of the run where its own is in the future", "2026-11-23T05:00:00Z", dear, DEAR],
    ["is its own where the clocks are some minutes apart", "2026-11-22T12:20:00Z", dear, CHEAP],
    ["is now where neither can be", "2030-01-01T05:00:00Z", "1970-01-01T02:00:00Z", CHEAP],
  ])("%s", async (_, at, startedAt, price) => {
    expect(await inputPrice(at, { startedAt, now })).toBe(price);
  });
});

it("says once that a model has no price, however many pieces its requests are", async () => {
  const requests = [10, 300_000, 20].map((input) =>
    usageLine({ model: "nobodys-model", input, output: 1, requests: 1 }),
  );
  const gathered = { ...GATHERED, lines: inPieces(requests, "s") };
  const now = "2026-11-22T12:00:00Z";
  const { usage, notes } = await priceUsage(gathered, { startedAt: now, now }, {});
  expect(usage.lines.length).toBeGreaterThan(1);
  expect(notes.map(({ text }) => text)).toEqual([expect.stringMatching(/^No price is known for nobodys-model/)]);
});
