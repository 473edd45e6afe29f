import type { Entry } from "../../books/entry.ts";
import type { Month } from "../../values/month.ts";
import { runUrlOf, type SeenFrom } from "../../values/run-link.ts";
import type { Placed } from "../attribution/calendar.ts";
import { pullOf, runOf } from "../attribution/dimensions.ts";
import type { Piece } from "../attribution/pieces.ts";
import { pushRow, type RowStore, rowAt, startRows } from "./row-store.ts";
import { COLUMN, PIECE, PIECE_WIDTH, PIECES, type RunTable } from "./run-columns.ts";

/** The runs of a month, each as numbers; changed in place. */
export type MonthRuns = {
  readonly month: Month;
  readonly texts: Numbered;
  readonly tags: Numbered;
  readonly budgets: Numbered;
  readonly rows: RowStore;
};

/** Runs that are collected; changed in place. */
export type Runs = {
  /** The months that are kept, in their order. */
  readonly months: MonthRuns[];
  /** Earlier months that were taken out. */
  readonly taken: Month[];
  readonly seenFrom: SeenFrom;
  /** What replaces the names of people: themselves, or hashes. */
  readonly person: (name: string) => string;
};

/** Some rows of a month, from one place to before another. */
export type RunRange = { readonly of: MonthRuns; readonly from: number; readonly to: number };

type Numbered = Map<string, number>;

/** So many runs are the newest ones. */
const NEWEST = 100_000;

const DAY_MS = 86_400_000;
const NONE = -1;

/** No runs yet. */
export function startRuns(from: Pick<Runs, "seenFrom" | "person">): Runs {
  return { months: [], taken: [], ...from };
}

/** Adds a charge or a correction; its pieces add up to its cost. */
export function addRun(runs: Runs, placed: Placed, pieces: readonly Piece[]): void {
  const { entry, day, minute } = placed;
  const into = monthIn(runs, day.slice(0, 7));
  const text = (value: string | null | undefined) => (value == null ? NONE : numberOf(into.texts, value));
  const who = (value: string | undefined) => (value === undefined ? NONE : text(runs.person(value)));
  const run = runOf(entry);
  const list = (of: Numbered, values: readonly number[]) =>
    values.length === 0 ? NONE : numberOf(of, values.join(","));
  const row = Array<number>(PIECES).fill(NONE);
  row[COLUMN.day] = Date.parse(day) / DAY_MS;
  row[COLUMN.minute] = minute;
  row[COLUMN.cost] = entry.cost;
  row[COLUMN.profile] = text(entry.profile);
  row[COLUMN.workflow] = text(run.workflow);
  row[COLUMN.page] = text(runUrlOf(run, runs.seenFrom)?.replace(/\/actions\/runs\/\d+$/, ""));
  row[COLUMN.run] = run.run_id ?? NONE;
  row[COLUMN.attempt] = run.attempt ?? NONE;
  row[COLUMN.job] = text(run.job);
  row[COLUMN.pull] = who(pullOf(entry));
  row[COLUMN.actor] = who(run.actor);
  row[COLUMN.tags] = list(
    into.tags,
    Object.entries(entry.tags ?? {}).flatMap(([key, value]) => [text(key), text(value)]),
  );
  row[COLUMN.budgets] = list(into.budgets, Object.keys(entry.budgets ?? {}).map(text));
  row[COLUMN.quality] = text(entry.quality);
  row[COLUMN.kind] = text(kindOf(entry));
  countTokens(row, entry);
  for (const piece of gathered(pieces)) {
    row.push(text(piece.model), text(piece.result), piece.cost, piece.executions);
  }
  pushRow(into.rows, row);
}

/** The month's runs; the ledger has the months in their order. */
function monthIn({ months }: Runs, month: Month): MonthRuns {
  const last = months.at(-1);
  if (last !== undefined && last.month >= month) return months.find((one) => one.month >= month) ?? last;
  const begun = { month, texts: new Map(), tags: new Map(), budgets: new Map(), rows: startRows() };
  months.push(begun);
  return begun;
}

/**
 * Takes out the months that have none of the newest runs, however many more are added: those before the first day of
 * which runs are shown together, and those with so many runs after them.
 */
export function takeOlder(runs: Runs, first: Month, newest = NEWEST): MonthRuns[] {
  const { months } = runs;
  let later = 0;
  let kept = months.length;
  while (kept > 0 && later < newest && (kept === months.length || (months[kept - 1]?.month ?? "") >= first)) {
    kept -= 1;
    later += months[kept]?.rows.starts.length ?? 0;
  }
  const older = months.splice(0, kept);
  runs.taken.push(...older.map(({ month }) => month));
  return older;
}

/** The newest runs from a month on, in the order of booking. */
export function newestRuns({ months }: Runs, first: Month, newest = NEWEST): RunRange[] {
  const ranges: RunRange[] = [];
  let left = newest;
  for (const of of months.toReversed()) {
    const to = of.rows.starts.length;
    const from = Math.max(0, to - left);
    if (of.month < first || from === to) continue;
    ranges.unshift({ of, from, to });
    left -= to - from;
  }
  return ranges;
}

/** All runs of a month. */
export function allOf(of: MonthRuns): RunRange {
  return { of, from: 0, to: of.rows.starts.length };
}

export function countIn(ranges: readonly RunRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** The last of the ranges' runs that are wanted, at most so many, newest first. */
export function lastOf(
  ranges: readonly RunRange[],
  { count, budget }: { readonly count: number; readonly budget?: string | undefined },
): RunRange[] {
  const found: RunRange[] = [];
  for (const { of, from, to } of ranges.toReversed()) {
    const lists = budget === undefined ? undefined : listsWith(of, budget);
    for (let at = to - 1; at >= from && found.length < count; at -= 1) {
      if (lists?.has(rowAt(of.rows, at)[COLUMN.budgets] ?? NONE) ?? true) found.push({ of, from: at, to: at + 1 });
    }
  }
  return found;
}

/** The lists of sub-budgets that have one of a name. */
function listsWith({ texts, budgets }: MonthRuns, name: string): ReadonlySet<number> {
  const text = String(texts.get(name) ?? "none");
  return new Set([...budgets].filter(([list]) => list.split(",").includes(text)).map(([, at]) => at));
}

type Gathered = Pick<Piece, "model" | "result"> & { cost: number; executions: number };

/** Its pieces by model and result. */
function gathered(pieces: readonly Piece[]): Gathered[] {
  const found: Gathered[] = [];
  for (const { model, result, cost, executions } of pieces) {
    const known = found.find((one) => one.model === model && one.result === result);
    if (known === undefined) found.push({ model, result, cost, executions });
    else {
      known.cost += cost;
      known.executions += executions;
    }
  }
  return found;
}

function countTokens(row: number[], { usage = [] }: Entry): void {
  const [input, output] = usage.reduce(([i, o], line) => [i + line.input, o + line.output], [0, 0]);
  if (input === 0 && output === 0) return;
  row[COLUMN.input] = Math.min(input, Number.MAX_SAFE_INTEGER);
  row[COLUMN.output] = Math.min(output, Number.MAX_SAFE_INTEGER);
}

/** What an entry is if it isn't a run that was counted. */
function kindOf({ kind, further, adjustment }: Entry): string | undefined {
  if (adjustment !== undefined) return "adjustment";
  if (kind === "correction") return "correction";
  return further === true ? "further charge" : undefined;
}

function numberOf(numbers: Numbered, value: string): number {
  const known = numbers.get(value);
  if (known !== undefined) return known;
  const number = numbers.size;
  numbers.set(value, number);
  return number;
}

const TEXTS = ["profile", "workflow", "page", "job", "pull", "actor", "quality", "kind"] as const;

/** Some of the rows with only the names that these need. */
export function tableOf(ranges: readonly RunRange[]): RunTable {
  const rows: number[][] = [];
  const each = eachRow(ranges);
  let next = each.next();
  for (; next.done !== true; next = each.next()) rows.push(next.value);
  return { ...next.value, rows };
}

/** Rows one after the other, whose names have the numbers of a table of their own; in the end that table's names. */
export function* eachRow(ranges: readonly RunRange[]): Generator<number[], Omit<RunTable, "rows">> {
  const own = { texts: new Map<string, number>(), tags: new Map<string, number>(), budgets: new Map<string, number>() };
  let before: MonthRuns | undefined;
  let renumbered = (row: number[]) => row;
  for (const { of, from, to } of ranges) {
    if (of !== before) renumbered = renumbering(of, own);
    before = of;
    for (let at = from; at < to; at += 1) yield renumbered(rowAt(of.rows, at));
  }
  return { texts: keysOf(own.texts), tags: keysOf(own.tags).map(placesIn), budgets: keysOf(own.budgets).map(placesIn) };
}

type Names = Readonly<Record<"texts" | "tags" | "budgets", Numbered>>;

/** Gives a month's rows the numbers of other lists, which grow. */
function renumbering(of: MonthRuns, own: Names): (row: number[]) => number[] {
  const [texts, tags, budgets] = [keysOf(of.texts), keysOf(of.tags), keysOf(of.budgets)];
  const text = known((at) => numberOf(own.texts, texts[at] ?? ""));
  const listIn = (from: readonly string[], to: Numbered) =>
    known((at) => numberOf(to, placesIn(from[at]).map(text).join(",")));
  const [tagsAt, budgetsAt] = [listIn(tags, own.tags), listIn(budgets, own.budgets)];
  return (row) => {
    for (const name of TEXTS) row[COLUMN[name]] = text(row[COLUMN[name]] ?? NONE);
    row[COLUMN.tags] = tagsAt(row[COLUMN.tags] ?? NONE);
    row[COLUMN.budgets] = budgetsAt(row[COLUMN.budgets] ?? NONE);
    for (let at = PIECES; at < row.length; at += PIECE_WIDTH) {
      row[at + PIECE.model] = text(row[at + PIECE.model] ?? NONE);
      row[at + PIECE.result] = text(row[at + PIECE.result] ?? NONE);
    }
    return row;
  };
}

/** Numbers of numbers, each looked up once. */
function known(lookUp: (at: number) => number): (at: number) => number {
  const found: number[] = [];
  return (at) => {
    if (at === NONE) return NONE;
    const value = found[at] ?? lookUp(at);
    found[at] = value;
    return value;
  };
}

function keysOf(numbers: Numbered): string[] {
  return [...numbers.keys()];
}

function placesIn(list: string | undefined): number[] {
  return (list ?? "").split(",").map(Number);
}
