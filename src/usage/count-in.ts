import { isObject, type JsonObject, own } from "./json-text.ts";
import { countOf } from "./usage.ts";

/**
 * The count under the first of these keys that has a value; 0 when none has. Throws a UsageError ("bad-usage") for
 * what isn't a count.
 */
export function countIn(object: JsonObject | undefined, ...keys: readonly string[]): number {
  const key = object && keys.find((candidate) => isThere(own(object, candidate)));
  return object === undefined || key === undefined ? 0 : countOf(key, own(object, key));
}

/** The object under the first of these keys that has one. */
export function partIn(object: JsonObject | undefined, ...keys: readonly string[]): JsonObject | undefined {
  for (const key of object ? keys : []) {
    const value = object && own(object, key);
    if (isObject(value)) return value;
  }
  return undefined;
}

/** The elements of a list that are objects; none when there is no list. */
export function objectsInList(object: JsonObject | undefined, key: string): readonly JsonObject[] {
  const value = object && own(object, key);
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Whether one of these keys has a number. */
export function hasNumber(object: JsonObject | undefined, ...keys: readonly string[]): boolean {
  return object !== undefined && keys.some((key) => typeof own(object, key) === "number");
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}
