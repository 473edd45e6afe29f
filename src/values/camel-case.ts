/** The same with its keys in camel case: `top_ups` is `topUps`, `percent-used` is `percentUsed`; values stay as they are. */
export function inCamelCase(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const written = (key: string) => key.replace(/[_-](\w)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [written(key), value]));
}
