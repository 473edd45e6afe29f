import { announceExhausted } from "./announce.ts";
import type { Admission, Reason } from "./answer.ts";
import { type Draft, withNote, withState } from "./books.ts";
import { type Estimate, estimateOf, profileKey } from "./estimate.ts";
import { heldOf, totalBudget } from "./figures.ts";
import { MOST_HOLDS } from "./holds.ts";
import { type NanoUsd, plus, showUsd } from "./money.ts";
import { later } from "./month.ts";
import { queueWarning } from "./outbox.ts";
import type { CheckRequest } from "./request.ts";
import type { Settings } from "./settings.ts";
import type { State } from "./state.ts";

/** Whether an execution with this estimate may start now; nothing is set aside. */
export function admissionOf(state: State, estimate: Estimate, cap?: NanoUsd): Admission {
  const reason = reasonOf(state, estimate.amount, totalBudget(state, cap));
  return {
    decision: reason === "ok" ? "allow" : "deny",
    reason,
    estimate: estimate.amount,
    cold_start: estimate.coldStart,
  };
}

/** The estimate for the next execution under a profile, by model where one is given. */
export function nextEstimate(state: State, settings: Settings, profile: string, model?: string): Estimate {
  return estimateOf(state, settings, profileKey(profile, model));
}

function reasonOf(state: State, estimate: NanoUsd, total: NanoUsd): Reason {
  if (plus(state.total_spent, estimate) > total) return "exhausted";
  if (plus(plus(state.total_spent, heldOf(state)), estimate) > total) return "insufficient";
  return state.holds.length >= MOST_HOLDS ? "too-many-holds" : "ok";
}

/** Decides whether an execution may start, and sets its estimate aside when it may. */
export function admit(draft: Draft, request: CheckRequest): { draft: Draft; admission: Admission } {
  const { state, circumstances } = draft;
  const estimate = nextEstimate(state, circumstances.settings, request.profile, request.model);
  const repeated = state.holds.find((hold) => hold.id === request.id);
  // A hold is opened once: others may have closed it before its writer heard that it was let in.
  if (repeated !== undefined || state.closed_holds.some((hold) => hold.id === request.id)) {
    const { amount } = repeated ?? estimate;
    return { draft, admission: { decision: "allow", reason: "ok", estimate: amount, cold_start: false } };
  }
  const admission = admissionOf(state, estimate, circumstances.settings.budgetCap);
  if (admission.decision === "deny") return { draft: denied(draft, admission), admission };
  return { draft: coldStartNoted(held(draft, request, estimate), estimate), admission };
}

function held(draft: Draft, request: CheckRequest, estimate: Estimate): Draft {
  const { state, circumstances } = draft;
  return withState(draft, {
    holds: [
      ...state.holds,
      {
        id: request.id,
        amount: estimate.amount,
        at: circumstances.now,
        expires_at: later(circumstances.now, request.holdMs),
        profile: request.profile,
        ...(request.model !== undefined && { model: request.model }),
        run: request.run,
        tags: request.tags,
      },
    ],
  });
}

/** A smaller budget for one decision may deny a run; it doesn't exhaust the month. */
function denied(draft: Draft, admission: Admission): Draft {
  const isExhausted =
    admission.reason === "exhausted" && plus(draft.state.total_spent, admission.estimate) > totalBudget(draft.state);
  const after = isExhausted ? announceExhausted(draft) : draft;
  return queueWarning(after, "denied", deniedText(admission));
}

function deniedText({ reason, estimate }: Admission): string {
  const amount = showUsd(estimate);
  switch (reason) {
    case "insufficient":
      return `A run of ${amount} was denied: open holds are in the way. It may fit once they are settled.`;
    case "too-many-holds":
      return `A run was denied: ${MOST_HOLDS} holds are open. Look for workflows that check and never record.`;
    default:
      return `A run of ${amount} was denied: the month's budget can't cover it. Top up, reset or wait for the next month.`;
  }
}

function coldStartNoted(draft: Draft, estimate: Estimate): Draft {
  if (!estimate.coldStart) return draft;
  const text = `Cold start: fewer than 3 recorded costs under this profile, so ${showUsd(estimate.amount)} is set aside.`;
  return withNote(draft, "notice", text);
}
