import { bounded, type NanoUsd } from "../../values/money.ts";
import { isComparable } from "./dimensions.ts";
import type { Report, ReportRow } from "./report.ts";

/** How much more a row cost than in the compared span; undefined where the rows of two spans can't be the same ones. */
export function rowChange({ figures, before }: ReportRow, { query, before: total }: Report): NanoUsd | undefined {
  if (total === undefined || !isComparable(query.by)) return undefined;
  return bounded(figures.cost - (before?.cost ?? 0));
}
