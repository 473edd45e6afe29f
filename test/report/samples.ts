import type { Entry } from "../../src/books/entry.ts";
import { figuresOf } from "../../src/books/figures.ts";
import { monthOutlook } from "../../src/books/month-demand.ts";
import { monthPace } from "../../src/books/month-pace.ts";
import type { State } from "../../src/books/state.ts";
import type { BooksView, MonthView } from "../../src/report/model/view.ts";
import { type NanoUsd, nanoOf } from "../../src/values/money.ts";
import type { Instant } from "../../src/values/month.ts";

export const NOW: Instant = "2026-02-14T10:07:31Z";
export const ESTIMATE = nanoOf(0.055);

const DAYS = [0.41, 0.52, 0.33, 0.47, 0.28, 0.05, 0.03, 0.61, 0.44, 0.39, 0.57, 0.35, 0.46, 0.32];

/** What a month spent day by day from the first, each day seven executions. */
function dailyOf(spent: readonly number[]): State["daily"] {
  return Object.fromEntries(
    spent.map((dollars, index) => [
      `2026-02-${String(index + 1).padStart(2, "0")}`,
      { spent: nanoOf(dollars), executions: 7, prs: 7 },
    ]),
  );
}

/** A February after a fortnight: 95 executions at $5.23, one hold open. */
export function sampleState(change: Partial<State> = {}): State {
  return {
    version: "2.0",
    requires: [],
    current_month: "2026-02",
    monthly_budget: nanoOf(15),
    top_ups: nanoOf(0),
    timezone: "UTC",
    total_spent: nanoOf(5.23),
    executions: 95,
    prs_generated: 91,
    tokens_used: {},
    models: {
      "claude-sonnet-4-5": {
        provider: "anthropic",
        input: 1_190_000,
        cache_read: 812_000,
        cache_write: 96_000,
        output: 142_500,
        requests: 410,
        cost: nanoOf(4.7075),
      },
      "gpt-4o-mini": {
        provider: "openai",
        input: 237_500,
        cache_read: 0,
        output: 380_000,
        requests: 95,
        cost: nanoOf(0.263625),
      },
      unpriced: { cost: nanoOf(0.258875) },
    },
    daily: dailyOf(DAYS),
    milestones_reached: [nanoOf(5)],
    alerts_sent: [],
    holds: [
      {
        id: "9f1c2d3e-0000-4000-8000-000000000001",
        amount: ESTIMATE,
        at: "2026-02-14T10:00:00Z",
        expires_at: "2026-02-14T16:00:00Z",
        profile: "ai-pr",
        run: { repository: "o/r", run_id: 123, attempt: 1, job: "agent", index: 0 },
        tags: {},
      },
    ],
    closed_holds: [],
    profiles: {},
    sessions: {},
    outbox: [],
    exhausted_at: null,
    last_reset: "2026-02-01T00:00:00Z",
    history: [
      {
        month: "2025-12",
        budget: nanoOf(15),
        total_spent: nanoOf(11.07),
        prs_generated: 200,
        executions: 203,
        closed: "rollover",
      },
      {
        month: "2026-01",
        budget: nanoOf(15),
        total_spent: nanoOf(14.82),
        prs_generated: 269,
        executions: 270,
        closed: "rollover",
      },
    ],
    ...change,
  };
}

export function sampleMonth(change: Partial<State> = {}, now: Instant = NOW): MonthView {
  const state = sampleState(change);
  const figures = figuresOf(state, ESTIMATE);
  return {
    state,
    figures,
    pace: monthPace({ state, figures, now, estimate: ESTIMATE }),
    ahead: monthOutlook(state, now),
  };
}

export const sampleEntry: Entry = {
  id: "0c7de1b2-0000-4000-8000-000000000002",
  at: NOW,
  month: "2026-02",
  kind: "charge",
  cost: nanoOf(0.031275),
  quality: "priced",
  predicted: ESTIMATE,
  hold: "9f1c2d3e-0000-4000-8000-000000000001",
  result: "success",
  prs: 1,
  profile: "ai-pr",
  tags: { agent: "dev-lead", project: "shop" },
  usage: [
    {
      provider: "anthropic",
      model: "claude-sonnet-4-5",
      input: 2000,
      output: 1500,
      requests: 1,
      cost: nanoOf(0.0285),
      prices: { input: 3, output: 15 },
      price_source: "genai-prices@0.1.8",
    },
    {
      provider: "openai",
      model: "gpt-4o-mini",
      input: 2500,
      cache_read: 500,
      output: 4000,
      requests: 1,
      cost: nanoOf(0.002775),
      prices: { input: 0.15, output: 0.6 },
      price_source: "genai-prices@0.1.8",
    },
  ],
  source: "inputs",
};

export function sampleView(change: Partial<BooksView> = {}): BooksView {
  return {
    title: "AI run booked",
    sentence: "$0.0313 was booked; $5.23 of $15.00 is spent (34.9%) and $9.72 is left.",
    tone: "good",
    name: "AI Orchestration",
    place: "o/r@token-budget",
    now: NOW,
    month: sampleMonth(),
    booked: sampleEntry,
    booking: {
      cost: nanoOf(0.031275),
      charged: nanoOf(0.031275),
      quality: "priced",
      how: "settled",
      milestones: [] as NanoUsd[],
      alerts: [],
    },
    nextSteps: [],
    notes: [],
    ...change,
  };
}

/** The month at its end: nothing more fits. */
export const deniedView: BooksView = sampleView({
  title: "AI run denied: the month's budget is spent",
  sentence: "$14.96 of $15.00 is spent (99.7%); the next run is expected to cost $0.0550 and no longer fits.",
  tone: "bad",
  month: sampleMonth(
    {
      total_spent: nanoOf(14.96),
      executions: 275,
      prs_generated: 275,
      holds: [],
      daily: dailyOf(DAYS.map((spent) => spent * 2.86)),
    },
    "2026-02-14T10:07:31Z",
  ),
  booked: undefined,
  booking: undefined,
  admission: { decision: "deny", reason: "exhausted", estimate: ESTIMATE, coldStart: false },
  nextSteps: [
    { text: "Wait: the budget resets on 1 Mar 2026, 00:00 (UTC)." },
    {
      text: "Or raise it in .github/token-budget.yml on the default branch:",
      code: "monthly-budget: 25",
    },
  ],
  notes: ["The model my-finetune has no price; its runs are charged by estimate."],
});
