import { describe, expect, it } from "vitest";
import { trendOf } from "../../../src/insight/attribution/trend.ts";
import { type NanoUsd, nanoOf } from "../../../src/values/money.ts";
import { daysLater } from "../../../src/values/period.ts";
import { createDice } from "../../faults/dice.ts";
import { charge, report } from "./report-samples.ts";

const UNTIL = "2026-02-28";

/** So many days, the last of which is 0 days before the end. */
function daysOf(count: number, dollars: (daysBefore: number) => number): Map<string, NanoUsd> {
  return new Map(Array.from({ length: count }, (_, ago) => [daysLater(UNTIL, -ago), nanoOf(dollars(ago))]));
}

function trend(count: number, dollars: (daysBefore: number) => number) {
  return trendOf(UNTIL, { spent: daysOf(count, dollars), since: daysLater(UNTIL, 1 - count), unknown: [] });
}

describe("the trend of a report", () => {
  it("has the averages of the last days, of those that are all known", () => {
    const { averages } = trend(40, (ago) => (ago < 7 ? 1 : 2));
    expect(averages).toEqual({ 7: nanoOf(1), 30: nanoOf((7 + 46) / 30), 90: undefined });
    expect(trend(90, () => 1).averages[90]).toBe(nanoOf(1));
  });

  it("counts known days without charges as zeros, and not those that were imported", () => {
    const spent = new Map([[UNTIL, nanoOf(7)]]);
    expect(trendOf(UNTIL, { spent, since: "2026-02-01", unknown: [] }).averages[7]).toBe(nanoOf(1));
    const unknown = [{ from: "2026-02-01", to: "2026-02-22" }];
    expect(trendOf(UNTIL, { spent, since: "2026-02-01", unknown }).averages[7]).toBeUndefined();
  });

  it.each([
    ["rising", 1.02],
    ["steady", 1],
    ["falling", 0.98],
  ])("is %s at a growth of %d a day", (direction, daily) => {
    const found = trend(84, (ago) => daily ** -ago);
    expect(found.direction).toBe(direction);
    expect(found.growth?.point).toBeCloseTo(daily ** (365.25 / 12) - 1, 6);
  });

  it("isn't known below five weeks, in weeks without charges, and where they say nothing", () => {
    for (const found of [trend(34, () => 1), trend(35, (ago) => (ago < 7 ? 0 : 1))]) {
      expect(found).toMatchObject({ direction: "unknown", growth: undefined });
    }
    const wild = trend(35, (ago) => [1, 30, 2, 25, 3][Math.floor(ago / 7)] ?? 0);
    expect(wild.direction).toBe("unknown");
    expect(wild.growth?.low).toBeLessThan(0);
  });

  it("has an 80 % interval, which has the growth in about 80 of 100 cases", () => {
    const [series, growth] = [500, 0.1];
    const dice = createDice(7);
    // The sum of twelve even ones is nearly normal.
    const noise = () =>
      Array.from({ length: 12 }, () => dice.number(0, 1_000_000) / 1_000_000).reduce((sum, one) => sum + one, -6);
    const weekly = 1 + growth;
    const held = Array.from({ length: series }, () => {
      const weeks = Array.from(
        { length: 12 },
        (_, ago) => weekly ** ((-ago * 7 * 12) / 365.25) * Math.exp(0.3 * noise()),
      );
      const found = trend(84, (ago) => weeks[Math.floor(ago / 7)] ?? 0).growth;
      return found !== undefined && found.low <= growth && growth <= found.high;
    });
    const share = held.filter(Boolean).length / series;
    expect(share).toBeGreaterThan(0.75);
    expect(share).toBeLessThan(0.85);
  });

  it("ends with yesterday in a period that isn't over", () => {
    const entries = ["2026-02-12", "2026-02-13", "2026-02-14"].map((day) => charge({ at: `${day}T10:00:00Z` }));
    const since = "2026-01-01";
    expect(report(entries, { today: "2026-02-14" }, { since }).trend).toMatchObject({
      until: "2026-02-13",
      averages: { 7: nanoOf(0.2 / 7) },
    });
    expect(report(entries, {}, { since }).trend?.until).toBe("2026-02-28");
    expect(report(entries).trend?.averages[7]).toBe(0);
  });
});
