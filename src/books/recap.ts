import { type DateSpan, spanKey } from "../values/date-span.ts";
import { dayOf, type Month } from "../values/month.ts";
import { type Draft, withState } from "./draft.ts";
import type { RecapFacts } from "./messages/facts.ts";
import { queue } from "./messages/outbox.ts";
import {
  daysFacts,
  hasDays,
  hasMonth,
  hasMonths,
  lastClosedMonth,
  monthsFacts,
  recapFacts,
} from "./messages/recap-facts.ts";
import type { RecapRequest } from "./request.ts";
import { addToSums } from "./span-sums.ts";
import type { State } from "./state.ts";
import { queueRecap, recapId } from "./upkeep.ts";

/** So many spans of a kind are remembered. */
const MAX_POSTED = 10;

/** The recap, undefined if there is nothing to recap, and whether this operation queued it. */
export type Recapped = { readonly facts: RecapFacts | undefined; readonly queued: boolean };

type Done = { readonly draft: Draft; readonly recapped: Recapped };

/**
 * Queues the recap of the month that was closed last, once; again where it is forced. With a month: of that month,
 * each time. With a span: once if it is over, each time if it isn't. `turned` is the month this very operation closed:
 * its recap was queued as it was closed.
 */
export function recap(draft: Draft, request: RecapRequest, turned: Month | undefined): Done {
  const { span } = request;
  if (span !== undefined && span.days.kind !== "month") return recapSpan(draft, request, span);
  const named = span === undefined ? request.month : spanKey(span.days);
  return recapMonth(draft, { ...request, month: named, isOnce: span !== undefined }, turned);
}

function recapMonth(
  draft: Draft,
  request: RecapRequest & { readonly isOnce: boolean },
  turned: Month | undefined,
): Done {
  const { state } = draft;
  if (turned !== undefined && (request.month ?? turned) === turned) {
    return { draft, recapped: { facts: factsOf(draft, turned), queued: isQueued(state, recapId(turned)) } };
  }
  const month = request.month ?? lastClosedMonth(state);
  if (month === undefined || !hasMonth(state, month)) return { draft, recapped: { facts: undefined, queued: false } };
  const { last_recap: last = "", current_month: current } = state;
  const isKnown = request.isOnce ? last === month || postedOf(state, "month").includes(month) : last >= month;
  const isAgain = request.force || month === current || (request.month !== undefined && !request.isOnce);
  if (isKnown && !isAgain) return { draft, recapped: { facts: factsOf(draft, month), queued: false } };
  const isNewest = month > last && month < current;
  const noted = isNewest ? withState(draft, { last_recap: month }) : draft;
  const after = queueRecap(noted, month, isAgain ? `-${request.id}` : "");
  const queued = after !== noted;
  const isNoted = queued && request.isOnce && month < current;
  return {
    draft: isNoted ? notedPosted(after, "month", month) : after,
    recapped: { facts: factsOf(draft, month), queued },
  };
}

function recapSpan(draft: Draft, request: RecapRequest, span: NonNullable<RecapRequest["span"]>): Done {
  const { state, circumstances } = draft;
  const { days } = span;
  const today = dayOf(circumstances.now, state.timezone);
  // What hasn't begun has nothing to recap, rather than $0.00.
  const facts = days.from > today ? undefined : spanFacts(draft, span);
  if (facts === undefined) return { draft, recapped: { facts, queued: false } };
  const key = spanKey(days);
  const isOver = days.to < today;
  const isKnown = postedOf(state, days.kind).includes(key);
  if (isOver && !request.force && isKnown) return { draft, recapped: { facts, queued: false } };
  const again = isOver && !request.force ? "" : `-${request.id}`;
  const after = queue(draft, { kind: "recap", id: recapId(key, again), isLater: true }, facts);
  const queued = after !== draft;
  return { draft: isOver && queued ? notedPosted(after, days.kind, key) : after, recapped: { facts, queued } };
}

/** The spans of a kind whose recaps were posted, the last one first. */
function postedOf({ recaps }: State, kind: DateSpan["kind"]): string[] {
  return (recaps?.[kind] ?? "").split(" ").filter((key) => key !== "");
}

function notedPosted(draft: Draft, kind: DateSpan["kind"], key: string): Draft {
  const keys = [key, ...postedOf(draft.state, kind).filter((one) => one !== key)].slice(0, MAX_POSTED);
  return withState(draft, { recaps: { ...draft.state.recaps, [kind]: keys.join(" ") } });
}

/** What happened in a span; what this very operation has booked is in it. */
function spanFacts(
  { state, entries, circumstances }: Draft,
  { days, sums }: NonNullable<RecapRequest["span"]>,
): RecapFacts | undefined {
  if (sums !== undefined) {
    return hasDays(state, days) ? daysFacts(state, entries.reduce(addToSums, sums), circumstances) : undefined;
  }
  return hasMonths(state, days) ? monthsFacts(state, days, circumstances) : undefined;
}

function factsOf({ state, circumstances }: Draft, month: Month): RecapFacts {
  return recapFacts(state, month, circumstances);
}

function isQueued({ outbox, deliveries = [] }: State, id: string): boolean {
  return [...outbox, ...deliveries].some((message) => message.id === id);
}
