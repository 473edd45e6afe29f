import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bounded, nanoOf, nanoUsd, showLeft, ZERO } from "../../src/values/money.ts";
import {
  isUnknownCount,
  shownMoney,
  shownParts,
  shownRows,
  shownTotal,
  withOthers,
} from "../../src/values/shown-money.ts";

/** A shown amount in millionths of a dollar. */
function microsOf(text: string): number {
  const amount = text.startsWith("under ") ? "0" : text.replace(/[$,]/g, "");
  return Math.round(Number(amount) * 1_000_000);
}

const amount = fc.oneof(fc.nat(99_999), fc.nat(2_000_000_000), fc.nat(2_000_000_000_000)).map(nanoUsd);
const money = fc.record({ total: amount, spent: amount, held: amount });

describe("a budget's figures for people", () => {
  it.each([
    [15, 5.23, 0, ["$15.00", "$5.23", "$0.00", "$9.77"]],
    [15, 5.2301, 0.055, ["$15.00", "$5.24", "$0.06", "$9.70"]],
    [15, 0, 0.055, ["$15.00", "$0.00", "$0.0550", "$14.9450"]],
    [15, 14.9961, 0, ["$15.00", "$15.00", "$0.00", "$0.00"]],
    [15, 15.004, 0, ["$15.00", "$15.01", "$0.00", "-$0.01"]],
    [0.05, 0, 0, ["$0.05", "$0.00", "$0.00", "$0.05"]],
    [0.055, 0, 0, ["$0.0550", "$0.00", "$0.00", "$0.0550"]],
    [15, 0.00001, 0, ["$15.00", "$0.000010", "$0.00", "$14.999990"]],
  ])("of $%d with $%d spent and $%d held", (total, spent, held, shown) => {
    const figures = shownMoney({ total: nanoOf(total), spent: nanoOf(spent), held: nanoOf(held) });
    expect([figures.total, figures.spent, figures.held, figures.remaining]).toEqual(shown);
  });

  it("add up, and never show more left than there is", () => {
    fc.assert(
      fc.property(money, (figures) => {
        const shown = shownMoney(figures);
        const [total, spent, held, left] = [shown.total, shown.spent, shown.held, shown.remaining].map(microsOf);
        expect(left).toBe((total ?? 0) - (spent ?? 0) - (held ?? 0));
        expect((left ?? 0) * 1000).toBeLessThanOrEqual(figures.total - figures.spent - figures.held);
        expect((spent ?? 0) * 1000).toBeGreaterThanOrEqual(figures.spent);
      }),
    );
  });

  it("name the budget and its top-ups", () => {
    const total = nanoOf(20);
    expect(shownTotal({ total, spent: ZERO }, nanoOf(5))).toBe("$20.00 ($15.00 + $5.00 topped up)");
    expect(shownTotal({ total, spent: ZERO }, ZERO)).toBe("$20.00");
    expect(shownTotal({ total, spent: ZERO }, nanoOf(-5))).toBe("$20.00 ($25.00 less $5.00)");
  });

  it("have what is left alone rounded down", () => {
    expect([9.715, 0.05505, 0.0000409, -0.00001].map((dollars) => showLeft(nanoOf(dollars)))).toEqual([
      "$9.71",
      "$0.0550",
      "$0.000040",
      "-$0.000010",
    ]);
  });
});

describe("the parts of what is spent", () => {
  it("add up to it, whatever rounding would make of each", () => {
    const parts = fc.array(fc.nat(3_000_000_000).map(nanoUsd), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(parts, amount, (costs, held) => {
        const spent = bounded(costs.reduce((sum, cost) => sum + cost, 0));
        const whole = { total: nanoOf(1000), spent, held };
        const shown = shownParts(whole, costs);
        const sum = shown.reduce((micros, { cost }) => micros + microsOf(cost), 0);
        expect(sum).toBe(microsOf(shownMoney(whole).spent));
        const shares = shown.reduce((tenths, { share }) => tenths + Math.round(share * 10), 0);
        expect(shares).toBe(spent > 0 ? 1000 : 0);
      }),
    );
  });

  it("say that something is too little to show", () => {
    const costs = [nanoOf(4.9996), nanoOf(0.0004)];
    expect(shownParts({ total: nanoOf(15), spent: nanoOf(5) }, costs)).toEqual([
      { cost: "$5.00", share: 100 },
      { cost: "under $0.01", share: 0 },
    ]);
  });

  it("have the rest as others", () => {
    expect(withOthers([["a", nanoOf(1)]], nanoOf(3))).toEqual([
      ["a", nanoOf(1)],
      ["others", nanoOf(2)],
    ]);
    expect(withOthers([["a", nanoOf(3)]], nanoOf(3))).toHaveLength(1);
    expect(withOthers([], nanoOf(3))).toEqual([]);
  });
});

it.each([
  [0, 0, 5, true],
  [0, 0, 0, false],
  [0, 3, 5, false],
  [3, 0, 5, false],
])("%d of something in %d executions for $%d is unknown: %s", (count, executions, spent, isUnknown) => {
  expect(isUnknownCount(count, { executions, spent })).toBe(isUnknown);
});

describe("rows of parts", () => {
  it("add up to their sums, and these to the whole, as they are shown", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(amount, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 5 }),
        (rows) => {
          const whole = bounded(rows.flat().reduce<number>((sum, part) => sum + part, 0));
          const shown = shownRows(whole, rows);
          for (const { sum, parts } of shown) {
            expect(parts.reduce((total, part) => total + microsOf(part), 0)).toBe(microsOf(sum));
          }
          const [{ cost: all = "" } = {}] = shownParts({ total: whole, spent: whole }, [whole]);
          expect(shown.reduce((total, { sum }) => total + microsOf(sum), 0)).toBe(microsOf(all));
        },
      ),
    );
  });
});
