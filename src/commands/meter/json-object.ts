/** A JSON object. */
export type JsonObject = { readonly [key: string]: unknown };

/** The object in a text; an empty one for text that isn't an object in JSON. */
export function objectIn(text: string | undefined): JsonObject {
  try {
    return objectOf(JSON.parse(text ?? "{}"));
  } catch {
    return {};
  }
}

/** The value if it is an object, otherwise an empty one. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
