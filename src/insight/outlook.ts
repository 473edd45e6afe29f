import type { Figures } from "../books/answer.ts";
import { promisedIn } from "../books/limits/noted.ts";
import type { Settings } from "../books/settings.ts";
import type { State } from "../books/state.ts";
import { type TodaySpent, todayIn } from "../books/today.ts";
import type { Forecast } from "../forecast/forecast.ts";
import { bounded, boundedSum, type NanoUsd, percentOf, ZERO } from "../values/money.ts";
import { dayOf, daysIn, type Instant, later, type Month } from "../values/month.ts";
import { type PartOutlook, partOutlooks } from "./part-outlook.ts";
import { type PredictionQuality, predictionQualities } from "./prediction-quality.ts";

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;

/** What `status` shows besides the month's figures. */
export type Outlook = {
  /** Today's dollars beside what is usual. */
  readonly today: TodaySpent;
  readonly budgets: readonly PartOutlook[];
  /** The month less all monthly limits in dollars; below zero if they promise more. Null if there are none. */
  readonly unallocated: NanoUsd | null;
  /** Percentages of what was spent; null if nothing was, `untagged` if no run has tags. */
  readonly books: {
    readonly estimated: number;
    readonly unpriced: number;
    readonly untagged: number | null;
  } | null;
  /** Runs over the policy's `large-run`; null if it names none and there were none. */
  readonly largeRuns: number | null;
  readonly predictions: readonly PredictionQuality[];
  /** The spending of the calendar quarter and year at this pace, with closed months as they were. */
  readonly quarterSpent: NanoUsd;
  readonly yearSpent: NanoUsd;
};

/** The books as a whole: the sub-budgets, how good the figures are, where the month is heading. */
export function outlookOf(from: {
  readonly state: State;
  readonly figures: Figures;
  readonly forecast: Forecast;
  readonly settings: Settings;
  readonly now: Instant;
}): Outlook {
  const { state, figures, forecast, settings, now } = from;
  const rules = settings.parts ?? [];
  const promised = promisedIn(rules);
  const seen = { state, now, dollarsPerDay: weekRate(state, now, forecast.elapsedDays) };
  return {
    today: todayIn(state, now),
    budgets: partOutlooks(rules, seen),
    unallocated: promised === undefined ? null : bounded(figures.budget + figures.topUps - promised),
    books: qualityOf(state),
    largeRuns: state.large_runs ?? (settings.largeRun === undefined ? null : 0),
    predictions: predictionQualities(state.profiles),
    quarterSpent: periodSpent(state, forecast, quarterOf(figures.month)),
    yearSpent: periodSpent(state, forecast, monthsOf(figures.month, 1, 12)),
  };
}

/** What the month spent per day over its last seven days, or since it began. */
function weekRate(state: State, now: Instant, elapsedDays: number): number {
  const first = dayOf(later(now, -(WEEK_DAYS - 1) * DAY_MS), state.timezone);
  const days = Object.entries(state.daily).filter(([day]) => day >= first);
  return Math.max(0, boundedSum(days.map(([, { spent }]) => spent))) / Math.min(WEEK_DAYS, elapsedDays);
}

function qualityOf(state: State): Outlook["books"] {
  const { total_spent: spent } = state;
  if (spent <= 0) return null;
  const share = (amount: NanoUsd) => Math.min(100, Math.max(0, percentOf(amount, spent)));
  return {
    estimated: share(state.estimated ?? ZERO),
    unpriced: share(state.models["unpriced"]?.cost ?? ZERO),
    untagged: state.tagged === undefined ? null : share(bounded(spent - state.tagged)),
  };
}

function quarterOf(month: Month): Month[] {
  const first = Math.floor((Number(month.slice(5)) - 1) / 3) * 3 + 1;
  return monthsOf(month, first, first + 2);
}

function monthsOf(month: Month, first: number, last: number): Month[] {
  return Array.from(
    { length: last - first + 1 },
    (_, index) => `${month.slice(0, 4)}-${String(first + index).padStart(2, "0")}`,
  );
}

function periodSpent(state: State, forecast: Forecast, months: readonly Month[]): NanoUsd {
  const closed = state.history.filter(({ month }) => months.includes(month));
  const ahead = months.filter((month) => month > state.current_month).reduce((days, month) => days + daysIn(month), 0);
  const running = forecast.monthEndSpent + ahead * forecast.burnRate;
  const amount = closed.reduce((total, line) => total + line.total_spent, running);
  return bounded(Math.round(amount));
}
