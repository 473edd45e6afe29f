import type { RecapFacts } from "../books/messages/facts.ts";
import type { Score } from "../forecast/score.ts";
import { showMany } from "../values/show.ts";

/** How good forecasts were: "3 of the last 4 months within 15%, the 80% range held in 81% of 26 forecasts". */
export function scoreText({ months, within_15: within, forecasts, held, ran_out: short, predicted }: Score): string {
  const middle =
    months === 1
      ? `the last month ${within === 1 ? "" : "not "}within 15%`
      : `${within} of the last ${months} months within 15%`;
  const share = Math.round((100 * held) / forecasts);
  return [
    ...(months > 0 ? [middle] : []),
    ...(forecasts > 0 ? [`the 80% range held in ${share}% of ${showMany(forecasts, "forecast")}`] : []),
    ...(short > 0 ? [`${predicted} of ${showMany(short, "forecast")} predicted that the money runs out`] : []),
  ].join(", ");
}

/** How good a month's own forecasts were: "4% too low on the 15th, the 80% range held in 4 of 5 forecasts". */
export function monthScoreText({ count, right, ran_out, error }: NonNullable<RecapFacts["forecasts"]>): string {
  if (ran_out) return `${right} of ${showMany(count, "forecast")} predicted that the money runs out`;
  const percent = error === null ? 0 : Math.round(100 * Math.abs(error));
  const middle = percent === 0 ? "within 1%" : `${percent}% too ${(error ?? 0) < 0 ? "low" : "high"}`;
  const held = `the 80% range held in ${right} of ${showMany(count, "forecast")}`;
  return error === null ? held : `${middle} on the 15th, ${held}`;
}
