/**
 * A value of plain data without secrets: every text in it, including keys, is redacted. Numbers, functions and objects
 * of classes stay as they are.
 */
export function redacted<T>(value: T, redact: (text: string) => string): T {
  return withoutSecrets(value, redact) as T;
}

function withoutSecrets(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((one) => withoutSecrets(one, redact));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [redact(key), withoutSecrets(one, redact)]));
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
