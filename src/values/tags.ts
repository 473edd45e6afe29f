import type { RunRef, Tags } from "./codecs.ts";

/** The patterns by tag, one of which must match the tag's value: `*` is any text. */
export type TagPatterns = Readonly<Record<string, readonly string[]>>;

/** What sub-budgets match in the run itself: a step's tag of such a name matches nothing. */
export const RUN_TAGS = ["repository", "workflow", "actor", "event", "ref"] as const;

/** The tags that a run is matched by: its own, and what it is itself as far as that is known. */
export function matchedTags(tags: Tags, run: RunRef = {}): Tags {
  const own = { ...tags };
  for (const name of RUN_TAGS) {
    delete own[name];
    if (run[name]) own[name] = run[name];
  }
  return own;
}

/** Whether tags have a fitting value for every tag that the patterns name. */
export function matches(patterns: TagPatterns, tags: Tags): boolean {
  return Object.entries(patterns).every(([tag, accepted]) => {
    const value = tagOf(tags, tag);
    return value !== undefined && accepted.some((pattern) => fits(pattern, value));
  });
}

/** The value of a tag, where a run has it. */
export function tagOf(tags: Tags, tag: string): string | undefined {
  return Object.hasOwn(tags, tag) ? tags[tag] : undefined;
}

/** `*` is any text, including slashes and no text; every other character matches itself: a tag isn't a path. */
function fits(pattern: string, value: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return value === pattern;
  if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
  let from = first.length;
  for (const piece of rest) {
    const at = value.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return from <= value.length - last.length;
}
