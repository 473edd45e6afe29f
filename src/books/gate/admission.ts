import type { Reason } from "../../values/errors.ts";
import { bounded, type NanoUsd, percentOf, showUsd } from "../../values/money.ts";
import { later } from "../../values/month.ts";
import { matchedTags } from "../../values/tags.ts";
import { type Admission, isAllowed } from "../answer.ts";
import { boundsOf } from "../bounds.ts";
import type { Tokens } from "../counted-tokens.ts";
import { type Draft, withNote, withState } from "../draft.ts";
import { type Estimate, estimateOf, learnedCost, smallestNeed, type Upcoming } from "../estimate/estimate.ts";
import { ladderModel } from "../estimate/model-ladder.ts";
import { nextTokens } from "../estimate/tokens.ts";
import { heldOf, totalBudget } from "../figures.ts";
import { hasRoomForHold } from "../file/fits.ts";
import { tightestOf, type Verdict } from "../limits/admission.ts";
import { limitsNoted, tagsNoted } from "../limits/noted.ts";
import { openParts, type Part, partsOf } from "../limits/parts.ts";
import { keptBack } from "../limits/reserve.ts";
import { announceExhausted } from "../messages/announce.ts";
import { queueWarning } from "../messages/outbox.ts";
import type { Priority } from "../part-rule.ts";
import { countedPull } from "../pulls.ts";
import type { CheckRequest } from "../request.ts";
import type { Settings } from "../settings.ts";
import type { Hold, State } from "../state.ts";
import { approvalAsked, approverOf, useApproval } from "./approval.ts";
import { deniedText } from "./denial.ts";

/** What is known about a run in addition to its estimate. */
type Run = {
  readonly missingTags: readonly string[];
  readonly priority: Priority;
  readonly tightest: Verdict | undefined;
  /** Who lets it into the overage or the reserve. */
  readonly approver: string | undefined;
};

const ANY_RUN: Run = { missingTags: [], priority: "high", tightest: undefined, approver: undefined };

type Ruling = Pick<Admission, "decision" | "reason" | "limitedBy" | "missingTags" | "paused" | "approvedBy">;

/** Whether an execution with this estimate may start now, as far as the month is concerned; nothing is set aside. */
export function admissionOf(
  state: State,
  settings: Settings,
  { estimate, run = ANY_RUN }: { readonly estimate: Estimate; readonly run?: Run },
): Admission {
  const ruling = rulingOf(state, settings, { amount: estimate.amount, run });
  return {
    ...ruling,
    estimate: estimate.amount,
    coldStart: estimate.coldStart,
    ...(estimate.model !== undefined && { model: estimate.model }),
  };
}

/**
 * The estimate for the next execution, by model if one is given. If only the ladder names one, and little is known
 * about it yet, what the profile used with others is closer than the default, in dollars and in tokens.
 */
export function nextEstimate(state: State, settings: Settings, next: Upcoming): Estimate {
  const model = ladderModel(state, settings, matchedTags(next.tags ?? {}, next.run));
  const byModel = { ...next, model: next.model ?? model };
  const isUnknown = next.model === undefined && learnedCost(state, byModel) === undefined;
  const estimate = estimateOf(state, settings, isUnknown ? next : byModel);
  return model === undefined ? estimate : { ...estimate, model };
}

/** What nobody can open comes first, then what a human may open, then what only warns. */
function rulingOf(
  state: State,
  settings: Settings,
  { amount: estimate, run }: { readonly amount: NanoUsd; readonly run: Run },
): Ruling {
  const { tightest, approver } = run;
  const total = totalBudget(state, settings.budgetCap);
  const used = bounded(state.total_spent + heldOf(state));
  const limit = tightest === undefined ? {} : { limitedBy: tightest.figures };
  const { paused } = state;
  if (paused !== undefined && (paused.below === undefined || run.priority === "low"))
    return { ...denied("paused"), paused };
  if (run.missingTags.length > 0) return { ...denied("tags-missing"), missingTags: run.missingTags };
  if (state.total_spent + estimate > total) return denied("exhausted");
  if (run.priority !== "high" && waits(settings.admit[run.priority], used, total)) return denied("priority");
  if (tightest?.grade === "deny") return { ...denied("budget-exceeded"), ...limit };
  if (used + estimate > total) return denied("insufficient");
  if (state.holds.length >= boundsOf(settings).holds) return denied("too-many-holds");
  const isReserved = used + estimate > total - keptBack(total, state, settings);
  if (isReserved && settings.approvalEnvironment === undefined) return denied("reserve");
  if (isReserved || tightest?.grade === "approve") {
    const limited = tightest?.grade === "approve" ? limit : {};
    return approver === undefined
      ? { decision: "approve", reason: "approval-needed", ...limited }
      : { decision: "warn", reason: "approved", approvedBy: approver, ...limited };
  }
  if (tightest?.grade === "overage") return { decision: "warn", reason: "budget-exceeded", ...limit };
  return tightest?.grade === "alert"
    ? { decision: "warn", reason: "alert", ...limit }
    : { decision: "allow", reason: "ok" };
}

function denied(reason: Reason): Ruling {
  return { decision: "deny", reason };
}

/** Above a share of the month's money, spent and held, a priority is no longer admitted. */
function waits(share: number | undefined, used: NanoUsd, total: NanoUsd): boolean {
  return share !== undefined && percentOf(used, total) >= share;
}

/** Decides whether an execution may start, and sets its estimate aside when it may. */
export function admit(kept: Draft, request: CheckRequest): { draft: Draft; admission: Admission } {
  const draft = tagsNoted(limitsNoted(kept), request);
  const { state, circumstances } = draft;
  const { settings, now } = circumstances;
  const estimate = nextEstimate(state, settings, request);
  const parts = partsOf(state, settings.parts ?? [], { tags: matchedTags(request.tags, request.run), now });
  const tokens = nextTokens(state, settings, estimate.basis);
  const run: Run = {
    missingTags: settings.requiredTags.filter((tag) => !Object.hasOwn(request.tags, tag)),
    priority: request.priority ?? "normal",
    tightest: tightestOf(state, parts, { amount: estimate.amount, tokens }),
    approver: approverOf(draft, request),
  };
  const admission = admissionOf(state, settings, { estimate, run });
  if (admission.decision === "approve") return { draft: approvalAsked(draft, request, admission), admission };
  // Whoever paused has said so.
  if (admission.reason === "paused") return { draft, admission };
  if (!isAllowed(admission)) {
    // A smaller budget applies to one decision only: what it denies is reported only to the caller.
    const { decision } = rulingOf(state, { ...settings, budgetCap: undefined }, { amount: estimate.amount, run });
    return { draft: decision === "deny" ? noted(draft, admission) : draft, admission };
  }
  const opened = admission.approvedBy === undefined ? draft : useApproval(draft, request.run);
  const counted = openParts(opened, parts);
  const hold = holdOf(draft, request, { estimate, parts, tokens, approvedBy: admission.approvedBy });
  const after = withState(counted, { holds: [...counted.state.holds, hold] });
  if (!hasRoomForHold(after)) {
    const full: Admission = { ...admission, decision: "deny", reason: "too-many-holds" };
    return { draft: noted(draft, full), admission: full };
  }
  return { draft: coldStartNoted(after, estimate), admission };
}

/**
 * The answer again to a run that was admitted, with its warning, as far as the books still know it. `hold` is its hold,
 * undefined if it has been closed since.
 */
export function admitAgain(
  kept: Draft,
  request: CheckRequest,
  hold: Hold | undefined,
): { draft: Draft; admission: Admission } {
  const draft = tagsNoted(limitsNoted(kept), request);
  const estimate = nextEstimate(draft.state, draft.circumstances.settings, request);
  return { draft, admission: admissionAgain(draft, request, { estimate, repeated: hold }) };
}

function admissionAgain(
  { state, circumstances: { settings, now } }: Draft,
  request: CheckRequest,
  { estimate, repeated }: { readonly estimate: Estimate; readonly repeated: Hold | undefined },
): Admission {
  const amount = repeated?.amount ?? estimate.amount;
  const known = { ...estimate, amount, coldStart: false };
  // A pause keeps only new runs out.
  const before = { ...state, paused: undefined, holds: state.holds.filter((hold) => hold !== repeated) };
  const parts = partsOf(state, settings.parts ?? [], { tags: matchedTags(request.tags, request.run), now });
  const tokens = nextTokens(state, settings, estimate.basis);
  const tightest = repeated === undefined ? undefined : tightestOf(before, parts, { amount, tokens });
  const run = { ...ANY_RUN, tightest, approver: repeated?.approved_by };
  const admission = admissionOf(before, settings, { estimate: known, run });
  return isAllowed(admission)
    ? admission
    : { ...admissionOf(before, settings, { estimate: known }), decision: "allow", reason: "ok" };
}

function holdOf(
  { state, circumstances }: Draft,
  request: CheckRequest,
  given: {
    readonly estimate: Estimate;
    readonly parts: readonly Part[];
    readonly tokens: Tokens;
    readonly approvedBy: string | undefined;
  },
): Hold {
  const { estimate, parts, tokens, approvedBy } = given;
  const pull = countedPull(state, request.pull);
  const { workflow: _, actor: __, event: ___, ref: ____, url: _____, ...run } = request.run;
  return {
    id: request.id,
    amount: estimate.amount,
    at: circumstances.now,
    expires_at: later(circumstances.now, request.holdMs),
    profile: request.profile,
    ...(request.model !== undefined && { model: request.model }),
    run,
    tags: request.tags,
    ...(parts.length > 0 && {
      budgets: Object.fromEntries(parts.map(({ name, rule }) => [name, tokens[rule.count]])),
      tokens: tokens.net,
    }),
    ...(estimate.formulaTokens !== undefined && { formula_tokens: estimate.formulaTokens }),
    ...(approvedBy !== undefined && { approved_by: approvedBy }),
    ...(request.isGate === true && { gate: true as const }),
    ...(request.billing === "subscription" && { billing: request.billing }),
    ...(request.unsettled === "release" && { unsettled: request.unsettled }),
    ...(pull !== undefined && { pull }),
  };
}

/** The month isn't exhausted because of a run that is too large, or a smaller budget that applies to one decision. */
function noted(draft: Draft, admission: Admission): Draft {
  const { state, circumstances } = draft;
  const least = Math.min(admission.estimate, smallestNeed(state, circumstances.settings));
  const isExhausted = admission.reason === "exhausted" && state.total_spent + least > totalBudget(state);
  const after = isExhausted ? announceExhausted(draft) : draft;
  return queueWarning(after, "denied", deniedText(admission));
}

function coldStartNoted(draft: Draft, estimate: Estimate): Draft {
  if (!estimate.coldStart) return draft;
  const text = `Cold start: fewer than 3 recorded costs under this profile, so ${showUsd(estimate.amount)} is set aside.`;
  return withNote(draft, "notice", text);
}
