import { BudgetError } from "../values/errors.ts";
import { type NanoUsd, showUsd, ZERO } from "../values/money.ts";
import { type Books, type Draft, lineOf, withNote } from "./draft.ts";
import { decodeEntry } from "./entry.ts";
import { closedBy, type FoundHold, findHold, howClosed, sayWhich } from "./holds.ts";
import type { ReleaseRequest } from "./request.ts";
import { letHoldGo } from "./settle/let-go.ts";

/** What a release let go; zero where there was nothing to let go. */
export type Released = { readonly amount: NanoUsd; readonly hold?: string };

/**
 * Lets an open hold go: the run didn't happen. A hold that is closed or unknown is left as it is, with a warning.
 * Throws a BudgetError where it must be said which of several is meant.
 */
export function release(draft: Draft, request: ReleaseRequest, books: Books): { draft: Draft; released: Released } {
  const repeated = repeatOf(draft, request.id, books);
  if (repeated !== undefined) return { draft, released: repeated };
  const found = findHold(draft.state, request);
  if (found.kind === "several") throw sayWhich(found.holds);
  if (found.kind !== "open") {
    return { draft: withNote(draft, "warning", nothingText(found)), released: { amount: ZERO } };
  }
  const { hold } = found;
  return { draft: letHoldGo(draft, hold, request), released: { amount: hold.amount, hold: hold.id } };
}

/** What this very operation let go before; the amount is known as long as its ledger line is at hand. */
function repeatOf(draft: Draft, id: string, books: Books): Released | undefined {
  const line = lineOf(books.lines, id);
  if (line !== undefined) {
    const { kind, at, amount = ZERO, hold } = decodeEntry(line);
    if (kind === "release") return { amount, ...(hold !== undefined && { hold }) };
    throw new BudgetError(
      "id-reused",
      `The id ${id} stands for a ${kind} (${at}): give each operation an id of its own.`,
    );
  }
  const closed = draft.state.closed_holds.find((one) => howClosed(one) === "released" && closedBy(one) === id);
  return closed === undefined ? undefined : { amount: ZERO, hold: closed.id };
}

function nothingText(found: Exclude<FoundHold, { kind: "open" | "several" }>): string {
  switch (found.kind) {
    case "closed":
      return `Hold ${found.closed.id} is ${howClosed(found.closed)} (${showUsd(found.closed.charged)}) already: nothing to let go.`;
    case "foreign":
      return `Hold ${found.id} is another run's: it was left alone.`;
    case "unknown":
      return `Hold ${found.id} is not in these books: nothing to let go.`;
    case "none":
      return "This run has no open hold: nothing to let go.";
  }
}
