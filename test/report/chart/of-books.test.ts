import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { monthOutlook } from "../../../src/books/month-demand.ts";
import type { State } from "../../../src/books/state.ts";
import { STATE_CHARTS } from "../../../src/insight/chart-names.ts";
import { recentDays } from "../../../src/insight/recent-days.ts";
import { drawChart, drawClosedMonth } from "../../../src/report/chart/charts.ts";
import { closedMonthFacts, monthFactsOf } from "../../../src/report/chart/of-books.ts";
import { bounded, boundedSum, nanoOf, nanoUsd, showUsd } from "../../../src/values/money.ts";
import { showDay } from "../../../src/values/show.ts";
import { countOf } from "../../support/pace/pace.ts";
import { NOW, sampleState } from "../samples.ts";
import { flawsOf } from "./svg-reader.ts";

const day = (spent: number) => ({ spent: nanoUsd(spent), executions: 1, prs: 0 });
const amount = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 2_000_000_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: -2_000_000_000, max: 0 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 4_000_000_000_000_000 }) },
);

/** Books of a month and the one before it, with any amounts on any days, imported or booked. */
const books = fc
  .record({
    spent: fc.dictionary(
      fc.integer({ min: 1, max: 28 }).map((one) => `2026-02-${String(one).padStart(2, "0")}`),
      amount,
    ),
    undated: amount,
    before: fc.option(fc.array(amount, { maxLength: 31 })),
    budget: amount,
    topUps: fc.array(fc.integer({ min: 1, max: 9_000_000_000 }), { maxLength: 3 }),
    timezone: fc.constantFrom("UTC", "Pacific/Kiritimati", "America/Los_Angeles"),
    now: fc.constantFrom("2026-02-01T13:00:00Z", NOW, "2026-02-28T19:00:00Z", "2026-02-28T23:59:59Z"),
  })
  .map(({ spent, undated, before, budget, topUps, timezone, now }) => {
    const daily = Object.fromEntries(Object.entries(spent).map(([key, value]) => [key, day(value)]));
    const total = bounded(boundedSum(Object.values(daily).map((one) => one.spent)) + undated);
    const january =
      before === null
        ? []
        : [
            {
              month: "2026-01",
              total_spent: boundedSum(before.map(nanoUsd)),
              daily_spent: before.map(nanoUsd),
              budget: nanoUsd(budget),
            },
          ];
    const last = topUps.map((one, index) => ({
      at: `2026-02-0${index + 1}T12:00:00Z`,
      what: `top-up of ${showUsd(nanoUsd(one))}`,
      actor: "octocat",
      reason: "more",
    }));
    const state = sampleState({
      ...{ daily, timezone, total_spent: total, monthly_budget: nanoUsd(budget), history: january as State["history"] },
      top_ups: boundedSum(topUps.map(nanoUsd)),
      milestones_reached: total > 0 ? [nanoUsd(Math.ceil(total / 2)), total] : [],
      alerts_sent: [75, 90],
      adjustments: { count: last.length, last },
    });
    return { state, now, ahead: monthOutlook(state, now), budgets: [] };
  });

describe("charts of books", () => {
  it.each(STATE_CHARTS)("%s: nothing leaves the picture and nothing meets, whatever was booked", (name) => {
    fc.assert(
      fc.property(books, fc.constantFrom("auto" as const, "dark" as const), (of, look) => {
        expect(flawsOf(drawChart(name, of, look).svg)).toEqual([]);
      }),
      { numRuns: countOf("cases") },
    );
  });

  it("the month's band is the forecast's, and the curve ends at what is spent", () => {
    fc.assert(
      fc.property(books, ({ state, now, ahead }) => {
        const facts = monthFactsOf(state, ahead, now);
        if (state.total_spent !== boundedSum(Object.values(state.daily).map(({ spent }) => spent))) return;
        const end = facts.ahead.at(-1);
        if (end === undefined) return;
        expect(end.point).toBe(ahead.forecast.point);
        expect(end.likely80).toEqual(ahead.forecast.kind === "ranges" ? ahead.forecast.likely80 : undefined);
        expect(end.day).toBe(28);
      }),
    );
  });

  it("a closed month ends with what it spent", () => {
    fc.assert(
      fc.property(books, ({ state: { history } }) => {
        const [january] = history;
        if (january === undefined || (january.daily_spent ?? []).length === 0) return;
        expect(closedMonthFacts(january)?.spent.at(-1)).toBe(january.total_spent);
        expect(flawsOf(drawClosedMonth(january, "light")?.svg ?? "")).toEqual([]);
      }),
    );
    expect(drawClosedMonth({ month: "2026-01", total_spent: nanoOf(3) }, "light")).toBeUndefined();
  });

  it("says of imported spending that its days aren't known, and begins with it", () => {
    const imported = sampleState({ daily: { "2026-02-10": day(2_000_000_000) }, total_spent: nanoOf(9), history: [] });
    const { svg, description } = drawChart(
      "month",
      { state: imported, now: NOW, ahead: monthOutlook(imported, NOW), budgets: [] },
      "light",
    );
    expect(svg).toContain(">$7.00 is without a day and counts from the beginning</text>");
    expect(description).toContain("$7.00 is without a day");
    const { description: dated } = drawChart(
      "month",
      { state: sampleState(), now: NOW, ahead: monthOutlook(sampleState(), NOW), budgets: [] },
      "light",
    );
    expect(dated).not.toContain("without a day");
  });

  it("marks top-ups, milestones and alerts on their days", () => {
    const at = (one: string) => `2026-02-${one}T10:00:00Z`;
    const state = sampleState({
      ...{ top_ups: nanoOf(2), alerts_sent: [25] },
      adjustments: {
        count: 2,
        last: [
          { at: at("03"), what: "top-up of $2.00", actor: "octocat", reason: "release" },
          { at: at("04"), what: "transfer of $1.00 from qa to infra", actor: "octocat", reason: "outage" },
        ],
      },
    });
    expect(monthFactsOf(state, monthOutlook(state, NOW), NOW).events).toEqual([
      { kind: "milestone", day: 14, text: "$5" },
      { kind: "alert", day: 12, text: "25%" },
      { kind: "top-up", day: 3, text: "+$2.00" },
    ]);
  });
});

describe("the day on which the money is gone", () => {
  const days = (budget: number) => {
    const daily = Object.fromEntries(
      Array.from({ length: 14 }, (_, at) => [
        `2026-02-${String(at + 1).padStart(2, "0")}`,
        day(at % 2 === 0 ? 700_000_000 : 1_300_000_000),
      ]),
    );
    const state = sampleState({ daily, total_spent: nanoOf(14), monthly_budget: nanoOf(budget), history: [] });
    return { state, ahead: monthOutlook(state, NOW), now: NOW, budgets: [] };
  };

  it("is marked on the budget's line, as status says it, with that of the 80 % edge", () => {
    const books = days(22);
    const { goneOn, earliest } = books.ahead;
    if (goneOn === null || earliest === null || earliest >= goneOn) throw new Error("it runs out on neither day");
    const marked = monthFactsOf(books.state, books.ahead, NOW).events.slice(-2);
    expect(marked).toEqual([
      { kind: "likely gone", day: Number(goneOn.slice(8)), text: showDay(goneOn) },
      { kind: "possibly gone", day: Number(earliest.slice(8)), text: showDay(earliest) },
    ]);
    const { svg, description, table } = drawChart("month", books, "light");
    for (const text of ["likely gone", "possibly gone", showDay(goneOn), showDay(earliest)])
      expect(svg).toContain(text);
    expect(description).toContain(`likely gone on ${showDay(goneOn)}, possibly gone on ${showDay(earliest)}`);
    expect(table.rows.find(([name]) => name === showDay(goneOn))?.at(-1)).toBe("likely gone");
  });

  it.each([
    ["where it lasts", 99],
    ["where it is used up", 10],
  ])("isn't marked %s", (_, budget) => {
    const { svg, description } = drawChart("month", days(budget), "light");
    expect(svg + description).not.toContain("gone");
  });
});

describe("the month of books that began in it", () => {
  const began = sampleState({
    history: [],
    last_reset: "2026-02-10T09:00:00Z",
    daily: { "2026-02-11": day(2) },
    total_spent: nanoUsd(2),
  });
  const drawn = (state: State) =>
    drawChart("month", { state, ahead: monthOutlook(state, NOW), budgets: [], now: NOW }, "light");

  it("says nothing of the days before", () => {
    expect(monthFactsOf(began, monthOutlook(began, NOW), NOW).since).toBe(10);
    expect(drawn(began).table.rows[0]?.slice(0, 2)).toEqual(["10 Feb", "$0.00"]);
    expect(drawn(began).description).toContain("from 10 Feb up to 14 Feb");
  });

  it("counts from the first day where something was imported, or was booked for an earlier day", () => {
    const imported = { ...began, total_spent: nanoUsd(5) };
    expect(monthFactsOf(imported, monthOutlook(imported, NOW), NOW).since).toBe(1);
    const early = { ...began, daily: { ...began.daily, "2026-02-07": day(1) }, total_spent: nanoUsd(3) };
    expect(monthFactsOf(early, monthOutlook(early, NOW), NOW).since).toBe(7);
  });
});

describe("the recent days", () => {
  it("have what is usual once ten days are known, and today last", () => {
    const days = recentDays(sampleState(), NOW, 28);
    expect(days.map(({ day: one }) => one)).toEqual(
      Array.from({ length: 14 }, (_, index) => `2026-02-${String(index + 1).padStart(2, "0")}`),
    );
    expect(days.filter(({ usual }) => usual !== undefined).map(({ day: one }) => one)[0]).toBe("2026-02-11");
    expect(days.map(({ isRunning }) => isRunning).indexOf(true)).toBe(13);
  });

  it("have the day on which the money ran out, but not those after it without a charge", () => {
    const january = {
      month: "2026-01",
      budget: nanoOf(3),
      total_spent: nanoOf(3.5),
      exhausted_at: "2026-01-28T10:00:00Z",
    };
    const daily_spent = Array.from({ length: 31 }, (_, at) => nanoOf(at === 26 ? 1.5 : at === 27 ? 2 : 0));
    const state = sampleState({
      daily: { "2026-02-01": day(400_000_000) },
      total_spent: nanoOf(0.4),
      history: [{ ...january, daily_spent }],
    });
    const days = recentDays(state, "2026-02-02T10:00:00Z", 8).map(({ day: one, spent }) => `${one} ${spent / 1e9}`);
    expect(days).toEqual(["2026-01-27 1.5", "2026-01-28 2", "2026-02-01 0.4", "2026-02-02 0"]);
  });

  it("leave out what the books know nothing of", () => {
    expect(recentDays(sampleState({ daily: {}, total_spent: nanoOf(0), history: [] }), NOW, 28)).toEqual([]);
    expect(recentDays(sampleState(), NOW, 2).map(({ day: one }) => one)).toEqual(["2026-02-13", "2026-02-14"]);
  });
});
