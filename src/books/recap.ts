import type { Month } from "../values/month.ts";
import { type Draft, withState } from "./draft.ts";
import { hasMonth, lastClosedMonth } from "./messages/recap-facts.ts";
import type { RecapRequest } from "./request.ts";
import { queueRecap, recapId } from "./upkeep.ts";

/** The month of a recap, and whether this operation queued it. */
export type Recapped = { readonly month: Month | undefined; readonly queued: boolean };

/**
 * Queues the recap of the month that was closed last, once; again where it is forced. With a month: of that month,
 * each time. `turned` is the month this very operation closed: its recap was queued as it was closed.
 */
export function recap(
  draft: Draft,
  request: RecapRequest,
  turned: Month | undefined,
): { draft: Draft; recapped: Recapped } {
  const { state } = draft;
  if (turned !== undefined && (request.month ?? turned) === turned) {
    const { outbox, deliveries = [] } = state;
    const isQueued = [...outbox, ...deliveries].some((message) => message.id === recapId(turned));
    return { draft, recapped: { month: turned, queued: isQueued } };
  }
  const month = request.month ?? lastClosedMonth(state);
  if (month === undefined || !hasMonth(state, month)) return { draft, recapped: { month, queued: false } };
  const isAgain = request.month !== undefined || request.force;
  if (!isAgain && (state.last_recap ?? "") >= month) return { draft, recapped: { month, queued: false } };
  const isNewest = month > (state.last_recap ?? "") && month < state.current_month;
  const noted = isNewest ? withState(draft, { last_recap: month }) : draft;
  const after = queueRecap(noted, month, isAgain ? `-${request.id}` : "");
  return { draft: after, recapped: { month, queued: after !== noted } };
}
