import { BudgetError } from "../values/errors.ts";
import { ZERO } from "../values/money.ts";
import { dayOf, dayStart, epochOf, type Instant, later } from "../values/month.ts";
import { daysLater } from "../values/period.ts";
import type { ChangeWithoutEntry } from "./changes.ts";
import { book, type Draft, withNote, withState } from "./draft.ts";
import type { MessageFacts, Origin } from "./messages/facts.ts";
import { queue } from "./messages/outbox.ts";
import { PAUSED_CAPABILITY } from "./outlook-keys.ts";
import { pausedText } from "./pause-text.ts";
import type { PauseRequest, ResumeRequest } from "./request.ts";

const MAX_PAUSES = 20;
/** As far as forecasts look back. */
const KEPT_DAYS = 190;

/**
 * Pauses the gate until an instant, the start of a day, or a `resume`; replaces a pause that is on. Throws a
 * BudgetError `bad-input` if its end isn't in the future.
 */
export function pause(draft: Draft, request: PauseRequest): Draft {
  const { state, circumstances } = draft;
  const { actor, reason, below } = request;
  const until = endOf(draft, request.until);
  const terms = { ...(until !== undefined && { until }), ...(below !== undefined && { below }) };
  const booked = bookedFor(withState(draft, lifted(draft, circumstances.now)), request, { reason, ...terms });
  const { requires } = booked.state;
  const after = withState(booked, {
    paused: { by: actor, at: circumstances.now, reason, ...terms },
    requires: [...requires, PAUSED_CAPABILITY],
  });
  const text = state.paused && `This replaces an earlier pause: ${pausedText(state.paused, state.timezone)}`;
  return announced(text === undefined ? after : withNote(after, "notice", text), "paused", { actor, reason });
}

/** Ends a pause; without one it changes nothing, and a note says so. */
export function resume(draft: Draft, request: ResumeRequest): Draft {
  const { paused } = draft.state;
  const { actor, reason } = request;
  if (paused === undefined) return withNote(draft, "notice", "Nothing is paused: runs start as usual.");
  const booked = bookedFor(draft, request, { ...(reason !== undefined && { reason }) });
  const after = withState(booked, lifted(booked, draft.circumstances.now));
  return announced(after, "resumed", { actor, reason: reason ?? "" });
}

/** Ends a pause whose time is over, with that instant. */
export function endPause(draft: Draft): Draft {
  const { paused } = draft.state;
  if (paused?.until === undefined || epochOf(paused.until) > epochOf(draft.circumstances.now)) return draft;
  // What ends with a day's last instant doesn't pause the day after it.
  const after = withState(draft, lifted(draft, later(paused.until, -1)));
  return announced(after, "ended", { actor: paused.by, reason: paused.reason });
}

function endOf({ state, circumstances: { now } }: Draft, until: string | undefined): Instant | undefined {
  if (until === undefined) return undefined;
  const end = until.length === 10 ? dayStart(until, state.timezone) : until;
  if (epochOf(end) > epochOf(now)) return end;
  const text = `Bad input: until is ${until}, but a pause must end in the future: give a day after today, or an instant after ${now}. Nothing was changed.`;
  throw new BudgetError("bad-input", text);
}

function bookedFor(
  draft: Draft,
  { id, kind, actor, run }: PauseRequest | ResumeRequest,
  terms: { readonly reason?: string; readonly until?: string; readonly below?: "normal" },
): Draft {
  return book(draft, { id, kind, cost: ZERO, ...terms, actor, run });
}

/** The books without their pause; the days on which all runs waited are kept for forecasts. */
function lifted({ state, circumstances }: Draft, at: Instant): ChangeWithoutEntry {
  const { paused, pauses = [], timezone } = state;
  if (paused === undefined) return {};
  const requires = state.requires.filter((name) => name !== PAUSED_CAPABILITY);
  if (paused.below !== undefined) return { paused: undefined, requires };
  const [from, end] = [dayOf(paused.at, timezone), dayOf(at, timezone)];
  const days = { from, to: end < from ? from : end };
  const last = pauses.at(-1);
  // Pauses of the same day are one, so that pausing and resuming all day drops no earlier one.
  const joined =
    last !== undefined && last.to >= from
      ? [...pauses.slice(0, -1), { ...last, to: days.to > last.to ? days.to : last.to }]
      : [...pauses, days];
  const since = daysLater(dayOf(circumstances.now, timezone), -KEPT_DAYS);
  return { paused: undefined, requires, pauses: joined.filter(({ to }) => to >= since).slice(-MAX_PAUSES) };
}

function announced(
  draft: Draft,
  change: MessageFacts["pause"]["change"],
  said: Pick<MessageFacts["pause"], "actor" | "reason">,
): Draft {
  const { paused, timezone } = draft.state;
  const facts: Omit<MessageFacts["pause"], keyof Origin> = {
    ...{ change, ...said, timezone },
    until: paused?.until ?? null,
    below: paused?.below ?? null,
  };
  const id = `pause-${change}-${draft.circumstances.operation}`;
  return queue(draft, { kind: "pause", id }, facts);
}
