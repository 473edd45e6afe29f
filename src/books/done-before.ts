import { ZERO } from "../values/money.ts";
import type { Month } from "../values/month.ts";
import type { Done } from "./done.ts";
import { type Books, type Draft, lineOf } from "./draft.ts";
import { decodeEntry } from "./entry.ts";
import { admitAgain } from "./gate/admission.ts";
import { closedBy, howClosed } from "./holds.ts";
import type { Released } from "./release.ts";
import type { CheckRequest, RecapRequest, Request } from "./request.ts";
import { bookedBefore, idReused } from "./settle/booked-before.ts";
import type { State } from "./state.ts";
import { recapId } from "./upkeep.ts";

/**
 * The answer again to an operation that was done before, as far as the books still know it; undefined for one that
 * wasn't. This is the only place that checks. Throws a BudgetError `id-reused` for an id that belongs to something
 * else.
 */
export function doneBefore(draft: Draft, request: Request, { lines }: Books): Done | undefined {
  const line = lineOf(lines, request.id);
  switch (request.kind) {
    case "check":
      return admittedBefore(draft, request);
    case "record": {
      const settled = bookedBefore(draft.state, request, line);
      return settled && { draft, settled };
    }
    case "release": {
      const released = releasedBefore(draft.state, request.id, line);
      return released && { draft, released };
    }
    case "reset":
    case "adjust":
      return line === undefined ? undefined : { draft };
    case "recap": {
      const month = queuedBefore(draft.state, request);
      return month === undefined ? undefined : { draft, recapped: { month, queued: true } };
    }
    // What is repaired no longer differs, what was removed from the queue isn't in it, and a channel that was forgotten
    // isn't known: repeating it changes nothing.
    case "repair":
    case "sent":
    case "reset-channel":
      return undefined;
  }
}

/** A hold is opened once: others may have closed it before its writer learned that it was admitted. */
function admittedBefore(draft: Draft, request: CheckRequest): Done | undefined {
  const { holds, closed_holds: closed } = draft.state;
  const open = holds.find(({ id }) => id === request.id);
  if (open === undefined && !closed.some(({ id }) => id === request.id)) return undefined;
  return admitAgain(draft, request, open);
}

/** What this operation released before; the amount is known as long as its ledger line is available. */
function releasedBefore({ closed_holds }: State, id: string, line: string | undefined): Released | undefined {
  if (line !== undefined) {
    const { kind, at, amount = ZERO, hold } = decodeEntry(line);
    if (kind !== "release") throw idReused(id, `a ${kind} (${at})`);
    return { amount, ...(hold !== undefined && { hold }) };
  }
  const closed = closed_holds.find((one) => howClosed(one) === "released" && closedBy(one) === id);
  return closed === undefined ? undefined : { amount: ZERO, hold: closed.id };
}

/** The month whose recap this operation queued in a try whose result it never got. */
function queuedBefore({ outbox, deliveries = [] }: State, request: RecapRequest): Month | undefined {
  const own = [...outbox, ...deliveries].find(
    ({ id, facts }) => id === recapId(String(facts["month"]), `-${request.id}`),
  );
  return own === undefined ? undefined : String(own.facts["month"]);
}
