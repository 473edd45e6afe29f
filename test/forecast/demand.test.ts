import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chanceOf,
  type Demand,
  type DemandForecast,
  daysReaching,
  demandOf,
  partOf,
  totalOf,
  totalsByDay,
} from "../../src/forecast/demand.ts";
import { daysFrom, historyOf } from "../../src/forecast/history.ts";
import { MAX_NANO_USD, nanoOf, nanoUsd, usdOf, ZERO } from "../../src/values/money.ts";
import { type Day, daysIn } from "../../src/values/month.ts";
import { daysLater } from "../../src/values/period.ts";
import { daysOf, sumOf } from "./days.ts";

type Dollars = Parameters<typeof daysOf>[2];

/** The forecast of the month's end at the start of a day of known amounts since another day. */
function monthEnd(began: Day, today: Day, dollars: Dollars): DemandForecast {
  const history = daysOf(began, daysLater(today, -1), dollars);
  const month = today.slice(0, 7);
  const span = { from: `${month}-01`, to: `${month}-${daysIn(month)}`, spent: nanoUsd(sumOf(history, month)) };
  return totalOf(demandOf({ history, today: { day: today, spent: ZERO, left: 1 } }), span);
}

const pointOf = ({ point }: DemandForecast): number => usdOf(point);

describe("a forecast of demand", () => {
  it("goes on as before where every day is alike, with room for a level that moves", () => {
    const forecast = monthEnd("2026-01-01", "2026-02-15", () => 1);
    expect(pointOf(forecast)).toBeCloseTo(28, 6);
    if (forecast.kind !== "ranges") throw new Error("no ranges");
    // Only the drift of 18 % of the $14 to come: the logarithm's deviation is √ln(1 + 0.18²), t has 22 degrees or so.
    const deviation = Math.sqrt(Math.log(1 + 0.18 ** 2));
    const high = 14 + 14 * Math.exp(1.02 * 1.322 * deviation - deviation ** 2 / 2);
    expect(usdOf(forecast.likely80.high)).toBeCloseTo(high, 1);
    expect(usdOf(forecast.likely80.low)).toBeGreaterThan(24);
    expect(chanceOf(forecast, nanoOf(28))).toBeGreaterThan(0.4);
    expect(chanceOf(forecast, nanoOf(28))).toBeLessThan(0.5);
  });

  it("doesn't fall from Friday to Monday for the weekend's nothing", () => {
    const workdays: Dollars = (_, weekday) => (weekday === 0 || weekday === 6 ? 0 : 2);
    const points = daysFrom("2026-02-13", "2026-02-17").map((day) => pointOf(monthEnd("2025-12-15", day, workdays)));
    expect(Math.max(...points) - Math.min(...points)).toBeLessThan(0.4);
    for (const point of points) expect(Math.abs(point - 40)).toBeLessThan(1.2);
  });

  it("expects the weekend's nothing in the last days", () => {
    const workdays: Dollars = (_, weekday) => (weekday === 0 || weekday === 6 ? 0 : 2);
    expect(pointOf(monthEnd("2025-12-15", "2026-02-28", workdays)) - 40).toBeLessThan(0.3);
  });

  it("follows a level that moved", () => {
    expect(pointOf(monthEnd("2026-01-01", "2026-03-16", (at) => (at < 45 ? 1 : 3)))).toBeGreaterThan(85);
  });

  it("isn't carried away by one day", () => {
    const usual = pointOf(monthEnd("2026-01-01", "2026-02-15", () => 1));
    const odd = pointOf(monthEnd("2026-01-01", "2026-02-15", (at) => (at === 40 ? 51 : 1)));
    // The plain mean of the days would more than double what is to come.
    expect(odd - usual).toBeLessThan(50 + 14 * 0.25);
  });

  it("takes what is left of today by its hours", () => {
    const history = daysOf("2026-01-01", "2026-01-30", () => 24);
    const span = { from: "2026-01-31", to: "2026-01-31", spent: nanoOf(5) };
    const at = (left: number) =>
      totalOf(demandOf({ history, today: { day: "2026-01-31", spent: nanoOf(5), left } }), span);
    expect([1, 0.5, 0].map((left) => pointOf(at(left)))).toEqual([
      expect.closeTo(29, 6),
      expect.closeTo(17, 6),
      expect.closeTo(5, 6),
    ]);
  });

  it("takes whole days of a span that begins later, and nothing of one that is over", () => {
    const history = daysOf("2026-01-01", "2026-01-28", () => 2);
    const demand = demandOf({ history, today: { day: "2026-01-29", spent: ZERO, left: 0.5 } });
    const next = totalOf(demand, { from: "2026-02-01", to: "2026-02-28", spent: ZERO });
    expect(pointOf(next)).toBeCloseTo(56, 6);
    const over = totalOf(demand, { from: "2026-01-01", to: "2026-01-10", spent: nanoOf(20) });
    expect([over.point, chanceOf(over, nanoOf(21)), chanceOf(over, nanoOf(20))]).toEqual([nanoOf(20), 0, 1]);
  });
});

describe("with little to go by, a forecast", () => {
  it("is a pace without ranges after two days, and says so", () => {
    const forecast = monthEnd("2026-02-01", "2026-02-03", (at) => 1 + 2 * at);
    // $4 in two days, and 26 days to come.
    expect(forecast).toEqual({ kind: "pace", spent: nanoOf(4), point: nanoOf(56) });
    expect([chanceOf(forecast, nanoOf(15)), chanceOf(forecast, nanoOf(4))]).toEqual([null, 1]);
  });

  it("is a pace of at least a day on the first one", () => {
    const today = { day: "2026-02-01", spent: nanoOf(3), left: 0.75 };
    const span = { from: "2026-02-01", to: "2026-02-28", spent: nanoOf(3) };
    expect(totalOf(demandOf({ history: [], today }), span).point).toBe(nanoOf(3 + 3 * 27.75));
  });

  it("has ranges after three days", () => {
    expect(monthEnd("2026-02-01", "2026-02-04", (at) => at).kind).toBe("ranges");
  });

  it("is nothing more after months of zeros", () => {
    const forecast = monthEnd("2025-12-01", "2026-02-15", () => 0);
    const none = { low: ZERO, high: ZERO };
    expect(forecast).toMatchObject({ kind: "ranges", point: ZERO, likely50: none, likely80: none, likely95: none });
    expect(chanceOf(forecast, nanoOf(0.01))).toBe(0);
  });

  it("has room for nothing more, and for more of the same, after a single charge", () => {
    const forecast = monthEnd("2025-12-01", "2026-02-15", (at) => (at === 30 ? 10 : 0));
    if (forecast.kind !== "ranges") throw new Error("no ranges");
    expect(forecast.likely80.low).toBe(ZERO);
    expect(forecast.point).toBeGreaterThan(0);
    expect(forecast.likely95.high).toBeGreaterThan(forecast.point);
  });

  it("isn't below what is spent after a correction", () => {
    const history = daysOf("2026-01-20", "2026-02-09", (at) => (at === 18 ? -40 : 1));
    const span = { from: "2026-02-01", to: "2026-02-28", spent: nanoOf(-32) };
    const forecast = totalOf(demandOf({ history, today: { day: "2026-02-10", spent: ZERO, left: 1 } }), span);
    expect(pointOf(forecast)).toBeGreaterThan(-32 + 15);
    expect(pointOf(forecast)).toBeLessThan(-32 + 20);
  });
});

describe("unknown days", () => {
  const amounts = daysOf("2026-01-01", "2026-01-19", () => 1);
  const pointSince = (began: Day, unknown: { from: Day; to: Day }[]) => {
    const today = "2026-02-01";
    const demand = demandOf({
      history: historyOf({ amounts, began, today, unknown }),
      today: { day: today, spent: ZERO, left: 1 },
    });
    return pointOf(totalOf(demand, { from: today, to: "2026-02-28", spent: ZERO }));
  };

  it("after the money ran out, or while runs were paused, make the next month's forecast no lower", () => {
    expect(pointSince("2026-01-01", [{ from: "2026-01-20", to: "2026-01-31" }])).toBeCloseTo(28, 6);
    expect(pointSince("2026-01-01", [])).toBeLessThan(20);
  });

  it("before the books began don't either", () => {
    const ranOut = { from: "2026-01-20", to: "2026-01-31" };
    expect(pointSince("2025-12-01", [ranOut, { from: "2025-12-01", to: "2025-12-31" }])).toBeCloseTo(28, 6);
    expect(pointSince("2025-12-01", [ranOut])).toBeLessThan(22);
  });
});

describe("the day on which a limit is reached", () => {
  const history = daysOf("2026-01-01", "2026-02-14", (_, weekday) => (weekday % 2 === 0 ? 0.8 : 1.2));
  const demand = demandOf({ history, today: { day: "2026-02-15", spent: ZERO, left: 1 } });
  const span = { from: "2026-02-01", to: "2026-02-28", spent: nanoOf(14) };

  const reaching = (dollars: number, seen: Demand = demand) => {
    const { spent } = span;
    return daysReaching(nanoOf(dollars), { spent, today: seen.today.day, days: totalsByDay(seen, span) });
  };

  it("is the one by whose end the point is there, and the upper edge is there no later", () => {
    const { likely, earliest } = reaching(20.5);
    expect(likely).toBe("2026-02-21");
    expect(earliest && likely && earliest <= likely).toBe(true);
  });

  it("is today where it is reached, and none where the span ends first", () => {
    expect(reaching(14)).toEqual({ likely: "2026-02-15", earliest: "2026-02-15" });
    expect(reaching(500)).toEqual({ likely: null, earliest: null });
  });

  it("has no early edge with a pace", () => {
    const pace = demandOf({ history: [], today: { day: "2026-02-15", spent: nanoOf(2), left: 0.5 } });
    expect(reaching(16, pace)).toEqual({ likely: "2026-02-16", earliest: null });
  });
});

describe("the forecast of a part", () => {
  const whole = monthEnd("2026-01-01", "2026-02-15", (at) => 1 + (at % 3) / 2);

  it("has its own spending, and its share of what is to come", () => {
    const part = partOf(whole, { share: 0.25, spent: nanoOf(2) });
    if (whole.kind !== "ranges" || part.kind !== "ranges") throw new Error("no ranges");
    expect(usdOf(part.point)).toBeCloseTo(2 + usdOf(nanoUsd(whole.point - whole.spent)) / 4, 6);
    expect(usdOf(part.likely80.high)).toBeCloseTo(2 + usdOf(nanoUsd(whole.likely80.high - whole.spent)) / 4, 6);
    expect(chanceOf(part, part.likely80.high)).toBeCloseTo(0.1, 6);
  });

  it("is what it has spent where its share is zero, and a pace of a pace", () => {
    const none = partOf(whole, { share: 0, spent: nanoOf(2) });
    expect([none.point, chanceOf(none, nanoOf(2.01))]).toEqual([nanoOf(2), 0]);
    const pace = partOf({ kind: "pace", spent: nanoOf(4), point: nanoOf(56) }, { share: 0.5, spent: nanoOf(1) });
    expect(pace).toEqual({ kind: "pace", spent: nanoOf(1), point: nanoOf(27) });
  });
});

const amount = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 20_000_000_000 }),
  fc.integer({ min: -MAX_NANO_USD, max: MAX_NANO_USD }),
);
const anyCase = fc.record({
  amounts: fc.array(fc.record({ amount, gap: fc.nat({ max: 2 }) }), { maxLength: 120 }),
  left: fc.double({ min: 0, max: 1, noNaN: true }),
  ahead: fc.integer({ min: -5, max: 370 }),
  begins: fc.integer({ min: -30, max: 40 }),
  spent: amount,
  limits: fc.array(amount, { minLength: 2, maxLength: 5 }),
});

describe("any forecast", () => {
  it("is finite, in order, never below what is spent, and less likely to reach a higher limit", () => {
    fc.assert(
      fc.property(anyCase, ({ amounts, left, ahead, begins, spent, limits }) => {
        const today = "2026-03-29";
        let day = today;
        const history = amounts.map(({ amount, gap }) => {
          day = daysLater(day, -1 - gap);
          return { day, spent: nanoUsd(amount) };
        });
        const demand = demandOf({ history: history.toReversed(), today: { day: today, spent: ZERO, left } });
        const span = { from: daysLater(today, begins), to: daysLater(today, ahead), spent: nanoUsd(spent) };
        const forecast = totalOf(demand, span);
        const edges = forecast.kind === "pace" ? [] : [forecast.likely95, forecast.likely80, forecast.likely50];
        const lows = edges.map(({ low }) => low);
        const highs = edges.map(({ high }) => high).toReversed();
        const all = [span.spent, ...lows, forecast.point, ...highs];
        expect(all).toEqual(all.toSorted((a, b) => a - b));
        for (const one of all) expect(Number.isSafeInteger(one)).toBe(true);
        expect(forecast.kind).toBe(amounts.length < 3 ? "pace" : "ranges");
        const rising = limits.toSorted((a, b) => a - b).map((limit) => chanceOf(forecast, nanoUsd(limit)));
        const known = rising.filter((chance) => chance !== null);
        for (const [at, chance] of known.entries()) {
          expect(chance >= 0 && chance <= 1).toBe(true);
          // Of limits that are a nano-dollar apart in millions the last binary digit may differ.
          expect(chance).toBeLessThanOrEqual((known[at - 1] ?? 1) + 1e-12);
        }
      }),
    );
  });

  it("gives its own edges the chances that their names say", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 500, max: 1_500 }), { minLength: 20, maxLength: 90 }), (cents) => {
        const history = daysOf(daysLater("2026-03-01", -cents.length), "2026-02-28", (at) => (cents[at] ?? 0) / 100);
        const demand = demandOf({ history, today: { day: "2026-03-01", spent: ZERO, left: 1 } });
        const forecast = totalOf(demand, { from: "2026-03-01", to: "2026-03-31", spent: ZERO });
        if (forecast.kind !== "ranges") throw new Error("no ranges");
        const chances = [
          forecast.likely80.low,
          forecast.likely50.low,
          forecast.likely50.high,
          forecast.likely80.high,
          forecast.likely95.high,
        ];
        const named = [0.9, 0.75, 0.25, 0.1, 0.025];
        for (const [at, chance] of named.entries()) {
          expect(chanceOf(forecast, chances[at] ?? ZERO)).toBeCloseTo(chance, 6);
        }
      }),
    );
  });
});
