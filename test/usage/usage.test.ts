import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COUNT_KEYS, plainName, usageLine } from "../../src/usage/usage.ts";
import { UsageError } from "../../src/usage/usage-error.ts";
import { type NanoUsd, nanoUsd } from "../../src/values/money.ts";

describe("a usage line", () => {
  it("counts what isn't said as zero and leaves out what isn't known", () => {
    expect(usageLine({ model: "m", input: 3, output: 2 })).toEqual({
      provider: "",
      model: "m",
      counting: "delta",
      ...Object.fromEntries(COUNT_KEYS.map((key) => [key, 0])),
      input: 3,
      output: 2,
    });
  });

  it.each([
    ["a negative count", { input: -1 }],
    ["a fraction", { output: 1.5 }],
    ["not a number", { input: Number.NaN }],
    ["infinity", { input: Number.POSITIVE_INFINITY }],
    ["more than can be counted exactly", { input: 2 ** 53 }],
    ["more read from the cache than came in", { input: 10, cache_read: 11 }],
    ["more through the cache than came in", { input: 10, cache_read: 5, cache_write_5m: 3, cache_write_1h: 3 }],
    ["more reasoning than output", { output: 1, reasoning: 2 }],
    ["more audio than input", { input: 1, audio_input: 2 }],
    ["audio and reasoning above the output", { output: 3, audio_output: 2, reasoning: 2 }],
    ["a longest request longer than all", { input: 5, largest_input: 6 }],
    ["a shortest request longer than the longest", { input: 9, largest_input: 5, smallest_input: 6 }],
    ["a shortest request longer than all", { input: 5, smallest_input: 6 }],
    ["less than nothing beside tokens", { extras: { file_search: -1 } }],
    ["a negative claim", { reported_cost: nanoUsd(-1) }],
    ["a claim that is no amount", { reported_cost: Number.NaN as NanoUsd }],
  ])("refuses %s", (_, facts) => {
    expect(() => usageLine(facts)).toThrow(expect.objectContaining({ name: "UsageError", code: "bad-usage" }));
  });

  it("keeps the service it names in plain words, and what was used beside tokens", () => {
    const facts = { tier: "ON_DEMAND_PRIORITY", region: "US", extras: { file_search: 2, image: 0 } };
    expect(usageLine(facts)).toMatchObject({ tier: "priority", region: "us", extras: { file_search: 2 } });
    const plain = usageLine({ tier: "standard", region: "global", extras: { image: 0 } });
    for (const key of ["tier", "region", "extras"]) expect(plain).not.toHaveProperty(key);
  });

  it("either refuses counts or keeps its parts within their wholes", () => {
    const number = fc.oneof(fc.nat(100), fc.double(), fc.integer());
    const facts = fc.record(Object.fromEntries(COUNT_KEYS.map((key) => [key, number])), { requiredKeys: [] });
    fc.assert(
      fc.property(facts, (given) => {
        try {
          const line = usageLine(given);
          for (const key of COUNT_KEYS) expect(Number.isSafeInteger(line[key]) && line[key] >= 0).toBe(true);
          expect(line.cache_read + line.cache_write_5m + line.cache_write_1h).toBeLessThanOrEqual(line.input);
          expect(line.reasoning).toBeLessThanOrEqual(line.output);
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
        }
      }),
    );
  });
});

describe("a name from somebody else's file", () => {
  it.each([
    [" claude-sonnet-4-5\n", "claude-sonnet-4-5"],
    ["a\u0000b\u001b[31mc\u202ed", "ab[31mcd"],
    ["__proto__", "___proto__"],
    ["constructor", "_constructor"],
    ["prototype", "_prototype"],
    ["\u200b__proto__", "___proto__"],
    ["x".repeat(500), "x".repeat(128)],
    [`${"x".repeat(127)}😀`, "x".repeat(127)],
  ])("%j becomes %j", (given, plain) => {
    expect(plainName(given)).toBe(plain);
  });
});
