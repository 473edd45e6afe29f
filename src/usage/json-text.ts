import { UsageError } from "./usage-error.ts";

export type JsonObject = { readonly [key: string]: unknown };

/** What a text had beside the JSON objects that were read from it. */
export type Damage = { skipped: number; cutOff: boolean };

/**
 * The JSON objects of a text one after the other: a single object, the elements of an array, or one a line among
 * lines of any other kind. What is skipped is noted in `damage`. Throws a UsageError ("empty") for a blank text.
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
  for (let from = start; from < text.length; ) {
    const end = text.indexOf("\n", from);
    const line = text.slice(from, end < 0 ? text.length : end).trim();
    from = end < 0 ? text.length : end + 1;
    if (line === "") continue;
    const value = line.startsWith("{") || line.startsWith("[") ? parsed(line) : undefined;
    damage.cutOff = value === undefined && line.startsWith("{");
    if (value === undefined) damage.skipped += 1;
    else yield* objectsIn(value, damage);
  }
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
