import { usdOf, ZERO } from "../values/money.ts";
import { book, type Draft } from "./draft.ts";
import { queue } from "./messages/outbox.ts";
import type { ResetRequest } from "./request.ts";

/**
 * Archives the current month as a separate history line and starts it again at zero. Open holds stay; top-ups,
 * milestones and alerts clear.
 */
export function reset(draft: Draft, request: ResetRequest): Draft {
  const { state } = draft;
  const booked = book(draft, {
    id: request.id,
    kind: "reset",
    cost: ZERO,
    amount: state.total_spent,
    reason: request.reason,
    actor: request.actor,
    run: request.run,
  });
  return queue(
    booked,
    { kind: "reset", id: `reset-${request.id}` },
    {
      actor: request.actor,
      reason: request.reason,
      month: state.current_month,
      spent: usdOf(state.total_spent),
      executions: state.executions,
    },
  );
}
