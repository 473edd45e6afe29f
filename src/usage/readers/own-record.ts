import type { Instant } from "../../values/month.ts";
import { EXTRA_KINDS, type Extras, isExtra } from "../extras.ts";
import { isObject, type JsonObject, own } from "../json-text.ts";
import { instantIn, type Reader, reportedCostOf } from "../reader.ts";
import { COUNT_KEYS, countOf, isEmptyUsage, plainName, type UsageLine, usageLine } from "../usage.ts";
import { UsageError } from "../usage-error.ts";

const VERSION = 1;
const FLAGS = ["billed", "aggregate", "estimated"] as const;
const SIZES = ["largest_input", "smallest_input"] as const;
const NAMES = ["provider", "model", "session", "tier", "region", "by", "asked", "id"] as const;
const KEYS: readonly string[] = [
  ...[...NAMES, "at", "cost", ...SIZES, "cache_write", "extras"],
  ...COUNT_KEYS,
  ...FLAGS,
];

/**
 * What your own script may write:
 *
 * ```json
 * { "token_budget_usage": 1, "usage": [ { "model": "my-model", "input": 2000, "output": 1500 } ] }
 * ```
 *
 * One element per model or request. `input` counts all input including what was cached, `output` all output including
 * reasoning. Optional: `provider`, `cache_read`, `cache_write_5m` (or `cache_write`), `cache_write_1h`, `reasoning`,
 * `audio_input`, `audio_output`, `web_searches`, `requests` (1), `session`, `cost` (dollars), `billed` (the provider
 * bills that cost), `aggregate` (several requests added up), `largest_input` and `smallest_input` (of one request),
 * `tier` and `region` (where they aren't the standard ones), `at` (when it was), `extras` (what is billed by the piece,
 * by kind), `by` (what of an agent asked for it, such as "subagent"), `estimated` (counted by length, as a minimum),
 * `asked` (the model that was asked for, where the answer names another), `id` (the request's, which isn't kept). Other keys are refused, so that a misspelled count isn't taken for zero.
 */
export const ownRecord: Reader = {
  name: "token-budget",
  title: 'your own record ({"token_budget_usage": 1, "usage": […]})',
  recognize: (object) => Object.hasOwn(object, "token_budget_usage"),
  read: (objects) => {
    const lines = [...objects].filter((object) => Object.hasOwn(object, "token_budget_usage")).flatMap(linesOf);
    return { format: "token-budget", lines, complete: true, notes: [] };
  },
};

function linesOf(record: JsonObject): UsageLine[] {
  if (own(record, "token_budget_usage") !== VERSION)
    throw new UsageError("bad-usage", `The usage record isn't version ${VERSION}, the only supported version.`);
  const usage = own(record, "usage");
  if (!Array.isArray(usage) || usage.length === 0)
    throw new UsageError("bad-usage", "The usage record has no list `usage` with at least one element.");
  return usage.map((element: unknown, index) => lineOf(element, `usage[${index}]`));
}

function lineOf(element: unknown, where: string): UsageLine {
  if (!isObject(element)) throw new UsageError("bad-usage", `${where} is not an object.`);
  const stranger = Object.keys(element).find((key) => !KEYS.includes(key));
  if (stranger !== undefined)
    throw new UsageError(
      "bad-usage",
      `${where} has the unknown key "${plainName(stranger)}"; the known keys are ${KEYS.join(", ")}.`,
    );
  const cost = own(element, "cost");
  const line = usageLine({
    ...namesOf(element, where),
    ...countsOf(element, where),
    ...flagsOf(element, where),
    at: timeOf(element, where),
    extras: extrasOf(element, where),
    reported_cost: cost === undefined ? undefined : reportedCostOf(`${where}.cost`, cost),
  });
  if (isEmptyUsage(line) && !line.reported_cost)
    throw new UsageError("bad-usage", `${where} has neither tokens nor a cost.`);
  return line;
}

function countsOf(element: JsonObject, where: string) {
  const present = [...COUNT_KEYS, ...SIZES, "cache_write"].filter((key) => own(element, key) !== undefined);
  const { cache_write, ...counts } = Object.fromEntries(
    present.map((key) => [key, countOf(`${where}.${key}`, own(element, key))]),
  );
  if (cache_write !== undefined && Object.hasOwn(counts, "cache_write_5m"))
    throw new UsageError("bad-usage", `${where} has both cache_write and cache_write_5m, which are the same.`);
  return { requests: 1, ...counts, ...(cache_write === undefined ? {} : { cache_write_5m: cache_write }) };
}

function namesOf(element: JsonObject, where: string) {
  const names = NAMES.filter((key) => own(element, key) !== undefined);
  const notText = names.find((key) => typeof own(element, key) !== "string");
  if (notText !== undefined) throw new UsageError("bad-usage", `${where}.${notText} is not text.`);
  return Object.fromEntries(names.map((key) => [key, own(element, key) as string]));
}

function timeOf(element: JsonObject, where: string): Instant | undefined {
  const value = own(element, "at");
  const at = typeof value === "string" ? instantIn(value) : undefined;
  if (value === undefined || at !== undefined) return at;
  throw new UsageError("bad-usage", `${where}.at is not an instant such as "2026-11-22T10:00:00Z".`);
}

function extrasOf(element: JsonObject, where: string): Extras | undefined {
  const extras = own(element, "extras");
  if (extras === undefined) return undefined;
  if (!isObject(extras)) throw new UsageError("bad-usage", `${where}.extras is not an object.`);
  const stranger = Object.keys(extras).find((kind) => !isExtra(kind));
  if (stranger !== undefined) {
    const known = EXTRA_KINDS.join(", ");
    throw new UsageError(
      "bad-usage",
      `${where}.extras has the unknown key "${plainName(stranger)}"; the known keys are ${known}.`,
    );
  }
  const counts = Object.entries(extras).map(([kind, count]) => [kind, countOf(`${where}.extras.${kind}`, count)]);
  return Object.fromEntries(counts);
}

function flagsOf(element: JsonObject, where: string) {
  const flags = FLAGS.filter((key) => own(element, key) !== undefined);
  const notFlag = flags.find((key) => typeof own(element, key) !== "boolean");
  if (notFlag !== undefined) throw new UsageError("bad-usage", `${where}.${notFlag} is neither true nor false.`);
  return Object.fromEntries(flags.map((key) => [key, own(element, key) as boolean]));
}
