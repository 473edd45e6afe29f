import { describe, expect, it } from "vitest";
import { countSessions } from "../../src/books/settle/sessions.ts";
import { chargeOfLine, differenceWarning, linesToBook } from "../../src/pricing/charge.ts";
import { joinedByPrice } from "../../src/pricing/parts.ts";
import { unitPricesOf } from "../../src/pricing/prices.ts";
import type { PricedLine } from "../../src/pricing/unit-prices.ts";
import { type UsageFacts, usageLine } from "../../src/usage/usage.ts";
import { nanoUsd } from "../../src/values/money.ts";

const AT = "2026-11-22T00:00:00Z";
const priced = (facts: UsageFacts, model = "claude-sonnet-4-5") =>
  unitPricesOf(usageLine({ model, aggregate: true, requests: 3, ...facts }), AT, {});
const long = (model = "claude-sonnet-4-5") => usageLine({ model, input: 300_000, output: 1_000, requests: 1 });
const whole = { input: 400_000, output: 5_000 };
/** 100,000 × 3 + 4,000 × 15, and 300,000 × 6 + 1,000 × 22.5. */
const SHORT = nanoUsd(360_000_000);
const LONG = nanoUsd(1_822_500_000);

describe("long requests that are counted in a line, too", () => {
  it("have their own price, in the charge and in the books", async () => {
    const line = await priced({ ...whole, parts: [long()] });
    expect(chargeOfLine(line)).toEqual({ cost: SHORT + LONG, quality: "priced" });
    expect(linesToBook(line)).toMatchObject([
      { input: 100_000, output: 4_000, requests: 2, prices: { input: 3 } },
      { input: 300_000, output: 1_000, requests: 1, prices: { input: 6 } },
    ]);
  });

  it("need no mention where the model has one price", async () => {
    const line = await priced({ ...whole, parts: [long("claude-sonnet-5")] }, "claude-sonnet-5");
    expect(line).not.toHaveProperty("parts");
    expect(linesToBook(line)).toEqual([line]);
  });

  it("are the whole line where nothing is left over, and keep the tool's figure", async () => {
    const line = await priced({ input: 300_000, output: 1_000, parts: [long()], reported_cost: LONG });
    expect(linesToBook(line)).toMatchObject([{ input: 300_000, prices: { input: 6 }, reported_cost: LONG }]);
    expect(differenceWarning(line)).toBeUndefined();
  });

  it("don't count where the line has less than they say, nor where a price is missing", async () => {
    const small = await priced({ input: 200_000, output: 5_000, parts: [long()] });
    expect(linesToBook(small)).toMatchObject([{ input: 200_000, prices: { input: 3 } }]);
    const pieces = await priced({ ...whole, extras: { tool_call: 1 }, parts: [long()], reported_cost: nanoUsd(7) });
    expect(linesToBook(pieces)).toMatchObject([{ input: 400_000, reported_cost: 7 }]);
  });

  it("of a counter are those of what it grew by", async () => {
    const counter = (input: number, parts: readonly PricedLine[] = []) =>
      priced({ input, output: input / 100, counting: "cumulative", session: "s", parts } as UsageFacts);
    const lines = [await counter(100_000), await counter(450_000, [long()]), await counter(500_000, [long()])];
    let sessions = {};
    const booked = lines.map((line) => {
      const counted = countSessions(sessions, [line], AT);
      sessions = counted.sessions;
      return counted.lines.map(({ input, prices }) => [input, prices?.input]);
    });
    expect(booked).toEqual([
      [[100_000, 3]],
      [
        [50_000, 3],
        [300_000, 6],
      ],
      [[50_000, 3]],
    ]);
  });
});

describe("lines that a reader keeps apart by length", () => {
  const counter = (facts: UsageFacts, model: string) =>
    priced({ counting: "cumulative", session: "s", output: 1, ...facts }, model);
  const lines = async (model: string) => {
    const [short, long, longest] = await Promise.all([
      counter({ input: 100, largest_input: 90, smallest_input: 10 }, model),
      counter({ input: 300_000, largest_input: 150_000, smallest_input: 150_000 }, model),
      counter({ input: 700_000, largest_input: 400_000, smallest_input: 300_000 }, model),
    ]);
    return [short, { ...long, piece: true }, { ...longest, piece: true }] as const;
  };

  it("are one where their price is the same", async () => {
    expect(joinedByPrice(await lines("claude-sonnet-5"))).toMatchObject([
      { input: 1_000_100, output: 3, requests: 9, smallest_input: 10, largest_input: 400_000, prices: { input: 2 } },
    ]);
    expect(joinedByPrice(await lines("gpt-5.5"))).toMatchObject([
      { input: 300_100, prices: { input: 5 } },
      { input: 700_000, prices: { input: 10 } },
    ]);
  });

  it("stay apart where they are of one length: then they are two counters", async () => {
    const [first, second] = await lines("claude-sonnet-5");
    expect(joinedByPrice([first, first, second, second] as PricedLine[])).toMatchObject([
      { input: 100 },
      { input: 300_100 },
      { input: 300_000 },
    ]);
  });

  it("stay apart where the longer one is a later file's counter, which contains the one before", async () => {
    const [first, second] = await lines("claude-sonnet-5");
    expect(joinedByPrice([first, { ...second, piece: false }] as PricedLine[])).toHaveLength(2);
  });

  it("stay apart where anything else differs", async () => {
    const [first, second] = await lines("claude-sonnet-5");
    for (const more of [{ tier: "fast" }, { session: "t" }, { restarted: true }, { reported_cost: nanoUsd(1) }])
      expect(joinedByPrice([first, { ...second, ...more }])).toHaveLength(2);
    const most = { ...first, input: Number.MAX_SAFE_INTEGER };
    expect(joinedByPrice([most, second])).toHaveLength(2);
  });
});
