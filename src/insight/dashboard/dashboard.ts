import { alertsIn, withForgotten } from "../../books/alerts/listed.ts";
import type { Figures } from "../../books/answer.ts";
import type { Entry } from "../../books/entry.ts";
import type { MonthOutlook } from "../../books/month-demand.ts";
import type { Alert } from "../../books/notify-keys.ts";
import type { PartRule } from "../../books/part-rule.ts";
import type { State } from "../../books/state.ts";
import type { Pace } from "../../forecast/pace.ts";
import type { DateSpan } from "../../values/date-span.ts";
import { dayOf, type Instant, type Month } from "../../values/month.ts";
import type { SeenFrom } from "../../values/run-link.ts";
import { reportBooks } from "../attribution/attribute.ts";
import { addToPass, MAX_PAIRED_TAGS, type Pass, reportIn, startPass } from "../attribution/pass.ts";
import { withoutPeople } from "../attribution/people.ts";
import type { Dimension } from "../attribution/query.ts";
import type { Report } from "../attribution/report.ts";
import { addKindCosts, type CostsByModel } from "../kind-costs.ts";
import type { Outlook } from "../outlook.ts";
import { addRun, type Runs, startRuns } from "./runs.ts";
import { type DashboardSpans, dashboardPlans, dashboardSpans } from "./spans.ts";

/** The books as a command has looked at them. */
export type SeenBooks = {
  readonly state: State;
  readonly now: Instant;
  readonly figures: Figures;
  readonly pace: Pace;
  readonly ahead: MonthOutlook;
  readonly outlook: Outlook;
  /** The policy's sub-budgets. */
  readonly rules: readonly PartRule[];
  readonly requiredTags: readonly string[];
  /** The budget's name. */
  readonly name: string;
  /** Where the books are, in a few words. */
  readonly place: string;
  readonly seenFrom: SeenFrom;
  /** There are no books yet. */
  readonly isNew: boolean;
};

/** What stands for the names of people, where they aren't shown. */
export type People = { readonly areShown: boolean; readonly hash: (name: string) => string };

/** A dashboard that is being added up; changed in place. */
export type DashboardSums = {
  readonly books: SeenBooks;
  readonly people: People;
  readonly spans: DashboardSpans;
  readonly pass: Pass;
  readonly runs: Runs;
  readonly kinds: CostsByModel;
  readonly alerts: Entry[];
};

/** What the pages and files of a dashboard are made of. */
export type Dashboard = SeenBooks & {
  readonly spans: DashboardSpans;
  readonly people: People;
  /** The first month that the books know. */
  readonly since: Month;
  /** The tags that runs had, at most twenty. */
  readonly tags: readonly string[];
  /** Those of them that reports by two dimensions have, after the other dimension. */
  readonly pairedTags: readonly string[];
  /** What the ledger cost by one or two dimensions; throws a RangeError for what isn't planned. */
  readonly report: (span: DateSpan, by: readonly Dimension[], options?: ReportOptions) => Report;
  readonly runs: Runs;
  /** What the running month cost by model and kind of token. */
  readonly kinds: CostsByModel;
  /** The alerts of the thirteen months, oldest first, with the names of people as they are shown. */
  readonly alerts: readonly Alert[];
};

type ReportOptions = { readonly compare?: DateSpan | undefined; readonly top?: number };

/** A dashboard with nothing added up yet. */
export function startDashboard(books: SeenBooks, people: People): DashboardSums {
  const { state, now } = books;
  const { current_month: month, timezone } = state;
  const known = reportBooks(state);
  const spans = dashboardSpans(dayOf(now, timezone), { month, since: firstMonth(state) });
  const tags = [
    ...books.requiredTags,
    ...books.rules.flatMap(({ match, forEach }) => [...Object.keys(match), ...forEach]),
  ];
  const pass = startPass({ plans: dashboardPlans(spans), timezone, books: known, tags: [...new Set(tags)] });
  const person = people.areShown ? (name: string) => name : people.hash;
  return {
    books,
    people,
    spans,
    pass,
    runs: startRuns({ seenFrom: books.seenFrom, person }),
    kinds: new Map(),
    alerts: [],
  };
}

/** The first month of which anything is known. */
export function firstMonth({ history, current_month }: State): Month {
  return [current_month, ...history.map(({ month }) => month)].sort()[0] ?? current_month;
}

/** Adds an entry of the ledger. */
export function addToDashboard(sums: DashboardSums, entry: Entry): DashboardSums {
  const added = addToPass(sums.pass, entry);
  if (added !== undefined) {
    addRun(sums.runs, added.placed, added.pieces);
    if (added.placed.day.startsWith(sums.books.state.current_month)) addKindCosts(sums.kinds, added.pieces);
  }
  if (entry.kind === "alert") sums.alerts.push(entry);
  return sums;
}

/** The dashboard of everything that was added. */
export function dashboardOf({ books, people, spans, pass, runs, kinds, alerts }: DashboardSums): Dashboard {
  const { state, now } = books;
  const { timezone } = state;
  const today = dayOf(now, timezone);
  const oldest = spans.months.at(-1)?.from ?? today;
  const all = withForgotten(state, alertsIn(alerts), oldest);
  const report: Dashboard["report"] = (period, by, { compare, top } = {}) => {
    const found = reportIn(pass, { period, today, compare, by, timezone, sort: "cost", top });
    if (found === undefined) throw new RangeError(`A report by ${by.join(" and ")} isn't planned`);
    return people.areShown ? found : withoutPeople(found, people.hash);
  };
  const hasValues = (tag: string) =>
    spans.months.some((span) => report(span, [`tag:${tag}`]).rows.some(({ key }) => key[0] != null));
  return {
    ...books,
    state: people.areShown ? state : withoutPauser(state, people),
    ...{ spans, people, report, runs, kinds },
    since: firstMonth(state),
    tags: pass.tags.filter(hasValues),
    pairedTags: pass.tags.slice(0, MAX_PAIRED_TAGS).filter(hasValues),
    alerts: people.areShown ? all : all.map((alert) => withoutTaker(alert, people)),
  };
}

function withoutPauser(state: State, { hash }: People): State {
  return state.paused === undefined ? state : { ...state, paused: { ...state.paused, by: hash(state.paused.by) } };
}

function withoutTaker(alert: Alert, { hash }: People): Alert {
  const { acknowledged } = alert;
  return acknowledged === undefined
    ? alert
    : { ...alert, acknowledged: { ...acknowledged, by: hash(acknowledged.by) } };
}
