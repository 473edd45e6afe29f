import { chargeFor } from "../budget/charge.ts";
import { type Entry, encodeEntry } from "../budget/entry.ts";
import type { Instant } from "../budget/month.ts";
import type { RecordRequest } from "../budget/request.ts";
import { DEFAULT_SETTINGS } from "../budget/settings.ts";

/** The ledger line of a booking that could not be made, for the log: what is known of it without the books. */
export function unbookedLine(request: RecordRequest, at: Instant): string {
  // The hold's estimate stands in the books; what isn't known is never nothing.
  const figure = chargeFor(request, DEFAULT_SETTINGS.defaultEstimate);
  const entry: Entry = {
    id: request.id,
    at,
    month: at.slice(0, 7),
    kind: "charge",
    cost: figure.cost,
    quality: figure.quality,
    ...(request.hold !== undefined && { hold: request.hold }),
    result: request.result,
    prs: request.prs,
    profile: request.profile,
    tags: { ...request.tags },
    run: request.run,
    usage: [...figure.usage],
    source: request.usage.source,
  };
  return encodeEntry(entry);
}
