import type { RunRef } from "../../values/codecs.ts";
import { showUsd } from "../../values/money.ts";
import { dayOf, type Instant, later } from "../../values/month.ts";
import type { Admission } from "../answer.ts";
import { type Draft, withState } from "../draft.ts";
import { isWanted, queueText } from "../messages/outbox.ts";
import type { CheckRequest } from "../request.ts";
import type { State } from "../state.ts";

type Approvals = NonNullable<State["approvals"]>;

/** A run lasts at most 35 days and can be re-run for 30 (https://docs.github.com/en/actions/reference/limits). */
const REMEMBERED_MS = 66 * 24 * 3_600_000;
/** About fifteen a day. */
const MAX_APPROVALS = 1_000;
const MAX_ANNOUNCED = 100;

/**
 * Who approved a run for the policy's environment; undefined if nobody did, or if the approval already admitted a hold.
 */
export function approverOf({ state, circumstances }: Draft, request: CheckRequest): string | undefined {
  const { approval, run } = request;
  const { settings, now } = circumstances;
  if (approval === undefined || settings.approvalEnvironment !== approval.environment) return undefined;
  const key = keyOf(run);
  const approvals = recentApprovals(state.approvals ?? {}, now);
  // If no more can be remembered, no more are accepted: a forgotten approval would admit its run twice.
  if (key === undefined || Object.hasOwn(approvals, key) || Object.keys(approvals).length >= MAX_APPROVALS) {
    return undefined;
  }
  return approval.approvers.length === 0 ? undefined : approval.approvers.join(", ");
}

/** Remembers that a run's approval has admitted its one hold, and forgets runs that can't come again. */
export function useApproval(draft: Draft, run: RunRef): Draft {
  const { state, circumstances } = draft;
  const used = { [keyOf(run) ?? ""]: dayOf(circumstances.now, "UTC") };
  return withState(draft, { approvals: { ...recentApprovals(state.approvals ?? {}, circumstances.now), ...used } });
}

/** Queues that a run waits for an approval, once for each run; not for a smaller budget of this one decision. */
export function approvalAsked(draft: Draft, request: CheckRequest, { estimate }: Admission): Draft {
  const { state, circumstances } = draft;
  const { settings, now, actor } = circumstances;
  const run = keyOf(request.run);
  const announced = recentApprovals(state.approvals_announced ?? {}, now);
  const isUnwanted = !isWanted(draft, "approval") || settings.budgetCap !== undefined;
  if (run === undefined || isUnwanted || Object.hasOwn(announced, run)) return draft;
  const where =
    settings.approvalEnvironment === undefined ? "" : ` for the environment ${settings.approvalEnvironment}`;
  const text = `A run of ${showUsd(estimate)}, started by ${actor ?? "an unknown user"}, waits for an approval${where}. Open the run to review it.`;
  // A release that doesn't know this topic still sends its sentence; one that didn't know its kind couldn't read it.
  const queued = queueText(draft, "approval", { about: "approval-waiting", id: `approval-${run}`, text });
  const kept = Object.fromEntries(Object.entries(announced).slice(1 - MAX_ANNOUNCED));
  return withState(queued, { approvals_announced: { ...kept, [run]: dayOf(now, "UTC") } });
}

/** The runs that may come again, of runs with the day on which each was remembered. */
export function recentApprovals(approvals: Approvals, now: Instant): Approvals {
  const since = dayOf(later(now, -REMEMBERED_MS), "UTC");
  return Object.fromEntries(Object.entries(approvals).filter(([, day]) => day >= since));
}

function keyOf({ repository, run_id }: RunRef): string | undefined {
  return repository === undefined || run_id === undefined ? undefined : `${repository}/${run_id}`;
}
