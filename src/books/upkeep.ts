import { boundedSum, showUsd, ZERO } from "../values/money.ts";
import { epochOf, type Instant, later, monthOf, monthStart, nextMonth } from "../values/month.ts";
import { runText } from "../values/run-link.ts";
import { lowerForecasts } from "./alerts/forecasts.ts";
import { resolveAlerts } from "./alerts/resolve.ts";
import { book, type Draft, type Judge, withNote, withState } from "./draft.ts";
import { adoptPolicyBudget } from "./gate/decision-budget.ts";
import { closeHold } from "./holds.ts";
import { returnLoans } from "./limits/loans.ts";
import { forgetParts, turnParts } from "./limits/parts.ts";
import { announce, rearmAlerts } from "./messages/announce.ts";
import { escalateAlerts } from "./messages/escalate.ts";
import { leaseMessages } from "./messages/leases.ts";
import { announceAddresses, queue } from "./messages/outbox.ts";
import { recapFacts } from "./messages/recap-facts.ts";
import { type MonthOutlook, monthOutlook } from "./month-demand.ts";
import { endPause } from "./pause.ts";
import { leasePulls, pullShare } from "./pulls.ts";
import { predictionOf } from "./settle/prediction.ts";
import { releaseHold } from "./settle/release-hold.ts";
import { sharesOfExpired } from "./settle/shares-of-expired.ts";
import type { Hold } from "./state.ts";

/** At most this many expired holds are named in one sentence. */
const MAX_NAMED = 5;

/**
 * What every writer does before its own part: ends a pause and closes months that are over, charges expired holds,
 * takes over a new budget, resolves alerts whose period has ended.
 */
export function upkeep(draft: Draft): Draft {
  const { now } = draft.circumstances;
  const due = expireHolds(rollOver(rearmAlerts(endPause(draft))), now);
  return resolveAlerts(rearmAlerts(adoptPolicyBudget(returnLoans(turnParts(due, now)))));
}

/**
 * What every writer does after its own part: announces what `spent` crossed and what a booking has to judge, resolves
 * forecasts that no longer hold, escalates alerts, and takes a lease on the messages. The month is looked ahead once for all of it, and for the answer.
 */
export function finish(
  draft: Draft,
  judge: Judge = (unchanged) => unchanged,
): { draft: Draft; crossed: ReturnType<typeof announce>["crossed"]; ahead: MonthOutlook } {
  const ahead = monthOutlook(draft.state, draft.circumstances.now);
  const announced = announce(resolveAlerts(draft), ahead);
  const queued = announceAddresses(escalateAlerts(judge(lowerForecasts(announced.draft, ahead), ahead)));
  return { draft: leasePulls(leaseMessages(queued)), crossed: announced.crossed, ahead };
}

function rollOver(draft: Draft): Draft {
  const { settings, now } = draft.circumstances;
  const closing = draft.state.current_month;
  let after = draft;
  while (monthOf(now, after.state.timezone) > after.state.current_month) {
    const month = after.state.current_month;
    const turn = monthStart(nextMonth(month), after.state.timezone);
    after = announce(expireHolds(after, turn)).draft;
    after = book(after, {
      id: `rollover-${month}`,
      kind: "rollover",
      cost: ZERO,
      amount: after.state.total_spent,
      timezone: after.state.timezone,
    });
    // A new time zone takes effect at a month's first instant, never within a month.
    after = withState(after, { timezone: settings.timezone ?? after.state.timezone });
    if (month === closing) after = queueRecap(after, month);
  }
  return after === draft
    ? draft
    : forgetParts(withState(after, { last_recap: lastMonthBefore(after.state.current_month, closing) }));
}

/** The id of the message with a month's recap; `again` makes it different from the one sent before. */
export function recapId(month: string, again = ""): string {
  return `recap-${month}${again}`;
}

/** Queues a month's recap. */
export function queueRecap(draft: Draft, month: string, again = ""): Draft {
  return queue(
    draft,
    { kind: "recap", id: recapId(month, again) },
    recapFacts(draft.state, month, draft.circumstances),
  );
}

function lastMonthBefore(month: string, from: string): string {
  let last = from;
  while (nextMonth(last) < month) last = nextMonth(last);
  return last;
}

/** Charges every hold due at an instant at its estimate: its run is over and its cost was never booked. */
function expireHolds(draft: Draft, at: Instant): Draft {
  const due = dueBy(draft.state.holds, at);
  return due.length === 0 ? draft : expiredNoted(due.reduce(expireHold, draft), due);
}

/** Names the holds that expired: nobody has booked what their runs cost. */
function expiredNoted(draft: Draft, due: readonly Hold[]): Draft {
  const charged = due.filter(({ unsettled, billing }) => unsettled === undefined && billing === undefined);
  if (charged.length === 0) return draft;
  const named = charged.slice(0, MAX_NAMED).map(({ amount, profile, run, expires_at }) => {
    const where = runText(run, draft.circumstances);
    return `${showUsd(amount)} for ${profile}${where === "" ? "" : ` (${where})`} until ${expires_at}`;
  });
  const rest = charged.length > named.length ? ` and ${charged.length - named.length} more` : "";
  const [what, were] = charged.length === 1 ? ["A hold", "was"] : [`${charged.length} holds`, "were"];
  const total = charged.length === 1 ? "" : `, ${showUsd(boundedSum(charged.map(({ amount }) => amount)))} in all`;
  const text = `${what} expired and ${were} charged at the estimate${total}, because no cost was booked: ${named.join("; ")}${rest}.`;
  return withNote(draft, "notice", text);
}

function expireHold(draft: Draft, hold: Hold): Draft {
  const id = `${hold.id}:expire`;
  // It counts in the periods in which it expired, no matter who books it later: what ends with a month's last instant
  // is that month's, and so that day's.
  const turned = turnParts(draft, later(hold.expires_at, -1));
  if (hold.unsettled === "release") {
    return releaseHold(turned, hold, { id, run: hold.run, reason: "its time ran out, and unsettled: release" });
  }
  const shares = sharesOfExpired(turned.state, hold);
  const cost = hold.billing === "subscription" ? ZERO : hold.amount;
  const booked = book(turned, {
    id,
    kind: "charge",
    cost,
    quality: "estimated",
    ...(hold.billing === "subscription" && { notional: hold.amount }),
    ...predictionOf(hold),
    expired_at: hold.expires_at,
    hold: hold.id,
    profile: hold.profile,
    tags: hold.tags,
    ...shares,
    ...pullShare(turned, undefined, hold.pull),
    run: hold.run,
    source: "expired hold",
  });
  const closing = { how: "expired", by: id, charged: cost, shares: shares.budgets, run: hold.run } as const;
  return closeHold(booked, hold, { ...closing, ...(hold.pull !== undefined && { pull: hold.pull }) });
}

/** The holds that expired by an instant, in the order in which they did. */
function dueBy(holds: readonly Hold[], at: Instant): Hold[] {
  const atMs = epochOf(at);
  return holds
    .filter((hold) => epochOf(hold.expires_at) <= atMs)
    .sort((a, b) => epochOf(a.expires_at) - epochOf(b.expires_at));
}
