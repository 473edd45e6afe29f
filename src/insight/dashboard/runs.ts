import type { Entry } from "../../books/entry.ts";
import { runUrlOf, type SeenFrom } from "../../values/run-link.ts";
import type { Placed } from "../attribution/calendar.ts";
import { pullOf, runOf } from "../attribution/dimensions.ts";
import type { Piece } from "../attribution/pieces.ts";
import { COLUMN, PIECE, PIECE_WIDTH, PIECES, type RunTable } from "./run-columns.ts";

/** Runs that are collected, each as numbers; changed in place. */
export type Runs = {
  readonly texts: Numbered;
  readonly tags: Numbered;
  readonly budgets: Numbered;
  readonly rows: number[][];
  readonly seenFrom: SeenFrom;
  /** What replaces the names of people: themselves, or hashes. */
  readonly person: (name: string) => string;
};

type Numbered = Map<string, number>;

const DAY_MS = 86_400_000;
const NONE = -1;

/** No runs yet. */
export function startRuns(from: Pick<Runs, "seenFrom" | "person">): Runs {
  return { texts: new Map(), tags: new Map(), budgets: new Map(), rows: [], ...from };
}

/** Adds a charge or a correction; its pieces add up to its cost. */
export function addRun(runs: Runs, placed: Placed, pieces: readonly Piece[]): void {
  const { entry, day, minute } = placed;
  const text = (value: string | null | undefined) => (value == null ? NONE : numberOf(runs.texts, value));
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
    runs.tags,
    Object.entries(entry.tags ?? {}).flatMap(([key, value]) => [text(key), text(value)]),
  );
  row[COLUMN.budgets] = list(runs.budgets, Object.keys(entry.budgets ?? {}).map(text));
  row[COLUMN.quality] = text(entry.quality);
  row[COLUMN.kind] = text(kindOf(entry));
  countTokens(row, entry);
  for (const piece of gathered(pieces)) {
    row.push(text(piece.model), text(piece.result), piece.cost, piece.executions);
  }
  runs.rows.push(row);
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
export function tableOf(runs: Runs, rows: readonly (readonly number[])[]): RunTable {
  const [texts, tags, budgets] = [keysOf(runs.texts), keysOf(runs.tags), keysOf(runs.budgets)];
  const own = { texts: new Map<string, number>(), tags: new Map<string, number>(), budgets: new Map<string, number>() };
  const text = (at: number) => (at === NONE ? NONE : numberOf(own.texts, texts[at] ?? ""));
  const listed = (at: number, from: readonly string[], to: Numbered) =>
    at === NONE ? NONE : numberOf(to, placesIn(from[at]).map(text).join(","));
  const renumbered = rows.map((row) => {
    const copy = [...row];
    for (const name of TEXTS) copy[COLUMN[name]] = text(row[COLUMN[name]] ?? NONE);
    copy[COLUMN.tags] = listed(row[COLUMN.tags] ?? NONE, tags, own.tags);
    copy[COLUMN.budgets] = listed(row[COLUMN.budgets] ?? NONE, budgets, own.budgets);
    for (let at = PIECES; at < row.length; at += PIECE_WIDTH) {
      copy[at + PIECE.model] = text(row[at + PIECE.model] ?? NONE);
      copy[at + PIECE.result] = text(row[at + PIECE.result] ?? NONE);
    }
    return copy;
  });
  return {
    texts: keysOf(own.texts),
    tags: keysOf(own.tags).map(placesIn),
    budgets: keysOf(own.budgets).map(placesIn),
    rows: renumbered,
  };
}

function keysOf(numbers: Numbered): string[] {
  return [...numbers.keys()];
}

function placesIn(list: string | undefined): number[] {
  return (list ?? "").split(",").map(Number);
}
