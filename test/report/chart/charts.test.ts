import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bridgeChart } from "../../../src/report/chart/bridge-chart.ts";
import { budgetsChart } from "../../../src/report/chart/budgets-chart.ts";
import { daysChart } from "../../../src/report/chart/days-chart.ts";
import { heatChart } from "../../../src/report/chart/heat-chart.ts";
import { modelsChart } from "../../../src/report/chart/models-chart.ts";
import { monthChart } from "../../../src/report/chart/month-chart.ts";
import type { Look } from "../../../src/report/chart/palette.ts";
import { runsChart } from "../../../src/report/chart/runs-chart.ts";
import { splitChart } from "../../../src/report/chart/split-chart.ts";
import type { Picture } from "../../../src/report/chart/svg.ts";
import { bounded, type NanoUsd, nanoUsd, ZERO } from "../../../src/values/money.ts";
import { daysIn, instantOf } from "../../../src/values/month.ts";
import { countOf } from "../../support/pace/pace.ts";
import { flawsOf, readSvg } from "./svg-reader.ts";

/** Amounts of every size, from less than a cent to millions, and less than nothing. */
const cost = fc
  .oneof(
    fc.integer({ min: 0, max: 3_000_000_000 }),
    fc.integer({ min: 0, max: 20_000 }),
    fc.integer({ min: 0, max: 8_000_000_000_000_000 }),
    fc.constant(0),
  )
  .map(nanoUsd);
const amount = fc.oneof({ weight: 5, arbitrary: cost }, { weight: 1, arbitrary: cost.map((one) => nanoUsd(-one)) });
const HOSTILE = [
  "<script>alert(1)</script>",
  "]]>",
  "\u202eabc",
  "a\u0000b\u001b[31m",
  "👩‍👩‍👧 team",
  "团队名称",
  "&amp;",
  "\ud800",
  "x".repeat(10_000),
];
const name = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(...HOSTILE),
);
const look = fc.constantFrom<Look>("auto", "light", "dark");
const month = fc.constantFrom("2026-02", "2024-02", "2026-07", "2025-12");

const range = fc.tuple(amount, amount).map(([a, b]) => ({ low: a < b ? a : b, high: a < b ? b : a }));
const monthFacts = fc
  .record({
    month,
    days: fc.nat(31),
    daily: fc.array(amount, { minLength: 31, maxLength: 31 }),
    steps: fc.array(cost, { minLength: 31, maxLength: 31 }),
    hasRanges: fc.boolean(),
    hasAhead: fc.boolean(),
    width: fc.double({ min: 0, max: 20, noNaN: true }),
    budget: amount,
    topUps: amount,
    events: fc.array(
      fc.record({
        kind: fc.constantFrom("milestone" as const, "alert" as const, "top-up" as const),
        day: fc.integer({ min: 1, max: 31 }),
        text: fc.constantFrom("$5", "75%", "+$1,000.00", "$8,388,605"),
      }),
      { maxLength: 20 },
    ),
  })
  .map(({ days, daily, steps, hasRanges, hasAhead, width, ...rest }) => {
    const gone = Math.min(days, daysIn(rest.month));
    let sum: NanoUsd = ZERO;
    const spent = daily.slice(0, gone).map((one) => (sum = bounded(sum + one)));
    let point: NanoUsd = sum;
    const ahead = Array.from({ length: hasAhead ? daysIn(rest.month) - gone : 0 }, (_, index) => {
      point = bounded(point + (steps[index] ?? 0));
      const edges = (by: number) => ({
        low: bounded(Math.round(sum + (point - sum) / (1 + by))),
        high: bounded(Math.round(sum + (point - sum) * (1 + by))),
      });
      return { day: gone + index + 1, point, ...(hasRanges && { likely50: edges(width / 2), likely80: edges(width) }) };
    });
    return { ...rest, spent, ahead };
  });

const days = fc
  .array(
    fc.record({
      spent: amount,
      usual: fc.option(
        range.map(({ low, high }) => ({ expected: low, upper: high })),
        { nil: undefined },
      ),
      cause: fc.option(name, { nil: undefined }),
    }),
    { maxLength: 366 },
  )
  .map((list) =>
    list.map((one, index) => ({
      ...one,
      day: instantOf(Date.UTC(2025, 1, 1) + index * 86_400_000).slice(0, 10),
      isRunning: index === list.length - 1,
    })),
  );

const budgets = fc.array(
  fc.record({
    name,
    unit: fc.constantFrom("USD" as const, "tokens" as const),
    limit: cost,
    spent: amount,
    held: cost,
    remaining: cost,
    projected: fc.option(cost),
  }),
  { maxLength: 200 },
);

const split = fc
  .record({
    by: name,
    months: fc.integer({ min: 0, max: 13 }),
    series: fc.array(
      fc.record({
        name: fc.option(name),
        amounts: fc.array(fc.option(amount, { nil: undefined }), { minLength: 13, maxLength: 13 }),
      }),
      { maxLength: 30 },
    ),
  })
  .map(({ by, months, series }) => {
    const names = Array.from(
      { length: months },
      (_, index) => `${2025 + Math.floor((index + 1) / 12)}-${String(((index + 1) % 12) + 1).padStart(2, "0")}`,
    );
    return { by, months: names, series: series.map((one) => ({ ...one, amounts: one.amounts.slice(0, months) })) };
  });

const bridge = fc
  .record({
    from: name,
    to: name,
    before: amount,
    volume: amount,
    mix: amount,
    price: amount,
    rows: fc.array(fc.record({ name, change: amount }), { maxLength: 12 }),
  })
  .map((facts) => ({
    ...facts,
    after: bounded(facts.before + facts.volume + facts.mix + facts.price),
  }));

const heat = fc.record({
  span: name,
  timezone: fc.constantFrom("UTC", "America/Argentina/ComodRivadavia"),
  cells: fc.array(fc.record({ weekday: fc.nat(6), hour: fc.nat(23), spent: amount }), { maxLength: 200 }),
});
const instant = fc.integer({ min: 1_760_000_000, max: 1_790_000_000 }).map((seconds) => instantOf(seconds * 1000));
const runPoints = fc.array(
  fc.record({
    at: instant,
    cost: amount,
    result: fc.constantFrom("success" as const, "failure" as const, "cancelled" as const, "unknown" as const),
    estimate: fc.option(cost, { nil: undefined }),
    name: fc.option(name, { nil: undefined }),
  }),
  { maxLength: 300 },
);
const runs = fc.record({ span: name, timezone: fc.constant("Europe/Berlin"), runs: runPoints });
const modelCosts = fc.array(
  fc.record({
    model: name,
    cost: amount,
    kinds: fc.record({ input: cost, cacheRead: cost, cacheWrite: cost, output: cost }, { requiredKeys: [] }),
    cacheHitRate: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  }),
  { maxLength: 40 },
);
const models = fc.record({ span: name, models: modelCosts });

type Drawing = { readonly title: string; readonly draw: fc.Arbitrary<Picture>; readonly none: Picture };

function drawing<T>(
  title: string,
  facts: fc.Arbitrary<T>,
  { none, draw }: { none: T; draw: (facts: T, look: Look) => Picture },
): Drawing {
  return { title, draw: fc.tuple(facts, look).map(([one, of]) => draw(one, of)), none: draw(none, "auto") };
}

const nothing = { spent: [], ahead: [], events: [], budget: ZERO, topUps: ZERO, month: "2026-02" };
const CHARTS: readonly Drawing[] = [
  drawing("month", monthFacts, { none: nothing, draw: monthChart }),
  drawing("days", days, { none: [], draw: daysChart }),
  drawing("budgets", budgets, { none: [], draw: budgetsChart }),
  drawing("split", split, { none: { by: "model", months: [], series: [] }, draw: splitChart }),
  drawing("bridge", bridge, {
    none: {
      from: "January 2026",
      to: "February 2026",
      before: ZERO,
      after: ZERO,
      volume: ZERO,
      mix: ZERO,
      price: ZERO,
      rows: [],
    },
    draw: bridgeChart,
  }),
  drawing("heat", heat, { none: { span: "2026", timezone: "UTC", cells: [] }, draw: heatChart }),
  drawing("runs", runs, { none: { span: "2026", timezone: "UTC", runs: [] }, draw: runsChart }),
  drawing("models", models, { none: { span: "2026", models: [] }, draw: modelsChart }),
];

describe.each(CHARTS)("the chart $title", ({ title, draw, none }) => {
  it("keeps every mark and text inside the picture and no two texts on each other, whatever the books have", () => {
    fc.assert(
      fc.property(draw, ({ svg }) => {
        expect(flawsOf(svg)).toEqual([]);
      }),
      { numRuns: countOf("cases") },
    );
  });

  it("has a title, a text alternative that says the same, and a table whose rows fit its columns", () => {
    fc.assert(
      fc.property(draw, ({ svg, title, description, table }) => {
        const [, shown, said] = /<title>(.*?)<\/title>\n<desc>(.*?)<\/desc>/s.exec(svg) ?? [];
        expect([shown?.length, said?.length].every((length) => (length ?? 0) > 10)).toBe(true);
        expect(description.startsWith(title)).toBe(true);
        expect(title.length).toBeLessThan(400);
        expect(svg).toContain('role="img"');
        for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
        expect(JSON.stringify(table)).not.toMatch(/NaN|undefined/);
      }),
    );
  });

  it("refers to nothing outside of itself and lets no foreign text be markup", () => {
    fc.assert(
      fc.property(draw, ({ svg }) => {
        expect(svg).not.toMatch(/<(script|image|use|a|foreignObject|link)\b|\bon\w+=|href|url\(|@import/);
        expect(svg.match(/<style>/g)).toHaveLength(1);
      }),
    );
  });

  it("says in words that there is nothing, and draws no empty plot without them", () => {
    expect(flawsOf(none.svg)).toEqual([]);
    const { texts, points } = readSvg(none.svg);
    expect(texts[0]?.text).toBe(none.title);
    // A month has its budget and a comparison its two spans even if nothing was spent.
    if (!["month", "bridge"].includes(title)) expect([texts.length, points.length]).toEqual([1, 3]);
  });
});
