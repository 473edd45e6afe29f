import { type NanoUsd, nanoOf, sum } from "../values/money.ts";
import { type Instant, instantOf } from "../values/month.ts";
import type { JsonObject } from "./json-text.ts";
import type { Text } from "./text.ts";
import type { UsageFacts, UsageReport } from "./usage.ts";
import { UsageError } from "./usage-error.ts";

/** Whether a run's meter recorded the answer of a provider with this id. */
export type IsMetered = (id: string) => boolean;

/** What reads the usage of one tool. */
export type Reader = {
  /** The format's name in reports and in the list of formats. */
  readonly name: string;
  /** What people know the format as. */
  readonly title: string;
  /** Whether this object can only come from this tool. */
  readonly recognize: (object: JsonObject) => boolean;
  /**
   * The usage in all objects of a text. Where the provider's own ids of its answers are in the text, `isMetered` is asked
   * about each, and what a meter recorded is in other lines than the rest. Throws a UsageError ("bad-usage") for figures
   * that make no sense.
   */
  readonly read: (objects: Iterable<JsonObject>, isMetered?: IsMetered) => UsageReport;
  /** The usage in a text that isn't JSON; undefined unless only this tool can have printed it. Tried before JSON is. */
  readonly readText?: (text: Text) => UsageReport | undefined;
};

/** What a line says of an answer with this id; nothing without an id, or without a meter. */
export function meteredBy(id: string, isMetered: IsMetered | undefined): Pick<UsageFacts, "metered"> {
  return id === "" || isMetered === undefined ? {} : { metered: isMetered(id) };
}

// No supported tool is older: an earlier time is not a time, or in another unit.
const FIRST_MS = Date.UTC(2020, 0);
// The last instant of the year 9999: later ones have more than four digits.
const LAST_MS = 253_402_300_799_999;

/** When something happened, as tools write it: ISO text or milliseconds since 1970. Undefined for anything else. */
export function instantIn(value: unknown): Instant | undefined {
  const ms = typeof value === "string" ? Date.parse(value) : value;
  return typeof ms === "number" && ms >= FIRST_MS && ms <= LAST_MS ? instantOf(ms) : undefined;
}

/** When something happened, in seconds since 1970 as OpenAI writes it, or as `instantIn` takes it. */
export function instantInSeconds(value: unknown): Instant | undefined {
  return instantIn(typeof value === "number" && value < LAST_MS / 1_000 ? value * 1_000 : value);
}

/** The later of two instants, as far as they are known. */
export function laterOf(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Date.parse(a) < Date.parse(b) ? b : a;
}

/** The sum of what a tool says things cost. Throws a UsageError ("bad-usage") if it isn't a valid amount. */
export function totalCostOf(costs: Iterable<NanoUsd>): NanoUsd {
  try {
    return sum(costs);
  } catch (cause) {
    throw new UsageError("bad-usage", "The usage makes no sense: the sum of the reported costs isn't a valid amount.", {
      cause,
    });
  }
}

/** A tool's own figure in dollars. Throws a UsageError ("bad-usage") for what isn't an amount of zero or more. */
export function reportedCostOf(what: string, dollars: unknown): NanoUsd {
  if (typeof dollars === "number" && dollars >= 0) {
    try {
      return nanoOf(dollars);
    } catch (cause) {
      throw new UsageError("bad-usage", `The usage makes no sense: ${what} is ${dollars} dollars.`, { cause });
    }
  }
  const shown = typeof dollars === "number" ? String(dollars) : `a ${typeof dollars}`;
  throw new UsageError("bad-usage", `The usage makes no sense: ${what} is ${shown}, not an amount of dollars.`);
}
