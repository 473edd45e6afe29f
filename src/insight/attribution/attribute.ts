import type { Entry } from "../../books/entry.ts";
import type { State } from "../../books/state.ts";
import type { DayRange } from "../../forecast/history.ts";
import type { DateSpan } from "../../values/date-span.ts";
import { type NanoUsd, plus, ZERO } from "../../values/money.ts";
import type { Day } from "../../values/month.ts";
import { firstDayKnown } from "../first-day.ts";
import { bridgeOf } from "./bridge.ts";
import { calendarOf } from "./calendar.ts";
import { isComparable, isOverlapping } from "./dimensions.ts";
import { driverOf } from "./driver.ts";
import { figuresOf } from "./figures.ts";
import { type Imported, type ImportedMonth, importedBy, importedMonth, sumsOfImported } from "./imported.ts";
import { type ReportQuery, spanNeeded, trendEnd } from "./query.ts";
import type { Report } from "./report.ts";
import { type Pair, rowsOf } from "./rows.ts";
import { addEntry, addImported, isBooking, type SpanPart, startPart } from "./span-part.ts";
import { isNothing, noSums } from "./sums.ts";
import { trendOf } from "./trend.ts";

/** What the state knows and the ledger's entries of a span don't. */
export type ReportBooks = {
  /** The first day of which the books know what was spent; what was spent before isn't known, rather than nothing. */
  readonly since?: Day | undefined;
  /** Closed months of which only the history knows, since they were imported. */
  readonly imported?: readonly ImportedMonth[] | undefined;
};

/** A report that is being added up. Its size depends on the number of its groups, not of its entries. */
export type Accumulator = {
  readonly query: ReportQuery;
  readonly needed: DateSpan;
  readonly placed: ReturnType<typeof calendarOf>;
  readonly now: SpanPart;
  readonly before: SpanPart | undefined;
  /** What was spent on the days of the trend. */
  readonly spent: Map<Day, NanoUsd>;
  readonly imported: DayRange[];
  since: Day | undefined;
  readonly isSinceGiven: boolean;
};

/** What a report takes from the state. */
export function reportBooks({ history, daily }: State): ReportBooks {
  const imported = history
    .filter(({ closed }) => closed === "import")
    .map(({ month, total_spent: cost, executions, prs_generated: prs }) => ({ month, cost, executions, prs }));
  return { since: firstDayKnown({ history, daily }), imported };
}

/** A report with nothing added up yet. Without `since` the books begin with the first entry that is added. */
export function startReport(query: ReportQuery, { since, imported = [] }: ReportBooks = {}): Accumulator {
  const { period, compare, by } = query;
  const report: Accumulator = {
    query,
    needed: spanNeeded(query),
    placed: calendarOf(query.timezone),
    now: startPart(period, by),
    before: compare && startPart(compare, by),
    spent: new Map(),
    imported: [],
    since,
    isSinceGiven: since !== undefined,
  };
  for (const line of imported) importInto(report, importedMonth(line));
  return report;
}

/**
 * Adds an entry of the ledger to a report, which changes; one that counts on other days than `spanNeeded` has changes
 * nothing. Throws an AmountError for more than $8,388,607.
 */
export function addToReport(report: Accumulator, entry: Entry): void {
  const { needed, now, before } = report;
  if (entry.kind === "import") {
    importInto(report, importedBy(entry, report.placed(entry).day));
    return;
  }
  if (!isBooking(entry)) return;
  if (entry.month < needed.from.slice(0, 7) || entry.month > needed.to.slice(0, 7)) {
    beganBy(report, `${entry.month}-01`);
    return;
  }
  const placed = report.placed(entry);
  const { day } = placed;
  beganBy(report, day);
  if (isIn(now.span, day)) addEntry(now, placed);
  if (before !== undefined && isIn(before.span, day)) addEntry(before, placed);
  if (isIn(needed, day)) report.spent.set(day, plus(report.spent.get(day) ?? ZERO, entry.cost));
}

function importInto(report: Accumulator, imported: Imported): void {
  const sums = sumsOfImported(imported);
  addImported(report.now, imported, sums);
  if (report.before !== undefined) addImported(report.before, imported, sums);
  report.imported.push(imported.days);
}

function beganBy(report: Accumulator, day: Day): void {
  if (!report.isSinceGiven && (report.since === undefined || day < report.since)) report.since = day;
}

function isIn({ from, to }: DateSpan, day: Day): boolean {
  return from <= day && day <= to;
}

/** What was added up so far, as a report. */
export function reportOf(report: Accumulator): Report {
  const { query, now } = report;
  const since = knownSince(report);
  const before = isKnown(report.before, since) ? report.before : undefined;
  const compared = isComparable(query.by) ? before : undefined;
  const pairs = pairsOf(now, compared);
  const { groups, shown } = rowsOf(pairs, query, now.total);
  const [first = ""] = [query.period.from, query.compare?.from ?? query.period.from].sort();
  return {
    query,
    total: figuresOf(now.total),
    before: before && figuresOf(before.total),
    rows: shown,
    bridge: compared && bridgeBetween(now, compared, pairs),
    driver: compared && driverOf(groups, now.total.cost - compared.total.cost),
    trend: trendOf(trendEnd(query), { spent: report.spent, since: report.since, unknown: report.imported }),
    isOverlapping: isOverlapping(query.by),
    since: since !== undefined && since > first ? since : undefined,
    importedUntil: now.importedUntil,
    beforeImportedUntil: before?.importedUntil,
  };
}

/** The books' first day as the state has it, or the first one that was imported. */
function knownSince({ isSinceGiven, since, imported }: Accumulator): Day | undefined {
  if (isSinceGiven) return [since ?? "", ...imported.map(({ from }) => from)].sort()[0];
  return since === undefined ? imported.map(({ from }) => from).sort()[0] : undefined;
}

/** Whether the books existed in a span. */
function isKnown(part: SpanPart | undefined, since: Day | undefined): part is SpanPart {
  return part !== undefined && (since === undefined || part.span.to >= since);
}

/** The groups of both spans; without those of which nothing is left. */
function pairsOf({ groups }: SpanPart, before: SpanPart | undefined): Pair[] {
  const ids = new Set([...groups.keys(), ...(before?.groups.keys() ?? [])]);
  const pairs = [...ids].flatMap((id) => {
    const [now, former] = [groups.get(id), before?.groups.get(id)];
    const group = now ?? former;
    return group === undefined
      ? []
      : [{ kind: group.kind, key: group.key, now: now?.sums ?? noSums(), before: former?.sums }];
  });
  return pairs.filter((pair) => ![pair.now, pair.before ?? noSums()].every(isNothing));
}

/** Undefined where rows overlap, or executions were imported without their number. */
function bridgeBetween(now: SpanPart, before: SpanPart, pairs: readonly Pair[]): Report["bridge"] {
  const lacks = [now, before].some(({ total }) => total.lacks.includes("executions"));
  if (lacks || isOverlapping(now.by)) return undefined;
  return bridgeOf({ now: now.total, before: before.total, rows: pairs });
}
