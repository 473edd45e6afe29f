import type { Snapshot } from "../port.ts";
import { compareLedgerNames, ledgerPartOf } from "./paths.ts";

/** The ledger line a state was written with: the file's name inside the ledger folder, and the line's id. */
export type LastEntry = { readonly file: string; readonly id: string };

/** What a state knows about the ledger: everything up to a line, nothing (null), or unknown (undefined). */
export type Known = LastEntry | null | undefined;

/** The last ledger line that a snapshot's state names; undefined if it names none. */
export function lastEntryIn(state: Snapshot["state"]): LastEntry | undefined {
  return state.kind === "state" ? namedBy(state.state) : undefined;
}

/** The last ledger line that the text of a state names; undefined if it names none. */
export function lastEntryOf(state: string | null): LastEntry | undefined {
  if (state === null) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(state);
  } catch {
    return undefined;
  }
  return namedBy(value);
}

function namedBy(state: unknown): LastEntry | undefined {
  const entry = propertyOf(state, "last_entry");
  const file = propertyOf(entry, "file");
  const id = propertyOf(entry, "id");
  if (typeof file !== "string" || typeof id !== "string" || ledgerPartOf(file) === undefined) return undefined;
  return { file, id };
}

/**
 * The text of a ledger file up to what the state knows. What follows the named line was written by a process that died
 * before its state was; null for a whole file of that kind. `found` is what `lineEndOf` answers.
 */
export function knownText(
  file: { readonly name: string; readonly text: string },
  last: Known,
  found: number | undefined,
): string | null {
  if (last === null) return null;
  if (last === undefined || found === undefined) return file.text;
  const order = compareLedgerNames(file.name, last.file);
  if (order > 0) return null;
  return order < 0 ? file.text : file.text.slice(0, found);
}

/** Where the line with an id ends in a ledger text, its line end included; undefined if there is no such line. */
export function lineEndOf(text: string, id: string): number | undefined {
  const quoted = JSON.stringify(id);
  let end = text.length;
  while (end > 0) {
    const start = end < 2 ? 0 : text.lastIndexOf("\n", end - 2) + 1;
    const line = text.slice(start, end);
    if (line.includes(quoted) && idOf(line) === id) return end;
    end = start;
  }
  return undefined;
}

function idOf(line: string): unknown {
  try {
    return propertyOf(JSON.parse(line), "id");
  } catch {
    return undefined;
  }
}

function propertyOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
