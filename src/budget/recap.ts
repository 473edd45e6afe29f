import { type Draft, withState } from "./books.ts";
import type { Month } from "./month.ts";
import { hasMonth, lastClosedMonth } from "./recap-facts.ts";
import type { RecapRequest } from "./request.ts";
import { queueRecap } from "./upkeep.ts";

/** Which month a recap is about, and whether this operation put it into the queue. */
export type Recapped = { readonly month: Month | undefined; readonly queued: boolean };

/**
 * Queues the recap of the month that was closed last, once; again where it is forced. With a month: of that month,
 * each time.
 */
export function recap(
  draft: Draft,
  request: RecapRequest,
  wasQueuedAtTurn: boolean,
): { draft: Draft; recapped: Recapped } {
  const { state } = draft;
  const month = request.month ?? lastClosedMonth(state);
  if (month === undefined || !hasMonth(state, month)) return { draft, recapped: { month, queued: false } };
  const isAgain = request.month !== undefined || request.force;
  if (!isAgain && (state.last_recap ?? "") >= month) {
    return { draft, recapped: { month, queued: wasQueuedAtTurn } };
  }
  if (wasQueuedAtTurn && state.last_recap === month) return { draft, recapped: { month, queued: true } };
  const isNewest = month > (state.last_recap ?? "") && month < state.current_month;
  const noted = isNewest ? withState(draft, { last_recap: month }) : draft;
  const after = queueRecap(noted, month, isAgain ? `-${request.id}` : "");
  return { draft: after, recapped: { month, queued: after.state.outbox !== state.outbox } };
}
