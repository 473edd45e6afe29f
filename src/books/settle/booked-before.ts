import { BudgetError } from "../../values/errors.ts";
import { type NanoUsd, showUsd, ZERO } from "../../values/money.ts";
import { type Draft, withState } from "../draft.ts";
import { decodeEntry } from "../entry.ts";
import { chargedFor, closedBy, howClosed } from "../holds.ts";
import type { RecordRequest } from "../request.ts";
import type { State } from "../state.ts";
import { releases, type Settled } from "./settled.ts";

/**
 * The first answer again if this operation was booked before; `line` is its ledger line, if available. Throws a
 * BudgetError `id-reused` for an id that belongs to something else.
 */
export function bookedBefore(state: State, request: RecordRequest, line: string | undefined): Settled | undefined {
  const remembered = state.booked_ids?.find((booked) => booked.id === request.id);
  if (remembered !== undefined && remembered.request !== request.fingerprint) {
    throw idReused(request.id, `another booking (${showUsd(remembered.charged)}, ${remembered.at})`);
  }
  // Chosen ids of bookings are remembered: an entry of any other kind belongs to another operation.
  const mayBeForeign = request.fingerprint !== undefined && remembered === undefined && !releases(request);
  if (line !== undefined) {
    const entry = decodeEntry(line);
    if (mayBeForeign && entry.kind !== "charge" && entry.kind !== "correction") {
      throw idReused(request.id, `a ${entry.kind} (${entry.at})`);
    }
    return {
      cost: entry.cost,
      charged: entry.replaces === undefined ? entry.cost : ((entry.cost + entry.replaces) as NanoUsd),
      quality: entry.quality ?? "reported",
      how: "repeated",
      ...(entry.hold !== undefined && { hold: entry.hold }),
    };
  }
  const closed = state.closed_holds.find((one) => closedBy(one) === request.id);
  if (closed === undefined && remembered === undefined) return undefined;
  if (mayBeForeign && closed !== undefined && howClosed(closed) === "released")
    throw idReused(request.id, `a release (${closed.at})`);
  const charged = closed === undefined ? (remembered?.charged ?? ZERO) : chargedFor(closed);
  return {
    cost: remembered?.charged ?? charged,
    charged,
    quality: "reported",
    how: "repeated",
    ...(closed !== undefined && { hold: closed.id }),
  };
}

/** The error for an id that belongs to another operation, "a release (2026-02-14T10:00:00Z)". */
export function idReused(id: string, other: string): BudgetError {
  return new BudgetError("id-reused", `The id ${id} already belongs to ${other}: give each operation its own id.`);
}

/** Remembers the id that the caller chose for a booking, so that a repeat is recognized. */
export function rememberId(draft: Draft, request: RecordRequest, charged: NanoUsd): Draft {
  if (request.fingerprint === undefined) return draft;
  const booked = { id: request.id, request: request.fingerprint, charged, at: draft.circumstances.now };
  return withState(draft, { booked_ids: [...(draft.state.booked_ids ?? []), booked] });
}
