import { parsed, withBlocks } from "./json-blocks.ts";
import { newOutline } from "./json-outline.ts";
import { bodyOf, linesOf, type Text } from "./text.ts";
import { UsageError } from "./usage-error.ts";

export type JsonObject = { readonly [key: string]: unknown };

/** What a text contained in addition to the JSON objects that were read from it. */
export type Damage = { skipped: number; cutOff: boolean };

/** Whether a text is one array, or objects on lines (a single object is such a text, too). */
export type Layout = "array" | "lines";

/**
 * How a text is laid out. An array is scanned to its end: it counts as one only if it is complete. Throws a UsageError
 * ("empty") for a blank text.
 */
export function layoutOf(text: Text): Layout {
  for (const chunk of bodyOf(text)) return chunk.startsWith("[") && isArray(text) ? "array" : "lines";
  throw new UsageError("empty", "The usage file is empty.");
}

/**
 * The JSON objects of a text in order: a single object, the elements of an array, or one a line (in server-sent events,
 * too), or printed over several lines, among lines of any other kind. No more of the text is kept than one of them.
 * What is skipped is noted in `damage`. Throws a UsageError ("empty") for a blank text.
 */
export function* objectsOf(text: Text, damage: Damage, layout: Layout = layoutOf(text)): Generator<JsonObject> {
  if (layout === "lines") yield* objectsOfLines(text, damage);
  else for (const element of elementsOf(text)) yield* objectsIn([element], damage);
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

function isArray(text: Text): boolean {
  const elements = elementsOf(text);
  for (;;) {
    const { done, value } = elements.next();
    if (done) return value === true;
  }
}

/** The elements of a text that is an array, as far as it is one; whether it was one to its end. */
function* elementsOf(text: Text): Generator<unknown, boolean> {
  const outline = newOutline();
  let element = "";
  let isFirst = true;
  for (const chunk of bodyOf(text)) {
    let from = 0;
    while (from < chunk.length) {
      if (outline.state() === "closed") {
        if (/\S/.test(chunk.slice(from))) return false;
        break;
      }
      const at = outline.goOn(chunk, from);
      if (outline.state() === "broken") return false;
      element += chunk.slice(from, at);
      from = at;
      if (outline.state() === "open") continue;
      // The bracket before the first element, and the sign after each.
      const json = element.slice(isFirst ? 1 : 0, -1);
      const isEmptyArray = isFirst && outline.state() === "closed" && json.trim() === "";
      const value = isEmptyArray ? undefined : parsed(json);
      if (value !== undefined) yield value;
      else if (!isEmptyArray) return false;
      isFirst = false;
      element = "";
    }
  }
  return outline.state() === "closed";
}

function* objectsOfLines(text: Text, damage: Damage): Generator<JsonObject> {
  const source = linesOf(text);
  const lines = withBlocks(source);
  try {
    for (let line = lines.take(); line !== undefined; line = lines.take()) {
      const data = dataOf(line.trim());
      if (data === "") continue;
      // Parsing what can't be JSON takes long when there is much of it.
      const isWhole = (data.startsWith("{") && data.endsWith("}")) || (data.startsWith("[") && data.endsWith("]"));
      const value = (isWhole ? parsed(data) : undefined) ?? (data.startsWith("{") ? lines.block(data) : undefined);
      damage.cutOff = value === undefined && data.startsWith("{");
      if (value === undefined) damage.skipped += 1;
      else yield* objectsIn(value, damage);
    }
    damage.cutOff ||= lines.isCutOff();
  } finally {
    // The caller has seen enough: close the file behind this.
    source.return(undefined);
  }
}

/** What a line of server-sent events carries, nothing for their frame; any other line as it is. */
function dataOf(line: string): string {
  if (line.startsWith("{")) return line;
  if (line.startsWith("data:")) return line.endsWith("[DONE]") ? "" : line.slice("data:".length).trimStart();
  const isFrame = ["event:", "id:", "retry:", ":"].some((mark) => line.startsWith(mark));
  return isFrame ? "" : line;
}

function* objectsIn(value: unknown, damage: Damage): Generator<JsonObject> {
  for (const element of Array.isArray(value) ? value : [value]) {
    if (isObject(element)) yield element;
    else damage.skipped += 1;
  }
}
