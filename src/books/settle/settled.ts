import type { Booking } from "../answer.ts";
import type { Draft } from "../draft.ts";
import type { RecordRequest } from "../request.ts";

/** What a booking did, before it is known which milestones it crossed. */
export type Settled = Omit<Booking, "milestones" | "alerts">;

export type Outcome = { readonly draft: Draft; readonly booking: Settled };

/** Whether a booking that found no usage releases its hold instead of charging the estimate, or knows that nothing was used. */
export function releases(request: Pick<RecordRequest, "unsettled" | "usage">): boolean {
  return request.usage.isUnused === true || (request.unsettled === "release" && !request.usage.found);
}
