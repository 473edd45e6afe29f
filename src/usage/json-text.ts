import { UsageError } from "./usage-error.ts";

export type JsonObject = { readonly [key: string]: unknown };

// So that a text of opening braces alone isn't parsed to its end again and again.
const MOST_TRIES = 8;

/** What a text had beside the JSON objects that were read from it. */
export type Damage = { skipped: number; cutOff: boolean };

/**
 * The JSON objects of a text one after the other: a single object, the elements of an array, or one a line (in
 * server-sent events, too), or printed over several lines, among lines of any other kind. What is skipped is noted in
 * `damage`. Throws a UsageError ("empty") for a blank text.
 */
export function* objectsOf(text: string, damage: Damage): Generator<JsonObject> {
  const start = text.search(/[^\s\uFEFF]/);
  if (start < 0) throw new UsageError("empty", "The usage file is empty.");
  const whole = wholeValue(text, start);
  if (whole === undefined) yield* objectsOfLines(text, start, damage);
  else yield* objectsIn(whole, damage);
}

/** A property an object has itself: JSON may call a key `constructor`. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objectIn(object: JsonObject, key: string): JsonObject | undefined {
  const value = own(object, key);
  return isObject(value) ? value : undefined;
}

export function textIn(object: JsonObject, key: string): string {
  const value = own(object, key);
  return typeof value === "string" ? value : "";
}

/** The value of a text that is one JSON value; undefined when its first line is one already and more lines follow. */
function wholeValue(text: string, start: number): unknown {
  const end = text.indexOf("\n", start);
  const hasMore = end >= 0 && /\S/.test(text.slice(end));
  if (hasMore && parsed(text.slice(start, end)) !== undefined) return undefined;
  const first = text[start];
  return first === "{" || first === "[" ? parsed(text.slice(start)) : undefined;
}

function* objectsOfLines(text: string, start: number, damage: Damage): Generator<JsonObject> {
  const blockAt = blocksOf(text);
  for (let from = start; from < text.length; ) {
    const end = text.indexOf("\n", from);
    const line = dataOf(text.slice(from, end < 0 ? text.length : end).trim());
    const block = line === "{" ? blockAt(from) : undefined;
    from = block?.end ?? (end < 0 ? text.length : end + 1);
    if (line === "") continue;
    // Parsing what can't be JSON takes long when there is much of it.
    const value = block?.value ?? (/^(?:\{.*\}|\[.*\])$/s.test(line) ? parsed(line) : undefined);
    damage.cutOff = value === undefined && line.startsWith("{");
    if (value === undefined) damage.skipped += 1;
    else yield* objectsIn(value, damage);
  }
}

/** What a line of server-sent events carries, nothing for their frame; any other line as it is. */
function dataOf(line: string): string {
  if (line.startsWith("{")) return line;
  if (line.startsWith("data:")) return line.endsWith("[DONE]") ? "" : line.slice("data:".length).trimStart();
  return /^(?:event:|id:|retry:|:)/.test(line) ? "" : line;
}

/** Finds the object that is printed over several lines from a place on: it ends where a line begins with its brace. */
function blocksOf(text: string) {
  let close = -1;
  let tries = 0;
  return (from: number): { readonly value: unknown; readonly end: number } | undefined => {
    if (close < from) {
      close = text.indexOf("\n}", from);
      if (close < 0) close = text.length;
      tries = 0;
    }
    tries += 1;
    const end = close + 2;
    const value = end > text.length || tries > MOST_TRIES ? undefined : parsed(text.slice(from, end));
    return value === undefined ? undefined : { value, end };
  };
}

function* objectsIn(value: unknown, damage: Damage): Generator<JsonObject> {
  for (const element of Array.isArray(value) ? value : [value]) {
    if (isObject(element)) yield element;
    else damage.skipped += 1;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
