import { type NanoUsd, plainUsd } from "../../values/money.ts";
import type { Month, TimeZone } from "../../values/month.ts";
import type { Entry } from "../entry.ts";
import { evolve } from "../evolve.ts";
import { newState } from "../new-state.ts";
import { DEFAULT_SETTINGS } from "../settings.ts";
import type { HistoryLine, State } from "../state.ts";
import { topRunsOf } from "../top-runs.ts";
import { partFigures, repairedParts } from "./replay-parts.ts";
import { knownLessons } from "./replay-profiles.ts";

/** A figure of the state that isn't what the ledger says; both as short text. */
export type Difference = { readonly figure: string; readonly found: string; readonly expected: string };

/** The figures of the state that can be computed again from the ledger. */
const FIGURES = [
  "current_month",
  "total_spent",
  "executions",
  "prs_generated",
  "tokens_used",
  "models",
  "daily",
  "estimated",
  "corrections",
  "large_runs",
  "tagged",
  "top_ups",
  "granted",
  "adjustments",
  "statements",
] as const;

const HISTORY_FIGURES = [
  "total_spent",
  "executions",
  "prs_generated",
  "tokens_used",
  "models",
  "daily_spent",
  "estimated",
  "corrections",
  "large_runs",
  "top_runs",
  "budgets",
  "granted",
  "adjustments",
  "closed",
] as const;

/** What a line of history loses if the state has no room for it. */
const DETAILS: readonly string[] = ["tokens_used", "models", "daily_spent", "top_runs", "budgets", "adjustments"];

/** Figures computed from the ledger, entry by entry, to compare a state with. */
export type Replay = {
  /** The state it is compared with. */
  readonly books: State;
  readonly state: State;
  readonly isEmpty: boolean;
  readonly lastId: string | undefined;
  /** What each imported month had spent. */
  readonly imported: NonNullable<Entry["imported"]>["history"];
  /** The zones in which the days of closed months were counted, as far as they are known. */
  readonly zones: ReadonlyMap<Month, TimeZone>;
  /** A month was counted in another zone than it was replayed in: replay again with these zones. */
  readonly hasOtherZone: boolean;
};

/** Begins a replay. Everything the ledger doesn't know is as in `books`. */
export function startReplay(books: State, zones: Replay["zones"] = new Map()): Replay {
  return {
    books,
    state: newState(books.current_month, books.last_reset, DEFAULT_SETTINGS),
    isEmpty: true,
    lastId: undefined,
    imported: [],
    zones,
    hasOtherZone: false,
  };
}

/** The replay with one more entry; entries come in the order of booking. */
export function addToReplay(replay: Replay, entry: Entry): Replay {
  const { books, zones, isEmpty } = replay;
  const begun = isEmpty ? { ...replay.state, current_month: entry.month } : replay.state;
  const imported = entry.kind === "import" ? (entry.imported?.history ?? []) : replay.imported;
  const history =
    entry.kind === "import" ? [...importedHistory(books, imported.length), ...begun.history] : begun.history;
  const timezone = zones.get(begun.current_month) ?? books.timezone;
  const isOther = entry.kind === "rollover" && entry.timezone !== undefined && entry.timezone !== timezone;
  return {
    ...replay,
    state: evolve({ ...begun, history, timezone }, entry),
    isEmpty: false,
    lastId: entry.id,
    imported,
    zones: isOther ? new Map([...zones, [entry.month, entry.timezone ?? timezone]]) : zones,
    hasOtherZone: replay.hasOtherZone || isOther,
  };
}

/** Imported months have no entries: their lines are as in the books. */
function importedHistory({ history }: State, count: number): HistoryLine[] {
  return history.filter((line, index) => line.closed === "import" && index < count);
}

/** Every figure of the state that differs from the ledger's. */
export function differencesIn(replay: Replay): Difference[] {
  const { books: state, state: replayed } = replay;
  const parts = partFigures(state.budgets, replayed.budgets);
  return [
    ...FIGURES.flatMap((figure) => compare(figure, state[figure], replayed[figure])),
    ...profileDifferences(state, replayed),
    ...topRunDifferences(state, replayed),
    ...compare("budgets", parts.found, parts.expected),
    ...importDifferences(replay),
    ...historyDifferences(state.history, replayed.history),
    ...compare("last entry", state.last_entry?.id ?? "none", replay.lastId ?? "none"),
  ];
}

/** Books in which an older release has booked don't have them, or have them no longer. */
function topRunDifferences(state: State, replayed: State): Difference[] {
  const runs = topRunsOf(state);
  return runs === undefined ? [] : compare("top_runs", runs, topRunsOf(replayed) ?? []);
}

function profileDifferences(state: State, replayed: State): Difference[] {
  const { found, expected } = knownLessons(state, replayed);
  return compare("profiles", found, expected);
}

/** The ledger's figures, to replace the state's; history lines keep what the ledger doesn't know. */
export function repairedFigures({ books: state, state: replayed }: Replay): Partial<State> {
  const figures = Object.fromEntries(FIGURES.map((figure) => [figure, replayed[figure]])) as Partial<State>;
  return {
    ...figures,
    profiles: replayed.profiles,
    estimated_by: replayed.estimated_by,
    top_runs: replayed.top_runs,
    top_runs_spent: replayed.top_runs_spent,
    ...(state.budgets !== undefined && { budgets: repairedParts(state.budgets, replayed.budgets) }),
    // A ledger that lost its end must not turn the month back.
    current_month: replayed.current_month > state.current_month ? replayed.current_month : state.current_month,
    history: mergedHistory(state.history, replayed.history),
  };
}

function mergedHistory(found: readonly HistoryLine[], expected: readonly HistoryLine[]): HistoryLine[] {
  const left = [...found];
  return expected.map((line) => {
    const index = left.findIndex((other) => other.month === line.month && other.closed === line.closed);
    const [known] = index < 0 ? [] : left.splice(index, 1);
    if (known === undefined) return line;
    const figures = figuresKept(known).filter((figure) => line[figure] !== undefined || known[figure] !== undefined);
    return { ...known, ...Object.fromEntries(figures.map((figure) => [figure, line[figure]])) };
  });
}

function historyDifferences(found: readonly HistoryLine[], expected: readonly HistoryLine[]): Difference[] {
  const length = Math.max(found.length, expected.length);
  return Array.from({ length }, (_, index) => index).flatMap((index) => {
    const [is, should] = [found[index], expected[index]];
    const place = `history ${(is ?? should)?.month} (line ${index + 1})`;
    if (is === undefined || should === undefined || is.month !== should.month) {
      return [{ figure: place, found: is?.month ?? "nothing", expected: should?.month ?? "nothing" }];
    }
    return figuresKept(is).flatMap((figure) => compare(`${place} ${figure}`, is[figure], should[figure]));
  });
}

/** A shortened line keeps only its sums; an older release's has no runs. */
function figuresKept({ short, top_runs }: HistoryLine): readonly (typeof HISTORY_FIGURES)[number][] {
  const known = top_runs === undefined ? HISTORY_FIGURES.filter((figure) => figure !== "top_runs") : HISTORY_FIGURES;
  return short === true ? known.filter((figure) => !DETAILS.includes(figure)) : known;
}

/** Imported months have no entries: the import entry keeps what each had spent. */
function importDifferences({ books, imported }: Replay): Difference[] {
  const kept = books.history.filter((line) => line.closed === "import");
  return compare(
    "imported history",
    kept.map(({ month, total_spent }) => `${month} ${plainUsd(total_spent)}`),
    imported.map(({ month, total_spent }) => `${month} ${plainUsd(total_spent)}`),
  );
}

function compare(figure: string, found: unknown, expected: unknown): Difference[] {
  const [a, b] = [canonical(found), canonical(expected)];
  if (a === b) return [];
  if (isRecord(found) && isRecord(expected)) {
    const keys = [...new Set([...Object.keys(found), ...Object.keys(expected)])];
    return keys.flatMap((key) => compare(`${figure} ${key}`, own(found, key), own(expected, key)));
  }
  return [{ figure, found: shown(figure, found), expected: shown(figure, expected) }];
}

/** A person who edits a state by hand may write any key, even one that every object has. */
function own(record: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

const MONEY = /(total_spent|estimated|tagged|cost|spent|amount|costs)$/;

function shown(figure: string, value: unknown): string {
  if (typeof value === "number" && MONEY.test(figure)) return `$${plainUsd(value as NanoUsd)}`;
  return value === undefined ? "nothing" : canonical(value).slice(0, 200);
}

/** Text that is equal for equal values, whatever the order of their keys; nothing and zero are equal. */
function canonical(value: unknown): string {
  if (isRecord(value)) {
    const pairs = Object.entries(value)
      .map(([key, item]) => [key, canonical(item)] as const)
      .filter(([, item]) => item !== "0" && item !== "{}")
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${pairs.map(([key, item]) => `${JSON.stringify(key)}:${item}`).join(",")}}`;
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  return JSON.stringify(value ?? 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
