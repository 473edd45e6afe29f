import { describe, expect, it } from "vitest";
import { forecastOf } from "../../src/forecast/forecast.ts";
import { nanoOf } from "../../src/values/money.ts";

const HALFWAY = {
  now: "2026-02-15T00:00:00Z",
  timezone: "UTC",
  since: "2026-02-01T00:00:00Z",
  until: "2026-03-01T00:00:00Z",
  total: nanoOf(15),
  spent: nanoOf(7),
  remaining: nanoOf(8),
  executions: 70,
  estimate: nanoOf(0.1),
};

describe("the forecast of plain figures", () => {
  it("goes on at the pace until now", () => {
    expect(forecastOf(HALFWAY)).toMatchObject({
      elapsedDays: 14,
      daysLeft: 14,
      burnRate: nanoOf(0.5),
      executionsLeft: 80,
      monthEndSpent: nanoOf(14),
      goneOn: null,
    });
  });

  it("takes the pace since its figures count", () => {
    const later = forecastOf({ ...HALFWAY, since: "2026-02-08T00:00:00Z" });
    expect(later).toMatchObject({ elapsedDays: 7, burnRate: nanoOf(1), goneOn: "2026-02-22" });
  });
});
