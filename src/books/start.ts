import { monthOf } from "../values/month.ts";
import { book, type Circumstances, type Draft } from "./draft.ts";
import { importEntry, type LegacyState, legacyBase } from "./file/version-1.ts";
import { newState } from "./new-state.ts";
import { DEFAULT_TIMEZONE } from "./settings.ts";

/** Books that start now: with nothing spent, or with the figures of a version 1.0 file, which one entry imports. */
export function startBooks(legacy: LegacyState | null, circumstances: Circumstances): Draft {
  const { now, settings } = circumstances;
  if (legacy !== null) {
    const base = { state: legacyBase(legacy, now, settings), entries: [], notes: [], circumstances };
    return book(base, importEntry(legacy));
  }
  const month = monthOf(now, settings.timezone ?? DEFAULT_TIMEZONE);
  return { state: newState(month, now, settings), entries: [], notes: [], circumstances };
}
