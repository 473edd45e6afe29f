import { expect } from "vitest";
import { heldOf, totalBudget } from "../../../src/books/figures.ts";
import { decodeState } from "../../../src/books/file/decode.ts";
import type { State } from "../../../src/books/state.ts";
import { differencesOf, readLedger } from "../../support/replayed.ts";

/** The laws of the books that state and ledger show by themselves: sum, once, and no lines but sound ones. */
export function expectLaws(text: string | null, lines: readonly string[]): State {
  const decoded = decodeState(text ?? "");
  if (decoded.kind !== "state") throw new Error(`no state: ${JSON.stringify(decoded)}`);
  const { state } = decoded;
  const { entries, problems } = readLedger([{ name: "ledger", hour: "", text: lines.join("\n") }]);
  expect(problems).toEqual([]);
  expect(new Set(entries.map(({ id }) => id)).size).toBe(lines.length);
  expect(differencesOf(state, entries)).toEqual([]);
  expect(state.last_entry?.id).toBe(entries.at(-1)?.id);
  return state;
}

/** Law admission, where every run costs no more than its hold. */
export function expectWithinBudget(state: State): void {
  expect(state.total_spent + heldOf(state)).toBeLessThanOrEqual(totalBudget(state));
}
