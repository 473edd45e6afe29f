import { type JsonObject, own } from "../../usage/json-text.ts";

/** Figures of one answer that are kept; what comes in between is left out. */
const MAX_NOTES = 64;
/** Searches and calls of one answer that are kept. */
export const MAX_ITEMS = 10_000;

/** What an answer has shown so far: its figures in the provider's own form, as the usage readers take them, no text. */
export type Notes = {
  readonly figures: JsonObject[];
  readonly ids: Set<string>;
  /** Characters of the answer's text. */
  textLength: number;
  /** What ends the answer was seen, an event or the end of the body: no figure comes after it. */
  isOver: boolean;
  /** What usually comes last was seen. */
  isFinished: boolean;
  /**
   * The answer isn't there yet, by the last status seen: of a stream, which may go on elsewhere if it was asked for in
   * the background; or of a response that is stored and made in the background.
   */
  pending: "no" | "stream" | "stored";
  /** The provider reported an error in an answer that had begun. */
  hasFailed: boolean;
};

export function emptyNotes(): Notes {
  const flags = { isOver: false, isFinished: false, hasFailed: false, pending: "no" as const };
  return { figures: [], ids: new Set(), textLength: 0, ...flags };
}

/** Keeps figures, and the id of the answer they are of. */
export function keep(notes: Notes, object: JsonObject, id: string): void {
  notes.figures.push(object);
  // The first ones name the answer, the last ones have its figures.
  if (notes.figures.length > MAX_NOTES) notes.figures.splice(MAX_NOTES / 2, 1);
  if (id !== "" && notes.ids.size < MAX_NOTES) notes.ids.add(id);
}

/** What an object has of these keys. */
export function only(object: JsonObject, ...keys: readonly string[]): JsonObject {
  const entries = keys.map((key) => [key, own(object, key)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
