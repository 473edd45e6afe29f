import { ZERO } from "../values/money.ts";
import { acknowledgedBefore } from "./alerts/acknowledge.ts";
import type { Done } from "./done.ts";
import { type Books, type Draft, lineOf } from "./draft.ts";
import { decodeEntry } from "./entry.ts";
import { admitAgain } from "./gate/admission.ts";
import { closedBy, howClosed } from "./holds.ts";
import type { RecapFacts } from "./messages/facts.ts";
import type { Recapped } from "./recap.ts";
import type { Released } from "./release.ts";
import type { CheckRequest, Request } from "./request.ts";
import { bookedBefore, idReused } from "./settle/booked-before.ts";
import type { State } from "./state.ts";

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
    case "pause":
    case "resume":
    case "statement":
      return line === undefined ? undefined : { draft };
    case "acknowledge":
      return line === undefined ? undefined : { draft, acknowledged: acknowledgedBefore(draft, request) };
    case "recap": {
      const recapped = queuedBefore(draft.state, request.id);
      return recapped && { draft, recapped };
    }
    // A raised hold knows which operation raised it last, a message in the queue has its hold's id, what is repaired no
    // longer differs, what was removed from the queue isn't in it, what was escalated is marked, and a channel that was
    // forgotten isn't known: repeating it changes nothing.
    case "extend":
    case "overrun":
    case "alerts":
    case "repair":
    case "sent":
    case "commented":
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

/** The recap that this operation queued in a try whose result it never got. */
function queuedBefore({ outbox, deliveries = [] }: State, id: string): Recapped | undefined {
  const own = [...outbox, ...deliveries].find((message) => message.kind === "recap" && message.id.endsWith(`-${id}`));
  return own === undefined ? undefined : { facts: own.facts as unknown as RecapFacts, queued: true };
}
