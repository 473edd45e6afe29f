import type { Admission, Booking } from "../../src/books/answer.ts";
import type { Entry } from "../../src/books/entry.ts";
import { DEFAULT_SETTINGS } from "../../src/books/settings.ts";
import type { State } from "../../src/books/state.ts";
import { nextSteps } from "../../src/commands/outcome/next-steps.ts";
import { admissionSentence, bookingSentence, milestonesText, standing } from "../../src/commands/outcome/sentences.ts";
import { outlookOf } from "../../src/insight/outlook.ts";
import { renderJobSummary } from "../../src/report/markdown/job-summary.ts";
import { renderPage } from "../../src/report/markdown/page.ts";
import { renderPullComment } from "../../src/report/markdown/pull-comment.ts";
import type { BooksView, MonthView } from "../../src/report/model/view.ts";
import { type NanoUsd, nanoOf, nanoUsd } from "../../src/values/money.ts";
import { daysIn, epochOf, type Instant, instantOf } from "../../src/values/month.ts";
import { ESTIMATE, NOW, sampleEntry, sampleMonth, sampleState, sampleView } from "./samples.ts";

/** Something that people get to see, in GitHub's markdown, and what its chart has to show. */
export type Exhibit = {
  readonly markdown: string;
  /** Days of the month, how many of them have come, and on how many of those something was spent up to then. */
  readonly days: number;
  readonly come: number;
  readonly spent: number;
  /** How the days to come are drawn: not at all, as bars alone, or between the edges of the forecast's range. */
  readonly ahead: "none" | MonthView["ahead"]["forecast"]["kind"];
};

const SPENT = { total_spent: nanoOf(14.97), executions: 272, prs_generated: 268, holds: [] };
const EMPTY = { total_spent: nanoOf(0), executions: 0, prs_generated: 0, models: {}, daily: {}, holds: [] };

const TWELVE_MODELS = [
  "claude-opus-4-5",
  "claude-sonnet-4-5",
  "gpt-5.2-codex",
  "gemini-3-pro-preview",
  "claude-haiku-4-5",
  "gpt-5-mini",
  "gemini-2.5-flash",
  "deepseek-chat",
  "qwen3-coder",
  "gpt-4o-mini",
  "mistral-large-latest",
  "openrouter/x-ai/grok-code-fast-1",
];

/** The job summaries and the page, by name, with the words that the commands use. */
export const GALLERY: Readonly<Record<string, Exhibit>> = {
  allow: checked({}, NOW),
  "job-summary": recorded({}, { milestones: [] }),
  milestone: recorded({ total_spent: nanoOf(5.02) }, { milestones: [nanoOf(5)] }),
  "deny-exhausted": checked({ ...SPENT, daily: daily(0.575, 26) }, "2026-02-26T10:07:31Z"),
  "deny-insufficient": checked(
    {
      ...SPENT,
      total_spent: nanoOf(14.8),
      daily: daily(0.57, 26),
      holds: holds(4, 0.05, "2026-02-26T10:07:31Z"),
    },
    "2026-02-26T10:07:31Z",
  ),
  estimated: recorded(
    { total_spent: nanoOf(12.6), executions: 231, estimated: nanoOf(0.11), daily: daily(0.55, 23) },
    { quality: "estimated", at: "2026-02-23T17:20:00Z" },
  ),
  "first-day": checked(
    { ...EMPTY, history: [], holds: holds(1, 0.055, "2026-02-01T06:00:00Z") },
    "2026-02-01T06:00:00Z",
  ),
  "month-end": statusOf({ ...SPENT, total_spent: nanoOf(14.4), daily: daily(0.51, 28) }, "2026-02-28T22:00:00Z"),
  "after-reset": statusOf(
    {
      ...EMPTY,
      total_spent: nanoOf(1.26),
      executions: 23,
      prs_generated: 22,
      daily: { "2026-02-13": { spent: nanoOf(0.5), executions: 9, prs: 9 }, "2026-02-14": totals(0.76) },
      last_reset: "2026-02-12T09:00:00Z",
      history: [{ month: "2026-02", total_spent: nanoOf(11.4), closed: "reset", actor: "octocat" }],
    },
    NOW,
  ),
  "twelve-models": statusOf({ models: modelsOf(TWELVE_MODELS) }, NOW),
  page: page({
    profiles: {
      "ai-pr": { costs: [0.0488, 0.0513, 0.0634, 0.0527, 0.0313, 0.0561, 0.0498, 0.0532, 0.0313].map(nanoOf) },
      "nightly-triage": { costs: [0.0121, 0.0117, 0.0134].map(nanoOf) },
    },
  }),
};

/** The comment on a pull request after its third run. */
export const COMMENT = renderPullComment({
  pull: {
    of: "octo-org/octo-repo#12",
    cost: nanoOf(0.1942),
    executions: 3,
    at: NOW,
    due: {
      id: "run-3",
      cost: nanoOf(0.0851),
      profile: "ai-pr",
      run: { repository: "octo-org/octo-repo", run_id: 4_711 },
      models: [
        { model: "claude-sonnet-4-5", input: 20_140, output: 1_210, cost: nanoOf(0.0786) },
        { model: "gpt-4o-mini", input: 31_700, output: 2_900, cost: nanoOf(0.0065) },
      ],
      full: true,
    },
  },
  name: "AI Orchestration",
  figures: sampleMonth(sampleState({}), NOW).figures,
  timezone: "UTC",
  page: { server: "https://github.com", books: "https://github.com/octo-org/octo-repo/blob/token-budget/README.md" },
});

function totals(dollars: number): State["daily"][string] {
  return { spent: nanoOf(dollars), executions: 9, prs: 9 };
}

/** About so many dollars a day, less at weekends. */
function daily(dollars: number, days: number): State["daily"] {
  const all = Array.from({ length: days }, (_, index) => [
    `2026-02-${String(index + 1).padStart(2, "0")}`,
    totals(Number((dollars * ([0.2, 1.3, 1.2, 0.9, 1.4, 1.1, 0.3][index % 7] ?? 1)).toFixed(3))),
  ]);
  return Object.fromEntries(all) as State["daily"];
}

/** Holds of runs that began in the hour before. */
function holds(count: number, dollars: number, now: string): State["holds"] {
  const [hold] = sampleState().holds;
  return Array.from({ length: count }, (_, index) => ({
    ...hold,
    id: `hold-${index}`,
    run: { ...hold?.run, run_id: 4_711 + index },
    amount: nanoOf(dollars),
    at: instantOf(epochOf(now) - (index + 1) * 11 * 60_000),
    expires_at: instantOf(epochOf(now) + 5 * 3_600_000),
  })) as never;
}

function modelsOf(names: readonly string[]): State["models"] {
  const one = (index: number) => ({
    provider: "sample",
    input: Math.round(1_900_000 / (index + 1)),
    cache_read: Math.round(1_200_000 / (index + 2)),
    cache_write: Math.round(90_000 / (index + 1)),
    output: Math.round(240_000 / (index + 1)),
    requests: 40,
    cost: nanoOf(Number((2 / (index + 1) ** 1.3).toFixed(4))),
  });
  return Object.fromEntries(names.map((name, index) => [name, one(index)]));
}

/** The sample month, with models and days that add up to what was spent, as those of real books do. */
function monthOf(change: Partial<State>, now: Instant) {
  return sampleMonth(addedUp(sampleState(change)), now);
}

function addedUp(state: State): State {
  const { total_spent: total, models, daily } = state;
  return {
    ...state,
    models: scaled(models, total, { of: ({ cost }) => cost, as: (one, cost) => ({ ...one, cost }) }),
    daily: scaled(daily, total, { of: ({ spent }) => spent, as: (one, spent) => ({ ...one, spent }) }),
  };
}

/** The same shares of another total; what rounding leaves goes to the first. */
function scaled<T>(
  items: Readonly<Record<string, T>>,
  total: NanoUsd,
  amount: { readonly of: (item: T) => NanoUsd; readonly as: (item: T, amount: NanoUsd) => T },
): Record<string, T> {
  const whole = Object.values(items).reduce((sum, item) => sum + amount.of(item), 0);
  const parts = Object.entries(items).map(
    ([name, item]) => [name, item, Math.round((amount.of(item) / whole) * total)] as const,
  );
  const left = parts.reduce((rest, [, , part]) => rest - part, total as number);
  return Object.fromEntries(
    parts.map(([name, item, part], index) => [name, amount.as(item, nanoUsd(index === 0 ? part + left : part))]),
  );
}

function exhibit(
  change: Partial<State>,
  now: Instant,
  view: (change: Partial<BooksView>) => Partial<BooksView>,
): Exhibit {
  const month = monthOf(change, now);
  const base: Partial<BooksView> = { now, month, booked: undefined, booking: undefined };
  return {
    markdown: renderJobSummary(sampleView({ ...base, ...view(base) })),
    days: daysIn(month.state.current_month),
    come: Number(now.slice(8, 10)),
    spent: Math.max(0, Number(now.slice(8, 10)) - firstSpent(month.state)),
    ahead: aheadIn(month),
  };
}

function aheadIn({ figures, ahead: { forecast, days } }: MonthView): Exhibit["ahead"] {
  return figures.spent > 0 && days.length > 1 && forecast.point > forecast.spent ? forecast.kind : "none";
}

/** How many days had passed before the first that spent. */
function firstSpent({ daily, total_spent: spent }: State): number {
  return spent === 0 ? 31 : Number((Object.keys(daily).sort()[0] ?? "2026-02-01").slice(8, 10)) - 1;
}

function checked(change: Partial<State>, now: Instant): Exhibit {
  const { figures, state } = monthOf(change, now);
  const fits = figures.remaining >= ESTIMATE;
  const admission: Admission = {
    decision: fits ? "allow" : "deny",
    reason: fits ? "ok" : figures.health === "blocked" ? "exhausted" : "insufficient",
    estimate: ESTIMATE,
    coldStart: figures.executions === 0,
  };
  return exhibit(change, now, () => ({
    title: fits ? "AI run allowed" : "AI run denied",
    sentence: admissionSentence(admission, figures, state.timezone),
    tone: fits ? "good" : "bad",
    admission,
    nextSteps: fits
      ? []
      : nextSteps(
          { admission, figures },
          {
            rules: { settings: DEFAULT_SETTINGS },
            timezone: state.timezone,
            edge: "action",
            place: { path: "token_budget.json", description: "o/r@token-budget", ownBranch: true },
          },
        ),
  }));
}

type Recorded = {
  readonly milestones?: readonly NanoUsd[];
  readonly quality?: Booking["quality"];
  readonly at?: Instant;
};

function recorded(change: Partial<State>, { milestones = [], quality = "priced", at = NOW }: Recorded): Exhibit {
  const cost = quality === "priced" ? sampleEntry.cost : ESTIMATE;
  const booking: Booking = { cost, charged: cost, quality, how: "settled", milestones, alerts: [] };
  const { usage, ...others } = sampleEntry;
  const entry: Entry = { ...others, cost, quality, ...(quality === "priced" && { usage }) };
  return exhibit({ holds: [], ...change }, at, () => ({
    title: `$${quality === "priced" ? "0.0313" : "0.0550"} booked${milestones.length > 0 ? ` · 🚀 ${milestonesText(booking)}` : ""}`,
    sentence: bookingSentence(booking, monthOf({ holds: [], ...change }, at).figures),
    tone: quality === "priced" ? "good" : "warn",
    booked: entry,
    booking,
    notes:
      quality === "priced"
        ? []
        : [
            "This run's usage isn't fully known, so the estimate was charged. Name the tool's output in usage-file, or state the tokens in model, input-tokens and output-tokens.",
          ],
  }));
}

function statusOf(change: Partial<State>, now: Instant): Exhibit {
  const { figures } = monthOf(change, now);
  const tone = figures.health === "green" ? "good" : figures.health === "blocked" ? "bad" : "warn";
  return exhibit(change, now, ({ month }) => ({
    title: "Budget status",
    sentence: `${standing(figures)}.`,
    tone,
    ...(month && { month: { ...month, outlook: outlookOf({ ...month, settings: DEFAULT_SETTINGS, now }) } }),
  }));
}

function page(change: Partial<State>): Exhibit {
  const month = monthOf(change, NOW);
  const { state } = month;
  return {
    markdown: renderPage({ ...month, name: "AI Orchestration", path: "token_budget.json" }),
    days: daysIn(state.current_month),
    come: Object.keys(state.daily).length,
    spent: Object.keys(state.daily).length,
    ahead: aheadIn(month),
  };
}
