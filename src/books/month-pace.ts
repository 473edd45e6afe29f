import { type Pace, paceOf } from "../forecast/pace.ts";
import type { NanoUsd } from "../values/money.ts";
import { epochOf, type Instant, monthStart } from "../values/month.ts";
import type { Figures } from "./answer.ts";
import type { State } from "./state.ts";

/** The pace of the running month of the books. */
export function monthPace(from: {
  readonly figures: Figures;
  readonly state: State;
  readonly now: Instant;
  /** What the next execution is expected to cost. */
  readonly estimate: NanoUsd;
}): Pace {
  const { figures, state, now, estimate } = from;
  return paceOf({
    now,
    since: countingSince(state),
    until: figures.resetsAt,
    spent: figures.spent,
    remaining: figures.remaining,
    executions: figures.executions,
    estimate,
  });
}

/**
 * The start of the month in the budget's time zone, or `last_reset` if the books, or this segment of the month, started
 * later than that.
 */
export function countingSince(state: State): Instant {
  const monthBegan = monthStart(state.current_month, state.timezone);
  const lastClosed = state.history.at(-1);
  const beganInside = lastClosed === undefined || lastClosed.month === state.current_month;
  return beganInside && epochOf(state.last_reset) > epochOf(monthBegan) ? state.last_reset : monthBegan;
}
