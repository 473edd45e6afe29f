import { type NanoUsd, nanoOf } from "../budget/money.ts";
import type { JsonObject } from "./json-text.ts";
import type { UsageReport } from "./usage.ts";
import { UsageError } from "./usage-error.ts";

/** What reads the usage of one tool. */
export type Reader = {
  /** The format's name in reports and in the list of formats. */
  readonly name: string;
  /** What people know the format as. */
  readonly title: string;
  /** Whether this object can only come from this tool. */
  readonly recognise: (object: JsonObject) => boolean;
  /** The usage in all objects of a text. Throws a UsageError ("bad-usage") for figures that make no sense. */
  readonly read: (objects: Iterable<JsonObject>) => UsageReport;
};

/** A tool's own figure in dollars. Throws a UsageError ("bad-usage") for what is no amount from zero on. */
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
