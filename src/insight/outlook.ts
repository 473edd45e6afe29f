import type { Figures } from "../books/answer.ts";
import { UNPRICED } from "../books/evolve.ts";
import { seenIn } from "../books/limits/ahead.ts";
import { promisedIn } from "../books/limits/noted.ts";
import type { MonthOutlook } from "../books/month-demand.ts";
import type { Settings } from "../books/settings.ts";
import type { State } from "../books/state.ts";
import { type TodaySpent, todayIn } from "../books/today.ts";
import { type Score, scoreOf } from "../forecast/score.ts";
import { bounded, type NanoUsd, percentOf, ZERO } from "../values/money.ts";
import type { Instant } from "../values/month.ts";
import { type PartOutlook, partOutlooks } from "./part-outlook.ts";
import { type PredictionQuality, predictionQualities } from "./prediction-quality.ts";
import { type SpanForecast, spanForecasts } from "./spans.ts";

const SCORED_MONTHS = 12;

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
  /** What today, the next days, the months to come, the quarter and the year come to. */
  readonly spans: readonly SpanForecast[];
  /** How good the forecasts of the closed months were; null if none was kept. */
  readonly score: Score | null;
};

/** The books as a whole: the sub-budgets, how good the figures are, where the month is heading. */
export function outlookOf(from: {
  readonly state: State;
  readonly figures: Figures;
  readonly ahead: Pick<MonthOutlook, "demand">;
  readonly settings: Settings;
  readonly now: Instant;
}): Outlook {
  const { state, figures, settings, now } = from;
  const { demand } = from.ahead;
  const rules = settings.parts ?? [];
  const promised = promisedIn(rules);
  return {
    today: todayIn(state, now),
    budgets: rules.length === 0 ? [] : partOutlooks(rules, { state, seen: seenIn(state, now, demand) }),
    unallocated: promised === undefined ? null : bounded(figures.budget + figures.topUps - promised),
    books: qualityOf(state),
    largeRuns: state.large_runs ?? (settings.largeRun === undefined ? null : 0),
    predictions: predictionQualities(state.profiles),
    spans: spanForecasts(state, demand),
    score: forecastScore(state.history),
  };
}

/** The score of the last months that have one. */
function forecastScore(history: State["history"]): Score | null {
  const scores = history.flatMap(({ forecast_score: score }) => score ?? []).slice(-SCORED_MONTHS);
  return scores.length === 0 ? null : scoreOf(scores);
}

function qualityOf(state: State): Outlook["books"] {
  const { total_spent: spent } = state;
  if (spent <= 0) return null;
  const share = (amount: NanoUsd) => Math.min(100, Math.max(0, percentOf(amount, spent)));
  return {
    estimated: share(state.estimated ?? ZERO),
    unpriced: share(state.models[UNPRICED]?.cost ?? ZERO),
    untagged: state.tagged === undefined ? null : share(bounded(spent - state.tagged)),
  };
}
