import { type Excess, type ExpectedDay, excessOf } from "../forecast/expected-day.ts";
import { bounded, minus, type NanoUsd, percentOf, showUsd, usdOf } from "../values/money.ts";
import { dayOf } from "../values/month.ts";
import { raiseAlert } from "./alerts/raise.ts";
import { isOpen, resolved } from "./alerts/resolve.ts";
import { type Draft, withNote, withState } from "./draft.ts";
import type { Entry } from "./entry.ts";
import { dayOfEntry } from "./evolve.ts";
import { queue } from "./messages/outbox.ts";
import { SEVERITIES } from "./notify-keys.ts";
import { activityAfter, type Cause, causesOf, todayIn } from "./today.ts";

/** A day that is above what is usual, and what drove it. */
export type Anomaly = {
  readonly day: string;
  readonly severity: Excess;
  readonly spent: NanoUsd;
  readonly range: ExpectedDay;
  /** The most expensive first. */
  readonly causes: readonly Cause[];
};

/** How many causes a message names. */
const MAX_CAUSES = 3;

/**
 * Counts today's charges of this decision by profile and tags, and judges the day: the charge that crosses the edge is
 * marked, and the first crossing of a day announced, again only if the severity rises.
 */
export function judgeToday(draft: Draft): Draft {
  const { state, entries, circumstances } = draft;
  const { settings, now } = circumstances;
  const day = dayOf(now, state.timezone);
  const booked = entries.filter((entry) => isOf(draft, entry) && dayOfEntry(state, entry) === day);
  if (booked.length === 0) return draft;
  const counted = activityAfter(state.today, { day, entries: booked, tags: settings.requiredTags });
  const noted = withState(draft, { today: counted });
  // Without the policy nobody knows who wants to know: the next booking judges the day.
  if (settings.defersCrossings === true) return noted;
  const { spent, range, severity } = todayIn(noted.state, now);
  if (range === null || severity === null || rankOf(severity) <= rankOf(counted.anomaly)) return noted;
  const marks = crossings(booked, { spent, range, known: counted.anomaly });
  if (marks.size === 0) return noted;
  const marked = {
    ...withState(noted, { today: { ...counted, anomaly: severity } }),
    entries: entries.map((entry) => (marks.has(entry.id) ? { ...entry, anomaly: true as const } : entry)),
  };
  return anomalyFound(marked, { day, severity, spent, range, causes: causesOf(counted) });
}

/** What follows from an unusual day: a note for who booked, and a message. */
function anomalyFound(draft: Draft, anomaly: Anomaly): Draft {
  const { day, severity, spent, range, causes } = anomaly;
  const noted = withNote(draft, severity === "info" ? "notice" : "warning", anomalyText(anomaly));
  // A day that got worse is one thing to look at, not two.
  const before = (draft.state.alerts ?? []).filter((one) => one.kind === "anomaly" && isOpen(one));
  const left = before.length === 0 ? noted : resolved(noted, before);
  const { draft: raised, alert } = raiseAlert(left, {
    kind: "anomaly",
    severity,
    facts: {
      usage: usdOf(spent),
      limit: usdOf(range.upper),
      percent: Math.round(percentOf(spent, range.upper)),
      overage: usdOf(minus(spent, range.upper)),
    },
  });
  return queue(
    raised,
    { kind: "anomaly", id: `anomaly-${day}-${severity}`, severity },
    {
      alert: alert.id,
      severity,
      spent: usdOf(spent),
      expected: usdOf(range.expected),
      upper: usdOf(range.upper),
      causes: causes.slice(0, MAX_CAUSES).map((cause) => ({ ...cause, spent: usdOf(cause.spent) })),
    },
  );
}

/** "An unusual day: $9.30 today, more than the $6.10 that is usual at most; ai-pr spent $4.10 of it." */
function anomalyText({ spent, range, causes: [most] }: Anomaly): string {
  const who =
    most === undefined
      ? ""
      : `; ${most.by === "profile" ? "" : `${most.by} `}${most.name} spent ${showUsd(most.spent)} of it`;
  return `An unusual day: ${showUsd(spent)} today, more than the ${showUsd(range.upper)} that is usual at most${who}.`;
}

/** Whether an entry is a charge of the running month. */
function isOf({ state }: Draft, { kind, month }: Entry): boolean {
  return (kind === "charge" || kind === "correction") && month === state.current_month;
}

/** The ids of the charges with which the day reached a severity that it hadn't had. */
function crossings(
  booked: readonly Entry[],
  { spent, range, known }: { readonly spent: NanoUsd; readonly range: ExpectedDay; readonly known: string | undefined },
): Set<string> {
  const marks = new Set<string>();
  let rank = rankOf(known);
  let sum = booked.reduce<NanoUsd>((left, { cost }) => bounded(left - cost), spent);
  for (const { id, cost } of booked) {
    sum = bounded(sum + cost);
    const reached = rankOf(excessOf(sum, range) ?? undefined);
    if (cost > 0 && reached > rank) marks.add(id);
    rank = Math.max(rank, reached);
  }
  return marks;
}

function rankOf(severity: string | undefined): number {
  const ranks: readonly (string | undefined)[] = SEVERITIES;
  return ranks.indexOf(severity);
}
