import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nanoUsd, sum } from "../../src/values/money.ts";
import { splitBy } from "../../src/values/split.ts";

describe("an amount that is split", () => {
  it.each([
    ["a cent over three", 10_000_000, [1n, 1n, 1n], [3_333_334, 3_333_333, 3_333_333]],
    ["by weights", 100, [1n, 2n, 4n], [14, 29, 57]],
    ["a negative correction", -10_000_000, [1n, 1n, 1n], [-3_333_334, -3_333_333, -3_333_333]],
    ["equally where nothing has weight", 10, [0n, 0n, 0n], [4, 3, 3]],
    ["to nobody without weight", 10, [0n, 1n], [0, 10]],
    ["over nobody", 10, [], []],
    ["zero, which isn't -0", -0, [1n, 1n], [0, 0]],
  ])("is exact: %s", (_, amount, weights, parts) => {
    expect(splitBy(nanoUsd(amount), weights)).toEqual(parts);
  });

  it("is the sum of its parts, each at most one nano-dollar away from its share", () => {
    const amounts = fc.integer({ min: -8_000_000_000_000_000, max: 8_000_000_000_000_000 });
    const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 18n }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(amounts, weights, (amount, by) => {
        const parts = splitBy(nanoUsd(amount), by);
        expect(sum(parts)).toBe(amount);
        const total = by.reduce((all, weight) => all + weight, 0n);
        if (total === 0n) return;
        for (const [index, part] of parts.entries()) {
          const share = (BigInt(Math.abs(amount)) * (by[index] ?? 0n)) / total;
          expect(BigInt(Math.abs(part)) - share).toBeOneOf([0n, 1n]);
        }
      }),
    );
  });
});
