/** A name in camel case: `top_ups` is `topUps`, `percent-used` is `percentUsed`. */
export function camelCase(name: string): string {
  return name.replace(/[_-](\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The same with its keys in camel case; values stay as they are. */
export function inCamelCase(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [camelCase(key), value]));
}
