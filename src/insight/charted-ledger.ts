import type { Entry } from "../books/entry.ts";
import type { State } from "../books/state.ts";
import { type DateSpan, spanBefore } from "../values/date-span.ts";
import { type Day, dayOf, type Instant, type TimeZone } from "../values/month.ts";
import { daysLater } from "../values/period.ts";
import { reportBooks } from "./attribution/attribute.ts";
import { addToPass, type Pass, reportIn, type SpanPlan, startPass } from "./attribution/pass.ts";
import type { Dimension } from "./attribution/query.ts";
import type { Report } from "./attribution/report.ts";
import type { LedgerChart } from "./chart-names.ts";
import { firstMonth } from "./dashboard/dashboard.ts";
import { dashboardSpans } from "./dashboard/spans.ts";
import { addKindCosts, type CostsByModel } from "./kind-costs.ts";
import { addRunCost, type RunCosts } from "./run-costs.ts";

export type LedgerQuery = {
  readonly chart: LedgerChart;
  /** What `split` and `bridge` are grouped by. */
  readonly by: Dimension;
  /** The span of any chart but `split`; the month so far if left out. */
  readonly period?: DateSpan | undefined;
};

/** What a chart is made of, as it is added up from the ledger; changed in place. */
export type LedgerSums = {
  readonly query: LedgerQuery;
  readonly today: Day;
  readonly timezone: TimeZone;
  /** The months of `split`, oldest first; of any other chart its one span. */
  readonly spans: readonly DateSpan[];
  /** The one that `bridge` compares with. */
  readonly before: DateSpan;
  readonly pass: Pass;
  readonly runs: RunCosts;
  readonly kinds: CostsByModel;
};

/** Nothing added up yet. */
export function startLedger(query: LedgerQuery, state: State, now: Instant): LedgerSums {
  const { timezone, current_month: month } = state;
  const { chart, period } = query;
  const today = dayOf(now, timezone);
  const { months, toDate, sameDays } = dashboardSpans(today, { month, since: firstMonth(state) });
  const [compared, before] = period === undefined ? [toDate, sameDays] : comparedSpans(period, today);
  const one = chart === "bridge" ? compared : (period ?? months[0] ?? toDate);
  const spans = chart === "split" ? months.toReversed() : [one];
  const plans = plansOf(query, spans, before);
  const pass = startPass({ plans, timezone, books: reportBooks(state), tags: [] });
  return { query, today, timezone, spans, before, pass, runs: new Map(), kinds: new Map() };
}

/** A span and the one before it; of a span that isn't over the days so far, and as many of the one before. */
function comparedSpans(period: DateSpan, today: Day): readonly [DateSpan, DateSpan] {
  const former = spanBefore(period);
  if (period.to < today || period.from > today) return [period, former];
  const length = (Date.parse(today) - Date.parse(period.from)) / DAY_MS;
  const last = [daysLater(former.from, length), former.to].sort()[0] ?? former.to;
  return [
    { kind: "days", from: period.from, to: today },
    { kind: "days", from: former.from, to: last },
  ];
}

function plansOf({ chart, by }: LedgerQuery, spans: readonly DateSpan[], before: DateSpan): SpanPlan[] {
  const cuts = CUTS[chart] ?? [[by]];
  return [...spans, ...(chart === "bridge" ? [before] : [])].map((span) => ({ span, cuts }));
}

const DAY_MS = 86_400_000;
const CUTS: Readonly<Partial<Record<LedgerChart, SpanPlan["cuts"]>>> = {
  heat: [["day", "hour"]],
  models: [["model"]],
  runs: [["quality"]],
};

/** The days whose entries it needs. */
export function ledgerDays({ query, spans, before }: LedgerSums): Pick<DateSpan, "from" | "to"> {
  const [first, last] = [spans[0] ?? before, spans.at(-1) ?? before];
  return { from: query.chart === "bridge" ? before.from : first.from, to: last.to };
}

/** Adds an entry of the ledger. */
export function addToLedger(sums: LedgerSums, entry: Entry): LedgerSums {
  const { query, spans, pass, runs, kinds } = sums;
  const added = addToPass(pass, entry);
  const day = added?.placed.day ?? "";
  if (added === undefined || !spans.some(({ from, to }) => from <= day && day <= to)) return sums;
  if (query.chart === "runs") addRunCost(runs, entry);
  if (query.chart === "models") addKindCosts(kinds, added.pieces);
  return sums;
}

/** The report of one of the spans, against another one where that was planned. */
export function ledgerReport(
  { query, today, timezone, pass }: LedgerSums,
  period: DateSpan,
  compare?: DateSpan,
): Report {
  const by = CUTS[query.chart]?.[0] ?? [query.by];
  const found = reportIn(pass, { period, today, compare, by, timezone, sort: "cost" });
  if (found === undefined) throw new RangeError(`A report by ${by.join(" and ")} isn't planned`);
  return found;
}
