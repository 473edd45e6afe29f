import { describe, expect, it } from "vitest";
import { barOf, renderBar } from "../../src/report/bar.ts";
import { nanoOf } from "../../src/values/money.ts";
import {
  ageText,
  showCount,
  showExact,
  showHours,
  showInstant,
  showMany,
  showNumber,
  showUnitPrice,
  showWait,
} from "../../src/values/show.ts";

describe("figures for people", () => {
  it.each([
    ["a big count", showCount(1_190_000), "1,190,000"],
    ["one", showMany(1, "execution"), "1 execution"],
    ["many", showMany(1_096, "execution"), "1,096 executions"],
    ["a small number", showNumber(2.44), "2.4"],
    ["a whole one", showNumber(2), "2"],
    ["a big one", showNumber(12.6), "13"],
    ["a whole unit price", showUnitPrice(3), "$3"],
    ["a unit price", showUnitPrice(0.6), "$0.60"],
    ["a small unit price", showUnitPrice(0.0375), "$0.0375"],
    ["an exact cost", showExact(nanoOf(-1_234.031275)), "-$1,234.031275"],
    ["an exact dollar", showExact(nanoOf(2)), "$2.00"],
    [
      "an instant on the budget's clock",
      showInstant("2026-02-28T23:00:00Z", "Europe/Berlin"),
      "1 Mar 2026, 00:00 (Europe/Berlin)",
    ],
    ["days to wait", showWait("2026-02-14T10:07:31Z", "2026-03-01T00:00:00Z"), "14 days 13 h"],
    ["hours to wait", showWait("2026-02-28T20:40:00Z", "2026-03-01T00:00:00Z"), "3 h 20 min"],
    ["seconds to wait", showWait("2026-02-28T23:59:59Z", "2026-03-01T00:00:00Z"), "1 min"],
    ["nothing to wait", showWait("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"), "now"],
    ["an age", ageText("2026-02-14T15:00:01Z", "2026-02-14T15:05:00Z"), "4 min"],
    ["an age in whole minutes", ageText("2026-02-14T15:00:00.004Z", "2026-02-14T15:05:00Z"), "5 min"],
    ["an age of a moment", ageText("2026-02-14T15:00:00Z", "2026-02-14T15:00:00.100Z"), "new"],
    ["an age in days", ageText("2026-02-14T15:00:00Z", "2026-02-16T16:30:00Z"), "2 days 1 h"],
    ["minutes between", showHours(0.25), "15 min"],
    ["hours between", showHours(2.04), "2 h"],
    ["days between", showHours(72), "3 days"],
  ])("show %s", (_, shown, text) => {
    expect(shown).toBe(text);
  });
});

describe("the bar", () => {
  it.each([
    [0, 0, "░░░░░░░░░░"],
    [34.9, 0, "███░░░░░░░"],
    [0.1, 0, "█░░░░░░░░░"],
    [34.9, 0.4, "███▒░░░░░░"],
    [99.7, 0, "█████████░"],
    [99.6, 0.2, "████████▒░"],
    [60, 40, "██████▒▒▒▒"],
    [99.9, 0.1, "█████████▒"],
    [100, 0, "██████████"],
    [140, 20, "██████████"],
    [-5, 0, "░░░░░░░░░░"],
  ])("of %f%% spent and %f%% held is %s", (percentUsed, percentHeld, bar) => {
    expect(renderBar(barOf({ percentUsed, percentHeld, width: 10 }))).toBe(bar);
  });
});
