import type { MonthOutlook } from "../../books/month-demand.ts";
import type { State } from "../../books/state.ts";
import { budgetJson, forecastJson } from "../../export/budget-json.ts";
import type { Pace } from "../../forecast/pace.ts";
import type { Outlook } from "../../insight/outlook.ts";
import type { SpanName } from "../../insight/spans.ts";
import { type NanoUsd, usdOf } from "../../values/money.ts";

/** The details of `status` for machines, besides its outputs: dollars and tokens as numbers, shares from 0 to 1. */
export function statusDetails(from: {
  readonly pace: Pace;
  readonly ahead: MonthOutlook;
  readonly outlook: Outlook;
  /** There are no books: what is to come isn't zero, it is unknown. */
  readonly isUnknown: boolean;
}): Readonly<Record<string, unknown>> {
  const { outlook } = from;
  return {
    today: todayOf(outlook.today),
    forecast: forecastDetails(from),
    budgets: outlook.budgets.map(budgetJson),
    unallocated: outlook.unallocated === null ? null : usdOf(outlook.unallocated),
    books: outlook.books,
    largeRuns: outlook.largeRuns,
    predictions: outlook.predictions,
  };
}

/** The pause that is on for machines; null without one. */
export function pausedDetails({ paused }: Pick<State, "paused">) {
  if (paused === undefined) return null;
  const { by, at, reason, until = null, below = null } = paused;
  return { by, at, reason, until, below };
}

function todayOf({ spent, range, severity }: Outlook["today"]) {
  return {
    spent: usdOf(spent),
    expected: range === null ? null : usdOf(range.expected),
    upper: range === null ? null : usdOf(range.upper),
    severity,
  };
}

function forecastDetails({ pace, ahead, outlook, isUnknown }: Parameters<typeof statusDetails>[0]) {
  const { burnRate, averageCost } = pace;
  const known = (point: NanoUsd) => (isUnknown ? null : usdOf(point));
  const pointOf = (name: SpanName) => {
    return known(outlook.spans.find(({ span }) => span === name)?.forecast.point ?? ahead.forecast.point);
  };
  return {
    ...pace,
    burnRate: usdOf(burnRate),
    averageCost: averageCost === null ? null : usdOf(averageCost),
    monthEndSpent: known(ahead.forecast.point),
    goneOn: ahead.goneOn,
    goneOnEarliest: ahead.earliest,
    exhaustionChance: ahead.chance === null ? null : 100 * ahead.chance,
    quarterSpent: pointOf("quarter"),
    yearSpent: pointOf("year"),
    spans: Object.fromEntries(
      outlook.spans.map(({ span, from, to, forecast }) => [
        span,
        { from, to, ...forecastJson(forecast), point: known(forecast.point) },
      ]),
    ),
    score: outlook.score === null ? null : scoreOf(outlook.score),
  };
}

function scoreOf({ within_15, ran_out, ...score }: NonNullable<Outlook["score"]>) {
  return { ...score, within15: within_15, ranOut: ran_out };
}
