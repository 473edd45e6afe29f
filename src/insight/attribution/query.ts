import { type DateSpan, spanBefore, spanOf } from "../../values/date-span.ts";
import { type Day, lastDayOf, type TimeZone } from "../../values/month.ts";
import { daysLater } from "../../values/period.ts";

/** What a report can be grouped by, besides `tag:<name>`. */
export const DIMENSIONS = [
  "model",
  "provider",
  "agent-part",
  "profile",
  "activity",
  "workflow",
  "job",
  "run",
  "repository",
  "actor",
  "event",
  "ref",
  "result",
  "quality",
  "pr",
  "budget",
  "hour",
  "day",
  "week",
  "month",
] as const;

/** One of the dimensions, or the tag of a name. */
export type Dimension = (typeof DIMENSIONS)[number] | `tag:${string}`;

/** What the rows of a report can be ordered by. */
export const SORTS = ["cost", "executions", "tokens", "change", "name"] as const;
export type Sort = (typeof SORTS)[number];

/** What a report is about. */
export type ReportQuery = {
  readonly period: DateSpan;
  /** The running day: averages end with the day before it. */
  readonly today: Day;
  /** The span that it is compared with. */
  readonly compare?: DateSpan | undefined;
  /** One to three dimensions; the rows have one value for each of them. */
  readonly by: readonly Dimension[];
  readonly timezone: TimeZone;
  readonly sort: Sort;
  /** So many rows, and the rest of them in one row `other`; all if left out. */
  readonly top?: number | undefined;
};

const TAG = "tag:";
/** The averages of a report look back so far. */
const DAYS_BACK = 90;
const DAYS_IN_52_WEEKS = 364;

/** The dimension that a text names, `tag:<name>` among them; undefined for any other text. */
export function dimensionOf(text: string): Dimension | undefined {
  if (text.startsWith(TAG)) return text.length > TAG.length ? (text as Dimension) : undefined;
  return DIMENSIONS.find((name) => name === text);
}

/**
 * The span that `previous`, `year-ago` or the text of any other span names as the one to compare a period with;
 * undefined for any other text.
 */
export function comparedSpan(period: DateSpan, text: string, today: Day): DateSpan | undefined {
  if (text === "previous") return spanBefore(period);
  return text === "year-ago" ? spanYearBefore(period) : spanOf(text, today);
}

/** The days whose entries a report needs: the period, the compared one, and the days that its averages look back. */
export function spanNeeded({ period, compare, today }: ReportQuery): DateSpan {
  const firsts = [period.from, daysLater(trendEnd({ period, today }), 1 - DAYS_BACK), compare?.from ?? period.from];
  const lasts = [period.to, compare?.to ?? period.to];
  return { kind: "days", from: firsts.sort()[0] ?? period.from, to: lasts.sort().at(-1) ?? period.to };
}

/** The last day of the averages: the period's, or yesterday where the period isn't over. */
export function trendEnd({ period, today }: Pick<ReportQuery, "period" | "today">): Day {
  return period.to < today ? period.to : daysLater(today, -1);
}

/** The same span a year before; a week is the one 52 weeks before. */
function spanYearBefore(span: DateSpan): DateSpan {
  const { kind, from, to } = span;
  switch (kind) {
    case "week":
      return { kind, from: daysLater(from, -DAYS_IN_52_WEEKS), to: daysLater(to, -DAYS_IN_52_WEEKS) };
    case "day":
    case "days":
      return { kind, from: yearBefore(from), to: yearBefore(to) };
    default:
      return { kind, from: yearBefore(from), to: lastDayOf(yearBefore(to).slice(0, 7)) };
  }
}

/** The same day a year before; of a 29 February the day before it. */
function yearBefore(day: Day): Day {
  const month = `${String(Number(day.slice(0, 4)) - 1).padStart(4, "0")}${day.slice(4, 7)}`;
  return [`${month}${day.slice(7)}`, lastDayOf(month)].sort()[0] ?? day;
}
