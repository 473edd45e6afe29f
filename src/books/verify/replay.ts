import { type NanoUsd, plainUsd } from "../../values/money.ts";
import { epochOf, type Instant, type Month, type TimeZone } from "../../values/month.ts";
import { IDS_REMEMBERED_MS, IDS_SURELY_REMEMBERED_MS, MAX_BOOKED_IDS } from "../booked-ids.ts";
import { decodeEntry, type Entry, type LedgerPart } from "../entry.ts";
import { evolve } from "../evolve.ts";
import { newState } from "../new-state.ts";
import { DEFAULT_SETTINGS } from "../settings.ts";
import type { HistoryLine, State } from "../state.ts";
import { topRunsOf } from "../top-runs.ts";
import { partFigures, repairedParts } from "./replay-parts.ts";
import { knownLessons } from "./replay-profiles.ts";

/** A figure of the state that isn't what the ledger says; both as short text. */
export type Difference = { readonly figure: string; readonly found: string; readonly expected: string };

/** What the ledger says: its entries in the order they were booked, and lines that can't be read. */
export type ReadLedger = { readonly entries: readonly Entry[]; readonly problems: readonly string[] };

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

type PlacedEntry = { readonly entry: Entry; readonly line: string; readonly place: string };

/**
 * The entries of the ledger, ordered by the instant at which they were booked. `forgotAt` is the state's
 * `forgot_at`: books that had to forget ids may have booked one again.
 */
export function readLedgerLines(parts: readonly LedgerPart[], forgotAt?: Instant): ReadLedger {
  const placed: PlacedEntry[] = [];
  const problems: string[] = [];
  for (const part of parts) {
    for (const [index, line] of part.text.split("\n").entries()) {
      if (line.trim() === "") continue;
      const place = `${part.name} line ${index + 1}`;
      try {
        placed.push({ entry: decodeEntry(line), line, place });
      } catch {
        problems.push(`${place} isn't a ledger entry`);
      }
    }
  }
  placed.sort((a, b) => epochOf(a.entry.at) - epochOf(b.entry.at));
  return { entries: placed.map(({ entry }) => entry), problems: [...problems, ...repeatedIn(placed, forgotAt)] };
}

/** Ids that appear twice but must not: a chosen one may be booked again once it is forgotten. */
function repeatedIn(placed: readonly PlacedEntry[], forgotAt: Instant | undefined): string[] {
  const seen = new Map<string, PlacedEntry & { readonly index: number }>();
  const rememberedMs = forgotAt === undefined ? IDS_REMEMBERED_MS : IDS_SURELY_REMEMBERED_MS;
  const problems: string[] = [];
  for (const [index, one] of placed.entries()) {
    const { id, at } = one.entry;
    const before = seen.get(id);
    seen.set(id, { ...one, index });
    if (before === undefined) continue;
    const isForgotten = epochOf(at) - epochOf(before.entry.at) >= rememberedMs || index - before.index > MAX_BOOKED_IDS;
    if (!isForgotten || one.line === before.line) problems.push(`${one.place}: the id ${id} appears twice`);
  }
  return problems;
}

/** The state's figures as the ledger has them. Everything the ledger doesn't know is as in `state`. */
export function replay(entries: readonly Entry[], state: State): State {
  const zones = zonesOf(entries);
  const [first] = entries;
  const imported = entries.find((entry) => entry.kind === "import")?.imported?.history ?? [];
  let replayed: State = {
    ...newState(first?.month ?? state.current_month, state.last_reset, DEFAULT_SETTINGS),
    timezone: state.timezone,
    history: state.history.filter((line, index) => line.closed === "import" && index < imported.length),
  };
  for (const entry of entries) {
    replayed = evolve({ ...replayed, timezone: zones.get(replayed.current_month) ?? state.timezone }, entry);
  }
  return replayed;
}

/** Every figure of the state that differs from the ledger's. */
export function differencesOf(state: State, entries: readonly Entry[]): Difference[] {
  const replayed = replay(entries, state);
  const parts = partFigures(state.budgets, replayed.budgets);
  return [
    ...FIGURES.flatMap((figure) => compare(figure, state[figure], replayed[figure])),
    ...profileDifferences(state, replayed),
    ...topRunDifferences(state, replayed),
    ...compare("budgets", parts.found, parts.expected),
    ...importDifferences(state, entries),
    ...historyDifferences(state.history, replayed.history),
    ...lastEntryDifferences(state, entries),
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
export function repairedFigures(state: State, entries: readonly Entry[]): Partial<State> {
  const replayed = replay(entries, state);
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
function importDifferences(state: State, entries: readonly Entry[]): Difference[] {
  const imported = entries.find((entry) => entry.kind === "import")?.imported?.history ?? [];
  const kept = state.history.filter((line) => line.closed === "import");
  return compare(
    "imported history",
    kept.map(({ month, total_spent }) => `${month} ${plainUsd(total_spent)}`),
    imported.map(({ month, total_spent }) => `${month} ${plainUsd(total_spent)}`),
  );
}

function lastEntryDifferences(state: State, entries: readonly Entry[]): Difference[] {
  return compare("last entry", state.last_entry?.id ?? "none", entries.at(-1)?.id ?? "none");
}

function zonesOf(entries: readonly Entry[]): Map<Month, TimeZone> {
  const turns = entries.filter((entry) => entry.kind === "rollover" && entry.timezone !== undefined);
  return new Map(turns.map((entry) => [entry.month, entry.timezone ?? "UTC"]));
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
