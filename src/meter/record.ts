import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { objectsInList } from "../usage/count-in.ts";
import { isObject, type JsonObject, textIn } from "../usage/json-text.ts";
import { COUNT_KEYS, isEmptyUsage, type UsageLine } from "../usage/usage.ts";
import { usdOf } from "../values/money.ts";

/** What an answer used, as the record keeps it. */
export type Recorded = {
  readonly lines: readonly UsageLine[];
  readonly estimated: boolean;
  /** The answer's ids, hashed. */
  readonly ids: readonly string[];
  readonly agentPart: string | undefined;
};

const VERSION = 1;

/**
 * An answer's id as the record has it: who knows the id can find it there, and the record says nothing about it. `salt`
 * is the meter's control word.
 */
export function hashedId(salt: string, id: string): string {
  return createHmac("sha256", salt).update(id).digest("hex").slice(0, 24);
}

/** What an answer used as a line of our own record, without its end; undefined for an answer that used nothing. */
export function recordLine(recorded: Recorded): string | undefined {
  const usage = recorded.lines.filter(isSomething).map((line) => elementOf(line, recorded));
  return usage.length === 0 ? undefined : JSON.stringify({ token_budget_usage: VERSION, usage });
}

/** A record as it is; empty where there is none. */
export function recordText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** The model of an answer without an id. */
type Nameless = Pick<UsageLine, "provider" | "model" | "asked">;

/** The hashed ids of the answers in a record, and the models of those that have none. */
export function recordedIds(text: string): {
  readonly ids: readonly string[];
  readonly nameless: readonly Nameless[];
} {
  const ids = new Set<string>();
  const nameless = new Map<string, Nameless>();
  for (const element of text.split("\n").flatMap(firstIn)) {
    if (typeof element["id"] === "string") ids.add(element["id"]);
    else {
      const one = namesIn(element);
      nameless.set(JSON.stringify(one), one);
    }
  }
  return { ids: [...ids], nameless: [...nameless.values()] };
}

function namesIn(element: JsonObject): Nameless {
  const asked = textIn(element, "asked");
  const names = { provider: textIn(element, "provider"), model: textIn(element, "model") };
  return asked === "" ? names : { ...names, asked };
}

/** What a line of a record says first: the lines of one answer have one id. */
function firstIn(line: string): JsonObject[] {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? objectsInList(value, "usage").slice(0, 1) : [];
  } catch {
    return [];
  }
}

function isSomething(line: UsageLine): boolean {
  return !isEmptyUsage(line) || (line.reported_cost ?? 0) > 0;
}

const NAMES = ["provider", "model", "asked", "tier", "region", "at"] as const;
const FLAGS = ["billed", "aggregate"] as const;

function elementOf(line: UsageLine, { estimated, ids, agentPart }: Recorded): object {
  const counts = COUNT_KEYS.flatMap((key) => (line[key] === 0 && key !== "requests" ? [] : [[key, line[key]]]));
  const names = NAMES.flatMap((key) => (line[key] === undefined || line[key] === "" ? [] : [[key, line[key]]]));
  const flags = FLAGS.flatMap((key) => (line[key] === true ? [[key, true]] : []));
  return {
    ...Object.fromEntries([...names, ...counts, ...flags]),
    ...(line.extras === undefined ? {} : { extras: line.extras }),
    ...(line.reported_cost === undefined ? {} : { cost: usdOf(line.reported_cost) }),
    ...(ids[0] === undefined ? {} : { id: ids[0] }),
    ...(agentPart === undefined ? {} : { by: agentPart }),
    ...(estimated ? { estimated: true } : {}),
  };
}
