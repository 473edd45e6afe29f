import { addCounts, boundedCount } from "../values/counts.ts";
import { ZERO } from "../values/money.ts";
import type { Month } from "../values/month.ts";
import { daysLater, isMonth, isOver, type PeriodKey } from "../values/period.ts";
import { UNIT_NAMES } from "../values/quantity.ts";
import { adjustedAfter, allBookedAfter, allBookedIn, bookedIn, withoutAmounts } from "./counting.ts";
import type { Entry } from "./entry.ts";
import type { HistoryLine, PartLine, PartSums, State } from "./state.ts";

type Lines = Readonly<Record<string, PartLine>>;

/** History is kept forever, so a closed month names only this many sub-budgets: those that used most. */
const PARTS_IN_HISTORY = 50;

const NO_SUMS: PartSums = { spent: ZERO, tokens: 0 };

/** A sub-budget in which nothing was booked yet. */
export function emptyLine(period: PeriodKey): PartLine {
  return { period, ...NO_SUMS, alerts_sent: [] };
}

/** What the running month booked in a sub-budget. */
export function monthSums(line: PartLine): PartSums {
  return line.month ?? allBookedIn(line);
}

/** A sub-budget at the start of a period: its figures, alerts and adjustments restart, the month's sums continue. */
export function lineTurned(line: PartLine, period: PeriodKey): PartLine {
  const { executions: _, prs: __, outcomes: ___, alerts_limit: ____, ...kept } = withoutAmounts(line);
  return withMonth({ ...kept, ...emptyLine(period) }, monthSums(line));
}

/** The sub-budgets after an entry: each that it counts in has its cost, its tokens and what it adds to the limit. */
export function countInParts(lines: Lines | undefined, entry: Entry): Lines | undefined {
  if (entry.budgets === undefined) return lines;
  const after = { ...lines };
  for (const [name, share] of Object.entries(entry.budgets)) {
    const before = after[name] ?? emptyLine(share.period);
    const line = before.period === share.period ? before : lineTurned(before, share.period);
    const results = resultsAfter(line, entry, share.outcomes);
    after[name] = withMonth(
      { ...line, ...results, ...allBookedAfter(line, entry, share), ...adjustedAfter(line, share) },
      allBookedAfter(monthSums(line), entry, share),
    );
  }
  return after;
}

/** What happened in the period; what didn't happen has no key. */
function resultsAfter(line: PartLine, entry: Entry, outcomes: PartLine["outcomes"]): Partial<PartLine> {
  const executions = addCounts(line.executions, entry.kind === "charge" && !entry.further ? 1 : 0);
  const prs = addCounts(line.prs, entry.prs);
  const brought = { ...line.outcomes };
  for (const [name, count] of Object.entries(outcomes ?? {}))
    brought[name] = boundedCount((brought[name] ?? 0) + count);
  return {
    ...(executions > 0 && { executions }),
    ...(prs > 0 && { prs }),
    ...(Object.keys(brought).length > 0 && { outcomes: brought }),
  };
}

/**
 * The sub-budgets as a new month, or a new segment of one, finds them: monthly ones at zero, the others continue with
 * nothing booked this month.
 */
export function linesInMonth(lines: Lines, month: Month): Lines {
  const begun = Object.entries(lines).map(([name, line]) => {
    return [name, withMonth(isMonth(line.period) ? lineTurned(line, month) : line, NO_SUMS)] as const;
  });
  return Object.fromEntries(begun);
}

/**
 * The sub-budgets that stay after the month changes: empty ones, and ones whose dates are over, make room unless a hold
 * counts in them. Dates that ended with the month are not over for a clock that is behind, which would start them over.
 * Nor does anything make room at a reset: a sub-budget may just have started its day.
 */
export function linesKept(lines: Lines, { holds, current_month }: State): Lines {
  const isHeld = new Set(holds.flatMap((hold) => Object.keys(hold.budgets ?? {})));
  const lastDay = daysLater(`${current_month}-01`, -1);
  const isDone = (line: PartLine) => isEmpty(line) || isOver(line.period, lastDay);
  return Object.fromEntries(Object.entries(lines).filter(([name, line]) => isHeld.has(name) || !isDone(line)));
}

/** What a month booked in its sub-budgets, for its history line. */
export function partsInHistory(lines: Lines | undefined): HistoryLine["budgets"] {
  const sums = Object.entries(lines ?? {})
    .map(([name, line]) => [name, monthSums(line)] as const)
    .filter(([, booked]) => UNIT_NAMES.some((unit) => bookedIn(booked, unit) !== 0))
    .sort(([a, x], [b, y]) => y.spent - x.spent || y.tokens - x.tokens || (a < b ? -1 : 1));
  return sums.length === 0 ? undefined : Object.fromEntries(sums.slice(0, PARTS_IN_HISTORY));
}

/** Whether a sub-budget's period has booked and announced nothing yet. */
function isEmpty({ period: _, month: __, count: ___, ...figures }: PartLine): boolean {
  return Object.values(figures).every((figure) => {
    return typeof figure === "object" && figure !== null ? Object.keys(figure).length === 0 : !figure;
  });
}

/** The month's sums are next to the period's if they differ. */
function withMonth(line: PartLine, sums: PartSums): PartLine {
  const { month: _, ...rest } = line;
  const isSame = UNIT_NAMES.every((unit) => bookedIn(sums, unit) === bookedIn(line, unit));
  return isSame ? rest : { ...rest, month: sums };
}
