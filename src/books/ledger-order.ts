import { epochOf, hourStart, type LedgerHour } from "../values/month.ts";
import type { Entry, LedgerPart } from "./entry.ts";
import { readEntry } from "./read-entry.ts";

/** A line of the ledger: its entry and where a person finds it, "token_budget/ledger/2026-02/14T10.ndjson line 3". */
export type PlacedEntry = { readonly entry: Entry; readonly line: string; readonly place: string };

/** Lines that can't be read, by their places. */
export type OnUnreadable = (place: string, cause: unknown) => void;

/** The clocks of GitHub's servers differ by less. */
const SLACK_MS = 3_600_000;

/** Entries that were read and may have to wait for entries of later parts. */
export type Waiting = { hour: LedgerHour; entries: readonly PlacedEntry[] };

/** Nothing read yet. */
export function startOrder(): Waiting {
  return { hour: "", entries: [] };
}

/**
 * Takes the next part of the ledger and returns the entries whose turn has come, in the order in which they were booked.
 * Parts are named by the hour in which an operation began, which may be hours before its entry was booked: an entry
 * waits until no later part can have an earlier one, so a ledger of any size takes no more room than its busiest hours.
 */
export function takePart(waiting: Waiting, part: LedgerPart, onUnreadable: OnUnreadable): readonly PlacedEntry[] {
  let ready: readonly PlacedEntry[] = [];
  if (part.hour > waiting.hour) {
    const fromMs = hourStart(part.hour) - SLACK_MS;
    const sorted = waiting.entries.toSorted(byBooking);
    const count = sorted.findIndex(({ entry }) => epochOf(entry.at) >= fromMs);
    ready = count < 0 ? sorted : sorted.slice(0, count);
    waiting.hour = part.hour;
    waiting.entries = sorted.slice(ready.length);
  }
  waiting.entries = [...waiting.entries, ...entriesOf(part, onUnreadable)];
  return ready;
}

/** The entries that still wait once every part was taken. */
export function takeRest({ entries }: Waiting): readonly PlacedEntry[] {
  return entries.toSorted(byBooking);
}

function byBooking(a: PlacedEntry, b: PlacedEntry): number {
  return epochOf(a.entry.at) - epochOf(b.entry.at);
}

function* entriesOf({ name, text }: LedgerPart, onUnreadable: OnUnreadable): Generator<PlacedEntry> {
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const place = `${name} line ${index + 1}`;
    const entry = entryOf(line, place, onUnreadable);
    if (entry !== undefined) yield { entry, line, place };
  }
}

function entryOf(line: string, place: string, onUnreadable: OnUnreadable): Entry | undefined {
  try {
    return readEntry(line);
  } catch (error) {
    onUnreadable(place, error);
    return undefined;
  }
}
