import type { Entry } from "./entry.ts";
import { plus, ZERO } from "./money.ts";
import type { Month } from "./month.ts";
import { isMonth, isOver, type PeriodKey } from "./period.ts";
import type { HistoryLine, PartLine, PartSums, State } from "./state.ts";

type Lines = Readonly<Record<string, PartLine>>;

/** History is kept for ever, so a closed month names only so many parts: those that used most. */
const PARTS_IN_HISTORY = 50;

const NO_SUMS: PartSums = { spent: ZERO, tokens: 0 };

/** A part in which nothing was booked yet. */
export function emptyLine(period: PeriodKey): PartLine {
  return { period, spent: ZERO, tokens: 0, alerts_sent: [] };
}

/** What the running month booked in a part. */
export function monthSums(line: PartLine): PartSums {
  return line.month ?? { spent: line.spent, tokens: line.tokens };
}

/** A part at the beginning of a period: its figures, alerts and adjustments start again, the month's sums go on. */
export function lineTurned(line: PartLine, period: PeriodKey): PartLine {
  const { adjusted: _, adjusted_tokens: __, executions: ___, prs: ____, outcomes: _____, ...kept } = line;
  return withMonth({ ...kept, ...emptyLine(period) }, monthSums(line));
}

/** The parts after an entry: each that it counts in has its cost, its tokens and what it adds to the limit. */
export function countInParts(lines: Lines | undefined, entry: Entry): Lines | undefined {
  if (entry.budgets === undefined) return lines;
  const after = { ...lines };
  for (const [name, share] of Object.entries(entry.budgets)) {
    const before = after[name] ?? emptyLine(share.period);
    const line = before.period === share.period ? before : lineTurned(before, share.period);
    const sums = monthSums(line);
    const tokens = share.tokens ?? 0;
    after[name] = withMonth(
      {
        ...line,
        spent: plus(line.spent, entry.cost),
        tokens: line.tokens + tokens,
        ...resultsAfter(line, entry, share.outcomes),
        ...(share.adjusted !== undefined && { adjusted: plus(line.adjusted ?? ZERO, share.adjusted) }),
        ...(share.adjusted_tokens !== undefined && {
          adjusted_tokens: (line.adjusted_tokens ?? 0) + share.adjusted_tokens,
        }),
      },
      { spent: plus(sums.spent, entry.cost), tokens: sums.tokens + tokens },
    );
  }
  return after;
}

/** What the period brought about; what there was none of has no key. */
function resultsAfter(line: PartLine, entry: Entry, outcomes: PartLine["outcomes"]): Partial<PartLine> {
  const executions = (line.executions ?? 0) + (entry.kind === "charge" && !entry.further ? 1 : 0);
  const prs = (line.prs ?? 0) + (entry.prs ?? 0);
  const brought = { ...line.outcomes };
  for (const [name, count] of Object.entries(outcomes ?? {})) brought[name] = (brought[name] ?? 0) + count;
  return {
    ...(executions > 0 && { executions }),
    ...(prs > 0 && { prs }),
    ...(Object.keys(brought).length > 0 && { outcomes: brought }),
  };
}

/**
 * The parts as a new month, or a new segment of one, finds them: monthly ones at zero, the others go on with nothing
 * booked this month. At the month's turn those with nothing in them, and those whose dates are over, make room unless a
 * hold counts in them; at a reset one may just have begun its day, and a clock behind would begin the day before anew.
 */
export function linesInMonth(state: State, month: Month): State["budgets"] {
  if (state.budgets === undefined) return undefined;
  const isHeld = new Set(state.holds.flatMap((hold) => Object.keys(hold.budgets ?? {})));
  const lines = Object.entries(state.budgets).map(([name, line]) => {
    const begun = isMonth(line.period) ? lineTurned(line, month) : line;
    return [name, withMonth(begun, NO_SUMS)] as const;
  });
  if (month === state.current_month) return Object.fromEntries(lines);
  return Object.fromEntries(
    lines.filter(([name, line]) => isHeld.has(name) || !(isEmpty(line) || isOver(line.period, `${month}-01`))),
  );
}

/** What a month booked in its parts, for its history line. */
export function partsInHistory(lines: Lines | undefined): HistoryLine["budgets"] {
  const sums = Object.entries(lines ?? {})
    .map(([name, line]) => [name, monthSums(line)] as const)
    .filter(([, { spent, tokens }]) => spent !== ZERO || tokens !== 0)
    .sort(([a, x], [b, y]) => y.spent - x.spent || y.tokens - x.tokens || (a < b ? -1 : 1));
  return sums.length === 0 ? undefined : Object.fromEntries(sums.slice(0, PARTS_IN_HISTORY));
}

function isEmpty(line: PartLine): boolean {
  return line.spent === ZERO && line.tokens === 0 && !line.adjusted && !line.adjusted_tokens;
}

/** The month's sums stand beside the period's where they are others. */
function withMonth(line: PartLine, sums: PartSums): PartLine {
  const { month: _, ...rest } = line;
  return sums.spent === line.spent && sums.tokens === line.tokens ? rest : { ...rest, month: sums };
}
