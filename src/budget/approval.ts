import { type Draft, withState } from "./books.ts";
import type { RunRef } from "./fields.ts";
import { dayOf, later } from "./month.ts";
import type { CheckRequest } from "./request.ts";
import type { Settings } from "./settings.ts";
import type { State } from "./state.ts";

/** A run lasts 35 days at most and can be run again for 30. */
const REMEMBERED_MS = 66 * 24 * 3_600_000;
const MOST_APPROVALS = 300;

/** Who approved a run for the policy's environment; undefined where nobody did, or a hold was let in by it before. */
export function approverOf(state: State, settings: Settings, request: CheckRequest): string | undefined {
  const { approval, run } = request;
  if (approval === undefined || settings.approvalEnvironment !== approval.environment) return undefined;
  const key = keyOf(run);
  const approvals = state.approvals ?? {};
  // Where no more can be remembered nothing more is opened: forgetting one would open its run twice.
  if (key === undefined || Object.hasOwn(approvals, key) || Object.keys(approvals).length >= MOST_APPROVALS) {
    return undefined;
  }
  return approval.approvers.length === 0 ? undefined : approval.approvers.join(", ");
}

/** Remembers that a run's approval has let its one hold in, and forgets runs that can't come again. */
export function useApproval(draft: Draft, run: RunRef): Draft {
  const { state, circumstances } = draft;
  const since = dayOf(later(circumstances.now, -REMEMBERED_MS), "UTC");
  const recent = Object.entries(state.approvals ?? {}).filter(([, day]) => day >= since);
  const used = [keyOf(run) ?? "", dayOf(circumstances.now, "UTC")];
  return withState(draft, { approvals: Object.fromEntries([...recent, used]) });
}

function keyOf({ repository, run_id }: RunRef): string | undefined {
  return repository === undefined || run_id === undefined ? undefined : `${repository}/${run_id}`;
}
