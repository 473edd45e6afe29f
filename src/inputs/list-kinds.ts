import { ALL_KINDS } from "../books/notify-keys.ts";
import type { Tags } from "../values/codecs.ts";
import { decodeCount } from "../values/counts.ts";
import { decodeDecimal, type Kind } from "./kinds.ts";
import { flatten, linesOf, shorten } from "./text-kinds.ts";

/** What may be sent to the channel; `start` and `complete` are chatter. */
export const NOTIFY_KINDS = [...ALL_KINDS, "approval", "start", "complete"] as const;
export type NotifyKind = (typeof NOTIFY_KINDS)[number];

/** The workflows for maintainers that `init` can write besides an agent's. */
export const MAINTENANCE = ["top-up", "reset", "alerts", "recap", "pause"] as const;
export type Maintenance = (typeof MAINTENANCE)[number];

const MAX_LINES = 1_000;
const MAX_TAGS = 20;
const MAX_KEY_LENGTH = 64;
const MAX_VALUE_LENGTH = 256;
const MAX_MODEL_LENGTH = 200;
const MAX_PATH_LENGTH = 4_096;
/** More than any run uses, and a thousand of them still add up exactly. */
const MAX_TOKENS = 1_000_000_000_000;

/** Every parsed line, or undefined if one can't be parsed. */
function every<T>(lines: readonly string[], parse: (line: string) => T | undefined): readonly T[] | undefined {
  if (lines.length === 0 || lines.length > MAX_LINES) return undefined;
  const values: T[] = [];
  for (const line of lines) {
    const value = parse(line);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

/** Names, one per line. */
export const names: Kind<readonly string[]> = {
  label: "text, one per line",
  parse: (text) => every(linesOf(text), (line) => shorten(flatten(line), MAX_MODEL_LENGTH) || undefined),
  wanted: "one name per line",
};

/** Paths and globs, one per line. */
export const paths: Kind<readonly string[]> = {
  label: "paths and globs, one per line",
  parse: (text) =>
    every(linesOf(text), (line) => (line.length <= MAX_PATH_LENGTH && !line.includes("\0") ? line : undefined)),
  wanted: "one path or glob per line",
};

/** Tokens, one number per line. */
export const tokenCounts: Kind<readonly number[]> = {
  label: "whole numbers, one per line",
  parse: (text) =>
    every(linesOf(text), (line) => {
      const tokens = decodeCount(line);
      return tokens !== undefined && tokens <= MAX_TOKENS ? tokens : undefined;
    }),
  wanted: "whole numbers of tokens, 0 or more, digits only, one line per model",
};

/** How a workflow's step ended, in GitHub's words. */
const STEP_OUTCOMES = ["success", "failure", "cancelled", "skipped"] as const;
export type StepOutcome = (typeof STEP_OUTCOMES)[number];

/** How steps ended, one per line; blank lines are steps without an outcome, and all of them may be blank. */
export const stepOutcomes: Kind<readonly StepOutcome[]> = {
  label: "outcomes of steps, one per line",
  words: STEP_OUTCOMES,
  parse: (text) => {
    const lines = linesOf(text);
    return lines.length === 0 ? [] : every(lines, (line) => STEP_OUTCOMES.find((outcome) => outcome === line));
  },
  wanted: `one of ${STEP_OUTCOMES.join(", ")}, as the expression steps.ID.outcome gives it, one line per agent`,
};

/** Ascending percentages, "75, 90", or none. */
export const percents: Kind<readonly number[]> = {
  label: "percentages",
  parse: (text) => {
    if (text === "none") return [];
    const values = every(text.split(/\s*,\s*|\s+/), decodeCount);
    return values !== undefined && arePercents(values) ? values : undefined;
  },
  wanted: "whole percentages from 1 to 100, in ascending order and without repeats, such as 75, 90; or none",
};

/** Whether the numbers are whole percentages from 1 to 100, ascending, each once. */
export function arePercents(values: readonly number[]): boolean {
  return values.every(
    (value, index) => Number.isInteger(value) && value >= 1 && value <= 100 && value > (values[index - 1] ?? 0),
  );
}

/** Kinds of messages, "milestone, recap", or all, or none. */
export const notifyKinds: Kind<readonly NotifyKind[]> = {
  label: "kinds of messages",
  words: ["all", "none", ...NOTIFY_KINDS],
  parse: (text) => {
    if (text === "all") return NOTIFY_KINDS;
    if (text === "none") return [];
    const kinds = every(text.split(/\s*,\s*|\s+/), (word) => NOTIFY_KINDS.find((kind) => kind === word));
    return kinds === undefined ? undefined : [...new Set(kinds)];
  },
  wanted: `all, none, or some of ${NOTIFY_KINDS.join(", ")}`,
};

/** Workflows for maintainers, "top-up, reset", or all, or none. */
export const maintenance: Kind<readonly Maintenance[]> = {
  label: "workflows for maintainers",
  words: ["all", "none", ...MAINTENANCE],
  parse: (text) => {
    if (text === "all") return MAINTENANCE;
    if (text === "none") return [];
    const wanted = every(text.split(/\s*,\s*|\s+/), (word) => MAINTENANCE.find((name) => name === word));
    return wanted === undefined ? undefined : MAINTENANCE.filter((name) => wanted.includes(name));
  },
  wanted: `all, none, or some of ${MAINTENANCE.join(", ")}`,
};

/** The pairs of `key=value` lines; undefined if a line isn't one, a key is repeated, or there are too many. */
function pairs<T>(text: string, value: (text: string) => T | undefined): Record<string, T> | undefined {
  const lines = linesOf(text);
  if (lines.length > MAX_TAGS) return undefined;
  const found: Record<string, T> = {};
  for (const line of lines) {
    const at = line.indexOf("=");
    const key = line.slice(0, Math.max(at, 0)).trim();
    const parsed = value(line.slice(at + 1).trim());
    if (key === "" || [...key].length > MAX_KEY_LENGTH || flatten(key) !== key) return undefined;
    if (parsed === undefined || Object.hasOwn(found, key) || key === "__proto__") return undefined;
    found[key] = parsed;
  }
  return found;
}

/** What a run belongs to, `agent=dev-lead`, one per line. */
export const tagLines: Kind<Tags> = {
  label: "key=value lines",
  parse: (text) =>
    pairs(text, (value) => (value !== "" && [...value].length <= MAX_VALUE_LENGTH ? flatten(value) : undefined)),
  wanted: `key=value lines such as agent=dev-lead, each key once, at most ${MAX_TAGS}, keys of up to ${MAX_KEY_LENGTH} and values of up to ${MAX_VALUE_LENGTH} characters`,
};

/** A run's results, `lines=240`, one per line. */
export const outcomeLines: Kind<Readonly<Record<string, number>>> = {
  label: "key=number lines",
  parse: (text) => pairs(text, decodeDecimal),
  wanted: `key=number lines such as lines=240, each key once, at most ${MAX_TAGS}, keys of up to ${MAX_KEY_LENGTH} characters`,
};
