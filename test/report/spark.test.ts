import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { monthOutlook } from "../../src/books/month-demand.ts";
import { bandOf } from "../../src/report/model/band.ts";
import { sparkOf, sparkText } from "../../src/report/model/spark.ts";
import { nanoOf, nanoUsd } from "../../src/values/money.ts";
import { NOW, sampleState } from "./samples.ts";

describe("the spark line", () => {
  it.each([
    [[0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"],
    [[-3, 0, 7], "▁▁█"],
    [[5, 5], "██"],
    [[0, 0.0001, 90], "▁▂█"],
    [[], ""],
  ])("of %j is %s", (amounts, line) => {
    expect(sparkOf(amounts.map(nanoOf))).toBe(line);
  });

  it("says what it is about, with the least and the most of its days", () => {
    expect(sparkText(sampleState(), NOW)).toBe("▆▇▅▇▅▂▂█▇▆█▆▇▅ the last 14 days, $0.0300 to $0.6100 a day");
  });

  it("is left out while there is nothing to see", () => {
    const two = { "2026-02-13": { spent: nanoOf(1), executions: 1, prs: 0 } };
    expect(sparkText(sampleState({ daily: two, total_spent: nanoOf(1), history: [] }), NOW)).toBe("");
    expect(sparkText(sampleState({ daily: {}, total_spent: nanoOf(0), history: [] }), NOW)).toBe("");
  });
});

describe("the forecast's band", () => {
  const { forecast } = monthOutlook(sampleState(), NOW);

  it("is as wide as it should be, has its parts in their order, and ends at the budget or at the edge of 80%", () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 80 }), fc.integer({ min: 0, max: 40_000_000_000 }), (width, total) => {
        const { cells = "" } = bandOf(forecast, nanoUsd(total), width) ?? {};
        expect(cells).toHaveLength(width);
        expect(cells).toMatch(/^[·│]*[▒│]*[▓│]*◆[▓│]*[▒│]*[·│]*$/);
        if (forecast.kind === "ranges" && total < forecast.likely80.high) expect(cells).not.toMatch(/··$/);
      }),
    );
  });

  it("is left out where only a pace is known", () => {
    const young = sampleState({ daily: {}, history: [], total_spent: nanoOf(1) });
    expect(bandOf(monthOutlook(young, NOW).forecast, nanoOf(15), 40)).toBeUndefined();
  });
});
