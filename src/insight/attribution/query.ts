import type { DateSpan } from "../../values/date-span.ts";
import type { TimeZone } from "../../values/month.ts";

/** What a report can be grouped by, besides `tag:<name>`. */
export const DIMENSIONS = [
  "model",
  "provider",
  "profile",
  "activity",
  "workflow",
  "job",
  "run",
  "repository",
  "actor",
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
  /** The span that it is compared with. */
  readonly compare?: DateSpan | undefined;
  /** One to three dimensions; the rows have one value for each of them. */
  readonly by: readonly Dimension[];
  readonly timezone: TimeZone;
  readonly sort: Sort;
  /** So many rows, and the rest of them in one row `other`; all if left out. */
  readonly top?: number | undefined;
};
