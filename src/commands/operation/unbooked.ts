import { withinBooks } from "../../books/decide.ts";
import type { Note } from "../../books/draft.ts";
import { type Entry, encodeEntry } from "../../books/entry.ts";
import type { RecordRequest } from "../../books/request.ts";
import { DEFAULT_SETTINGS } from "../../books/settings.ts";
import { chargeFor } from "../../books/settle/charge.ts";
import { termsOf } from "../../inputs/settings-of.ts";
import type { BudgetError } from "../../values/errors.ts";
import type { Instant } from "../../values/month.ts";
import { instantOf } from "../../values/month.ts";
import { type Gathered, priceUsage } from "./gather-usage.ts";
import type { Ports } from "./ports.ts";
import { type BookingInputs, type RecordOrder, recordRequest, startedAt } from "./record-request.ts";

/** The ledger line of a booking that could not be made, for the log: what is known without the books. */
function unbookedLine(request: RecordRequest, at: Instant): string {
  const hold = request.hold ?? request.jobHold;
  // The hold's estimate is in the books; an unknown cost is never $0.
  const figure = withinBooks("record", () => chargeFor(request, DEFAULT_SETTINGS.defaultEstimate));
  const entry: Entry = {
    id: request.id,
    at,
    month: at.slice(0, 7),
    kind: "charge",
    cost: figure.cost,
    quality: figure.quality,
    ...(hold !== undefined && { hold }),
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

/** The log has what would have been booked: a person can book it by hand, and the hold expires as a charge. */
export async function unbookedNote(
  ports: Ports,
  inputs: BookingInputs,
  what: {
    readonly order: RecordOrder;
    readonly gathered: Gathered;
    readonly error: BudgetError;
    readonly asked: RecordRequest | undefined;
  },
): Promise<Note> {
  const { error, asked } = what;
  const at = instantOf(ports.now());
  const request = asked ?? (await blindRequest(ports, inputs, what));
  const text = `Not booked: ${error.message} What should have been booked (an open hold expires as a charge): ${unbookedLine(request, at)}`;
  return { level: "warning", text };
}

/** What is known of the booking without the books and the policy file. */
async function blindRequest(
  ports: Ports,
  inputs: BookingInputs,
  { order, gathered }: { readonly order: RecordOrder; readonly gathered: Gathered },
): Promise<RecordRequest> {
  const time = { startedAt: startedAt(order, 0), now: instantOf(ports.now()) };
  const { usage } = await priceUsage(gathered, time, {});
  const terms = termsOf({ inputs, policy: {} });
  return recordRequest(ports, inputs, { order, terms, usage, aheadMs: 0 });
}
