import { expect, it } from "vitest";
import { todayAt } from "../../src/forecast/today.ts";
import { ZERO } from "../../src/values/money.ts";

it.each([
  ["2026-02-14T00:00:00Z", "UTC", "2026-02-14", 1],
  ["2026-02-14T18:00:00Z", "UTC", "2026-02-14", 0.25],
  ["2026-02-14T23:30:00Z", "Europe/Berlin", "2026-02-15", 23.5 / 24],
  // The clocks are put forward: a day of 23 hours. Back again: one of 25.
  ["2026-03-29T10:00:00Z", "Europe/Berlin", "2026-03-29", 12 / 23],
  ["2026-10-25T11:00:00Z", "Europe/Berlin", "2026-10-25", 12 / 25],
])("at %s in %s it is %s with a share of %f left", (now, timezone, day, left) => {
  const today = todayAt(now, timezone, ZERO);
  expect(today.day).toBe(day);
  expect(today.left).toBeCloseTo(left, 12);
});
