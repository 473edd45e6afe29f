import type { Entry } from "../books/entry.ts";
import { tagOf } from "../values/tags.ts";

/** What a run did: its tag `activity`, otherwise its profile; null if it has neither. */
export function activityOf({ tags = {}, profile }: Pick<Entry, "tags" | "profile">): string | null {
  return tagOf(tags, "activity") ?? profile ?? null;
}
