import { type Books, book, type Draft, lineOf, withNote } from "./books.ts";
import { closeHold, type FoundHold, findHold } from "./holds.ts";
import { type NanoUsd, showUsd, ZERO } from "./money.ts";
import type { ReleaseRequest } from "./request.ts";

/** What a release let go; zero where there was nothing to let go. */
export type Released = { readonly amount: NanoUsd; readonly hold?: string };

/** Lets an open hold go: the run didn't happen. A hold that is closed or unknown is left as it is, with a warning. */
export function release(draft: Draft, request: ReleaseRequest, books: Books): { draft: Draft; released: Released } {
  if (lineOf(books.lines, request.id) !== undefined) return { draft, released: { amount: ZERO } };
  const found = findHold(draft.state, request.hold, request.run);
  if (found.kind !== "open") {
    return { draft: withNote(draft, "warning", nothingText(found)), released: { amount: ZERO } };
  }
  const { hold } = found;
  const booked = book(draft, {
    id: request.id,
    kind: "release",
    cost: ZERO,
    amount: hold.amount,
    hold: hold.id,
    profile: hold.profile,
    run: request.run,
    ...(request.reason !== undefined && { reason: request.reason }),
  });
  return {
    draft: closeHold(booked, hold.id, "released", request.id, ZERO),
    released: { amount: hold.amount, hold: hold.id },
  };
}

function nothingText(found: Exclude<FoundHold, { kind: "open" }>): string {
  switch (found.kind) {
    case "closed":
      return `Hold ${found.closed.id} is ${found.closed.how} (${showUsd(found.closed.charged)}) already: nothing to let go.`;
    case "unknown":
      return `Hold ${found.id} is not in these books: nothing to let go.`;
    case "several":
      return `Several holds are open: say which with hold: ${found.holds.map((hold) => hold.id).join(", ")}.`;
    case "none":
      return "This run has no open hold: nothing to let go.";
  }
}
