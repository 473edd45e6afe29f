/**
 * What providers bill by the piece in addition to tokens and plain web searches; each name is that of one unit, as in
 * prices.
 *
 * `grounding_query` is one distinct query to Google Search, `grounded_prompt` one prompt it was used for (which of the
 * two is billed depends on the model), `maps_prompt` one prompt grounded by Google Maps; `preview_search` a search by
 * OpenAI's preview tool; `file_search` a search in stored files; `code_session` a container that code ran in;
 * `search_source` a source that xAI's live search used; `x_search` a search of X; `image` a generated picture;
 * `tool_call` a call of another tool that the provider runs.
 */
export const EXTRA_KINDS = [
  "grounding_query",
  "grounded_prompt",
  "maps_prompt",
  "preview_search",
  "file_search",
  "code_session",
  "search_source",
  "x_search",
  "image",
  "tool_call",
] as const;
export type ExtraKind = (typeof EXTRA_KINDS)[number];

/** How many units of each kind were used; kinds that weren't are left out. */
export type Extras = { readonly [K in ExtraKind]?: number };

/** What was used of each kind in all of them together; undefined if nothing was. */
export function extrasAdded(all: readonly (Extras | undefined)[]): Extras | undefined {
  const sums: { [K in ExtraKind]?: number } = {};
  for (const extras of all) for (const kind of kindsIn(extras)) sums[kind] = (sums[kind] ?? 0) + (extras?.[kind] ?? 0);
  return Object.keys(sums).length === 0 ? undefined : sums;
}

/** The kinds that were used. */
export function kindsIn(extras: Extras | undefined): ExtraKind[] {
  return extras === undefined ? [] : EXTRA_KINDS.filter((kind) => (extras[kind] ?? 0) > 0);
}

export function isExtra(kind: string): kind is ExtraKind {
  return (EXTRA_KINDS as readonly string[]).includes(kind);
}
