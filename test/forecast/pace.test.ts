import { describe, expect, it } from "vitest";
import { paceOf } from "../../src/forecast/pace.ts";
import { nanoOf } from "../../src/values/money.ts";

const HALFWAY = {
  now: "2026-02-15T00:00:00Z",
  since: "2026-02-01T00:00:00Z",
  until: "2026-03-01T00:00:00Z",
  spent: nanoOf(7),
  remaining: nanoOf(8),
  executions: 70,
  estimate: nanoOf(0.1),
};

describe("the pace of plain figures", () => {
  it("is what was spent a day until now", () => {
    expect(paceOf(HALFWAY)).toMatchObject({
      elapsedDays: 14,
      daysLeft: 14,
      burnRate: nanoOf(0.5),
      executionsLeft: 80,
    });
  });

  it("takes the pace since its figures count", () => {
    const later = paceOf({ ...HALFWAY, since: "2026-02-08T00:00:00Z" });
    expect(later).toMatchObject({ elapsedDays: 7, burnRate: nanoOf(1) });
  });
});
