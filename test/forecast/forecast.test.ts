import { describe, expect, it } from "vitest";
import { chanceOf, demandOf, totalOf } from "../../src/forecast/demand.ts";
import { forecastOf } from "../../src/forecast/forecast.ts";
import { historyOf } from "../../src/forecast/history.ts";
import { todayAt } from "../../src/forecast/today.ts";
import { nanoOf } from "../../src/values/money.ts";

const on = (day: number, dollars: number) => ({
  day: `2026-02-${String(day).padStart(2, "0")}`,
  spent: nanoOf(dollars),
});
const AMOUNTS = [0.41, 0.52, 0.33, 0.47, 0.28, 0.05, 0.03, 0.61, 0.44].map((dollars, at) => on(at + 1, dollars));
const SPAN = { from: "2026-02-01", to: "2026-02-28" };

describe("a forecast of daily dollars", () => {
  it("is that of the books: history before today, today so far, and what is spent of the span", () => {
    const now = "2026-02-10T18:00:00Z";
    const amounts = [on(10, 0.2), ...AMOUNTS.toReversed(), on(10, 0.1), on(20, 99)];
    const today = todayAt(now, "UTC", nanoOf(0.3));
    const history = historyOf({ amounts: AMOUNTS, began: "2026-02-01", today: "2026-02-10" });
    const span = { from: "2026-02-05", to: "2026-02-28", spent: nanoOf(1.71) };
    const total = totalOf(demandOf({ history, today }), span);
    if (total.kind === "pace") throw new Error("nine days are enough for ranges");
    expect(forecastOf({ amounts, now, span: { from: span.from, to: span.to }, limit: nanoOf(6) })).toEqual({
      spent: nanoOf(1.71),
      point: total.point,
      quantiles: {
        "2.5": total.likely95.low,
        "10": total.likely80.low,
        "25": total.likely50.low,
        "75": total.likely50.high,
        "90": total.likely80.high,
        "97.5": total.likely95.high,
      },
      chance: chanceOf(total, nanoOf(6)),
    });
  });

  it("has no quantiles and no chance with fewer than three days, but is certain of what is spent", () => {
    const few = { amounts: AMOUNTS.slice(0, 2), now: "2026-02-03T12:00:00Z", span: SPAN };
    expect(forecastOf({ ...few, limit: nanoOf(5) })).toMatchObject({ quantiles: null, chance: null });
    expect(forecastOf({ ...few, limit: nanoOf(0.5) }).chance).toBe(1);
    expect(forecastOf({ amounts: [], now: few.now, span: SPAN })).toMatchObject({ spent: 0, point: 0, chance: null });
  });

  it("leaves days out on which nothing could be spent, and ends with a span that is over", () => {
    const now = "2026-02-20T00:00:00Z";
    const paused = [{ from: "2026-02-10", to: "2026-02-19" }];
    const asked = { amounts: AMOUNTS, now, span: SPAN };
    expect(forecastOf({ ...asked, unknown: paused }).point).toBeGreaterThan(forecastOf(asked).point);
    const over = forecastOf({ ...asked, span: { from: "2026-02-01", to: "2026-02-03" } });
    expect([over.point, over.quantiles?.["97.5"]]).toEqual([nanoOf(1.26), nanoOf(1.26)]);
  });
});
