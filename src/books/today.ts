import { type Excess, type ExpectedDay, excessOf, expectedDay } from "../forecast/expected-day.ts";
import { bounded, boundedSum, type NanoUsd, ZERO } from "../values/money.ts";
import { type Day, dayOf, type Instant } from "../values/month.ts";
import { plainKey } from "../values/names.ts";
import { OTHER } from "./close-month.ts";
import { knownDays } from "./demand.ts";
import type { Entry } from "./entry.ts";
import type { State } from "./state.ts";

/** A day's dollars beside what is usual by the days before it, as far as enough of them are known. */
export type TodaySpent = {
  readonly spent: NanoUsd;
  readonly range: ExpectedDay | null;
  /** How far it is above its range; null inside it, or without one. */
  readonly severity: Excess | null;
};

/** What drove a day: a profile, or a required tag's value, and what it spent. */
export type Cause = { readonly by: string; readonly name: string; readonly spent: NanoUsd };

type Activity = NonNullable<State["today"]>;
type Sums = Activity["profiles"];

/** How many values of a kind are kept apart. */
const MAX_VALUES = 20;

/** How many required tags are followed. */
const MAX_TAGS = 2;

/** Today's dollars, and whether they are usual. */
export function todayIn(state: State, now: Instant): TodaySpent {
  const day = dayOf(now, state.timezone);
  const spent = spentOn(state, day);
  const range = expectedDay(knownDays(state, now), { day });
  return { spent, range, severity: range === null ? null : excessOf(spent, range) };
}

/** A day of the running month, with what was booked on it before a reset. */
function spentOn({ current_month: month, daily, history }: State, day: Day): NanoUsd {
  const place = Number(day.slice(8)) - 1;
  const before = history.filter((line) => line.month === month && line.closed === "reset");
  return boundedSum([daily[day]?.spent ?? ZERO, ...before.map((line) => line.daily_spent?.[place] ?? ZERO)]);
}

/** Who spent today's dollars, with entries of today added; another day's are forgotten. */
export function activityAfter(
  known: State["today"],
  { day, entries, tags }: { readonly day: Day; readonly entries: readonly Entry[]; readonly tags: readonly string[] },
): Activity {
  const followed = tags.slice(0, MAX_TAGS).map((tag) => [tag, plainKey(tag)] as const);
  let after: Activity = known?.day === day ? known : { day, profiles: {} };
  for (const { profile, tags: own = {}, cost } of entries) {
    if (profile === undefined || cost === ZERO) continue;
    const sums = followed.map(([tag, key]) => {
      const before = after.tags?.[key] ?? {};
      return [key, own[tag] === undefined ? before : added(before, own[tag], cost)] as const;
    });
    after = {
      ...after,
      profiles: added(after.profiles, profile, cost),
      ...(sums.length > 0 && { tags: Object.fromEntries(sums) }),
    };
  }
  return after;
}

function added(sums: Sums, value: string, cost: NanoUsd): Sums {
  const wanted = plainKey(value);
  const key = wanted in sums || Object.keys(sums).length < MAX_VALUES ? wanted : OTHER;
  return { ...sums, [key]: bounded((sums[key] ?? ZERO) + cost) };
}

/** What drove the day, the most expensive first, a profile before the tags of the same runs. */
export function causesOf({ profiles, tags = {} }: Activity): Cause[] {
  const causes = [["profile", profiles] as const, ...Object.entries(tags)].flatMap(([by, sums]) =>
    Object.entries(sums).map(([name, spent]) => ({ by, name, spent })),
  );
  return causes.filter(({ name, spent }) => name !== OTHER && spent > 0).sort((a, b) => b.spent - a.spent);
}
