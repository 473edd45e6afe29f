import type { PricedLine } from "../../pricing/unit-prices.ts";
import { sumOf } from "../../usage/added-up.ts";
import { EXTRA_KINDS, type ExtraKind } from "../../usage/extras.ts";
import { COUNT_KEYS } from "../../usage/usage.ts";
import { type NanoUsd, nanoOf, ZERO } from "../../values/money.ts";
import { type Figures, growthOf } from "./counters.ts";

/** A counter as one text reports it: its pieces in the order of time, and their sum. */
export type Counter = { readonly whole: PricedLine; readonly pieces: readonly PricedLine[] };

/** The tool named no model; where a user did, it is one name for whatever models there were. */
export function isNameless(line: PricedLine): boolean {
  return line.model === "" || line.assumed === true;
}

/** A line's counter among its session's. */
export function counterOf(line: PricedLine): string {
  return isNameless(line) ? "" : line.model;
}

/** The counters of one session, each with all of its pieces. */
export function countersOf(lines: readonly PricedLine[]): Counter[] {
  const counters: PricedLine[][] = [];
  for (const line of lines) {
    const before = counters.findLast(([first]) => first !== undefined && counterOf(first) === counterOf(line));
    if (line.piece === true && before !== undefined) before.push(line);
    else counters.push([line]);
  }
  return counters.flatMap((pieces) => {
    const [first] = pieces;
    if (first === undefined) return [];
    return [{ whole: pieces.length === 1 ? first : { ...first, ...sumOf(pieces) }, pieces }];
  });
}

/** The increase of a counter, its newest pieces; undefined if any kind of token is less than before. */
export function grownPieces({ whole, pieces }: Counter, known: Figures): readonly PricedLine[] | undefined {
  const growth = growthOf(whole, known);
  if (growth === undefined) return undefined;
  return pieces.length === 1 ? [growth] : without(pieces, known);
}

/** Whether anything is left of a line to charge for. */
export function isSome(line: PricedLine): boolean {
  return isUsed(line) || (line.reported_cost ?? ZERO) > ZERO;
}

/** Pieces that have the same prices, and whatever else makes a price, as one line each. */
export function joinedByPrice(pieces: readonly PricedLine[]): PricedLine[] {
  const groups = new Map<string, PricedLine[]>();
  for (const line of pieces) {
    const key = JSON.stringify([line.reported_cost === undefined, kindOf(line)]);
    const group = groups.get(key);
    if (group) group.push(line);
    else groups.set(key, [line]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    return [others.length === 0 ? first : { ...first, ...sumOf([first, ...others]) }];
  });
}

const COUNTED: ReadonlySet<string> = new Set([
  ...COUNT_KEYS,
  ...["extras", "at", "own", "reported_cost", "aggregate", "largest_input", "smallest_input", "piece"],
]);

/** Everything in a line that isn't a count: what distinguishes it from other lines. */
function kindOf(line: PricedLine): readonly unknown[] {
  return Object.entries(line)
    .filter(([key]) => !COUNTED.has(key))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Kinds of token that have nothing in common: each token is in exactly one. */
type Parts = {
  plain: number;
  cache_read: number;
  cache_write_5m: number;
  cache_write_1h: number;
  answer: number;
  reasoning: number;
};
const PARTS = ["plain", "cache_read", "cache_write_5m", "cache_write_1h", "answer", "reasoning"] as const;

/** What still has to be subtracted, by kind; `cost` in nano-dollars. */
type Owed = { [kind: string]: number };

/**
 * Subtracts what was booked before from several lines, the oldest first, wherever it is; undefined if they have fewer
 * tokens than that.
 */
export function without(lines: readonly PricedLine[], booked: Figures): PricedLine[] | undefined {
  const { cost, ...counts } = booked;
  const owed: Owed = { ...counts, ...partsOf(booked), ...(cost !== undefined && { cost: nanoOf(cost) }) };
  const rest = lines.map((line) => restOf(line, owed));
  return PARTS.every((part) => owed[part] === 0) ? rest : undefined;
}

function restOf(line: PricedLine, owed: Owed): PricedLine {
  const parts = partsOf(line);
  for (const part of PARTS) parts[part] -= taken(owed, part, parts[part]);
  const { plain, answer, ...kinds } = parts;
  const input = plain + kinds.cache_read + kinds.cache_write_5m + kinds.cache_write_1h;
  const { largest_input: _, smallest_input: __, extras: ___, ...others } = line;
  const isWhole = input === line.input && answer + kinds.reasoning === line.output;
  const rest: PricedLine = {
    ...(isWhole ? line : { ...others, aggregate: true }),
    ...kinds,
    input,
    output: answer + kinds.reasoning,
    audio_input: Math.min(input, line.audio_input - taken(owed, "audio_input", line.audio_input)),
    audio_output: Math.min(answer, line.audio_output - taken(owed, "audio_output", line.audio_output)),
    web_searches: line.web_searches - taken(owed, "web_searches", line.web_searches),
    requests: Math.max(Math.min(1, line.requests), line.requests - taken(owed, "requests", line.requests)),
    ...extrasLeft(line, owed),
  };
  return claiming(rest, line, owed);
}

function extrasLeft({ extras }: PricedLine, owed: Owed): Pick<PricedLine, "extras"> {
  if (extras === undefined) return {};
  const left: { [K in ExtraKind]?: number } = {};
  for (const kind of EXTRA_KINDS) {
    const count = extras[kind] ?? 0;
    const rest = count - taken(owed, kind, count);
    if (rest > 0) left[kind] = rest;
  }
  return Object.keys(left).length > 0 ? { extras: left } : {};
}

/** The rest of a line with the rest of its claim. */
function claiming(rest: PricedLine, line: PricedLine, owed: Owed): PricedLine {
  const { reported_cost: claim, ...unclaimed } = rest;
  if (claim === undefined) return rest;
  // If no claims were booked, a claim stays with its tokens.
  if (owed["cost"] === undefined) return isUsed(line) && !isUsed(rest) ? unclaimed : rest;
  return { ...rest, reported_cost: (claim - taken(owed, "cost", claim)) as NanoUsd };
}

/** Subtracts as much as possible of what is owed. */
function taken(owed: Owed, kind: string, there: number): number {
  const count = Math.min(owed[kind] ?? 0, there);
  if (count > 0) owed[kind] = (owed[kind] ?? 0) - count;
  return count;
}

function isUsed(line: PricedLine): boolean {
  return line.extras !== undefined || COUNT_KEYS.some((key) => key !== "requests" && line[key] > 0);
}

function partsOf(figures: { readonly [kind: string]: unknown }): Parts {
  const count = (kind: string) => (typeof figures[kind] === "number" ? figures[kind] : 0);
  const kinds = {
    cache_read: count("cache_read"),
    cache_write_5m: count("cache_write_5m"),
    cache_write_1h: count("cache_write_1h"),
    reasoning: count("reasoning"),
  };
  return {
    ...kinds,
    plain: count("input") - kinds.cache_read - kinds.cache_write_5m - kinds.cache_write_1h,
    answer: count("output") - kinds.reasoning,
  };
}
