import { expect, it } from "vitest";
import { ourForecast, plainPace, qualityOf, straightLine, tasksOf } from "../../bench/backtest.ts";
import { madeSeries } from "../../bench/daily-series.ts";
import { DETECTORS, detectionOf } from "../../bench/spikes.ts";

/** Seconds of work, where `npm run bench:forecast` takes minutes. */
const series = madeSeries(5);

it("forecasts are closer than the plain pace and a straight line, and their ranges hold", () => {
  const tasks = series.flatMap(tasksOf).filter((_, at) => at % 7 === 0);
  const [ours, pace, line] = [ourForecast, plainPace, straightLine].map((predict) => qualityOf(tasks, predict));
  expect(ours?.error).toBeLessThan(0.9 * (pace?.error ?? 0));
  expect(ours?.error).toBeLessThan(0.9 * (line?.error ?? 0));
  const [half, most, nearlyAll] = ours?.ranges.map(({ held }) => held) ?? [];
  expect(half).toBeGreaterThan(0.35);
  expect(half).toBeLessThan(0.75);
  expect(most).toBeGreaterThan(0.7);
  expect(most).toBeLessThan(0.95);
  expect(nearlyAll).toBeGreaterThan(0.88);
});

it("expected ranges find large spikes with few false alarms", () => {
  const [ours] = DETECTORS;
  const some = series.filter((_, at) => at % 8 === 3);
  const { found, falseAlarms } = detectionOf(some, ours.isOdd);
  expect(found[1]).toBeGreaterThan(0.6);
  expect(found[2]).toBeGreaterThan(0.8);
  expect(falseAlarms).toBeLessThan(0.8);
});
