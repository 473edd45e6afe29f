import { type NanoUsd, showUsd, ZERO } from "../values/money.ts";
import { type Draft, withNote } from "./draft.ts";
import { ambiguousHold, type FoundHold, findHold, howClosed } from "./holds.ts";
import type { ReleaseRequest } from "./request.ts";
import { releaseHold } from "./settle/release-hold.ts";

/** What a release released; zero if there was nothing to release. */
export type Released = { readonly amount: NanoUsd; readonly hold?: string };

/**
 * Releases an open hold: the run didn't happen. A hold that is closed or unknown is left as it is, with a warning.
 * Throws a BudgetError if several are possible and none is named.
 */
export function release(draft: Draft, request: ReleaseRequest): { draft: Draft; released: Released } {
  const found = findHold(draft.state, request);
  if (found.kind === "several") throw ambiguousHold(found.holds);
  if (found.kind !== "open") {
    return { draft: withNote(draft, "warning", nothingText(found)), released: { amount: ZERO } };
  }
  const { hold } = found;
  return { draft: releaseHold(draft, hold, request), released: { amount: hold.amount, hold: hold.id } };
}

function nothingText(found: Exclude<FoundHold, { kind: "open" | "several" }>): string {
  switch (found.kind) {
    case "closed":
      return `Hold ${found.closed.id} is already ${howClosed(found.closed)} (${showUsd(found.closed.charged)}): nothing to release.`;
    case "foreign":
      return `Hold ${found.id} belongs to another run: it was left unchanged.`;
    case "unknown":
      return `Hold ${found.id} is not in these books: nothing to release.`;
    case "none":
      return "This run has no open hold: nothing to release.";
  }
}
