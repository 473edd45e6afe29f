import { BudgetError } from "../../values/errors.ts";
import { ZERO } from "../../values/money.ts";
import { book, type Draft, withState } from "../draft.ts";
import type { Alert } from "../notify-keys.ts";
import type { AcknowledgeRequest } from "../request.ts";
import { isOpen } from "./resolve.ts";

/** What an acknowledgement found: `already` if someone else was first, `resolved` if there is nothing to do any more. */
export type Acknowledged = { readonly alert: Alert; readonly how: "acknowledged" | "already" | "resolved" };

const MAX_NOTE_LENGTH = 200;

/** A person takes an alert on, once: with a ledger line that costs nothing. Throws a BudgetError for an unknown id. */
export function acknowledge(
  draft: Draft,
  request: AcknowledgeRequest,
): { readonly draft: Draft; readonly acknowledged: Acknowledged } {
  const alert = alertOf(draft, request.alert);
  if (alert === undefined) throw unknown(draft, request.alert);
  if (!isOpen(alert)) return { draft, acknowledged: { alert, how: "resolved" } };
  if (alert.acknowledged !== undefined) return { draft, acknowledged: { alert, how: "already" } };
  const { actor, note, run } = request;
  const { id, kind, severity, budget, unit, period } = alert;
  const subject = { ...{ id, kind, severity }, ...(budget !== undefined && { budget }) };
  const of = { ...(unit !== undefined && { unit }), ...(period !== undefined && { period }) };
  const booked = book(draft, {
    id: request.id,
    kind: "alert",
    cost: ZERO,
    alert: { ...subject, ...of, change: "acknowledged" },
    ...{ actor, run },
    ...(note !== undefined && { reason: note }),
  });
  const { now } = draft.circumstances;
  const kept = note === undefined ? {} : { note: note.slice(0, MAX_NOTE_LENGTH) };
  const after: Alert = { ...alert, acknowledged: { by: actor, at: now, ...kept } };
  const alerts = (booked.state.alerts ?? []).map((one) => (one === alert ? after : one));
  return { draft: withState(booked, { alerts }), acknowledged: { alert: after, how: "acknowledged" } };
}

/** What an acknowledgement that was booked before is answered; undefined once the alert is forgotten. */
export function acknowledgedBefore(draft: Draft, { alert: id }: AcknowledgeRequest): Acknowledged | undefined {
  const alert = alertOf(draft, id);
  return alert && { alert, how: "acknowledged" };
}

function alertOf({ state }: Draft, id: string): Alert | undefined {
  return state.alerts?.findLast((alert) => alert.id === id);
}

function unknown({ state }: Draft, id: string): BudgetError {
  const open = (state.alerts ?? []).filter(isOpen).map((alert) => alert.id);
  const ids = open.length === 0 ? "no alert is open" : `open are ${open.join(", ")}`;
  return new BudgetError("bad-input", `Bad input: there is no alert ${id}; ${ids}. Nothing was changed.`);
}
