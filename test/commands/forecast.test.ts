import { describe, expect, it } from "vitest";
import { useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();

/** Books a cost at 10:00 of each of these days of February 2026. */
async function spend(days: Readonly<Record<number, number>>) {
  for (const [day, dollars] of Object.entries(days)) {
    world.at(`2026-02-${day.padStart(2, "0")}T10:00:00Z`);
    await world.run("record", { cost: String(dollars) });
  }
}

const FORECASTS = ["forecast", "forecast-low", "forecast-high", "exhaustion-chance"] as const;

describe("the forecast", () => {
  it("of two days of history is a pace, which has no outputs, and says so", async () => {
    await spend({ 1: 0.5, 2: 0.5, 3: 0.5 });
    const { outputs, summary, json } = await world.run("status");
    for (const name of FORECASTS) expect(outputs[name] ?? "").toBe("");
    expect(summary).toContain("at the pace so far; a range needs three days of history.");
    expect(JSON.parse(json)).toMatchObject({
      forecast: { exhaustionChance: null, spans: { month: { likely80: null } } },
    });
    expect(JSON.parse(json)).not.toHaveProperty("forecastPoint");
  });

  it("is the same in outputs, JSON, sentence and chart, of a check, a booking and status", async () => {
    await spend({ 1: 0.5, 2: 0.6, 3: 0.4, 4: 0.5, 5: 0.5 });
    const { outputs, summary, json } = await world.run("status");
    const [point, low, high, chance] = FORECASTS.map((name) => Number(outputs[name]));
    expect(Number(chance)).toBeGreaterThan(0);
    expect(JSON.parse(json)).toMatchObject({
      ...{ forecastPoint: point, forecastLow: low, forecastHigh: high, exhaustionChance: chance },
      forecast: {
        monthEndSpent: point,
        spans: { month: { from: "2026-02-01", to: "2026-02-28", likely80: { low, high } } },
      },
    });
    const shown = [point, low, high].map((dollars) => `&#36;${Number(dollars).toFixed(2)}`);
    expect(summary).toContain(`🔮 ${shown[0]} by the month&#39;s end, 80% likely between ${shown[1]} and ${shown[2]};`);
    const legend = shown.map((text) => text.replace("&#36;", "$"));
    expect(summary).toContain(
      `forecast, ${legend[0]} by the month's end · 🟧 80% likely between ${legend[1]} and ${legend[2]}`,
    );
    const check = await world.run("check");
    for (const name of FORECASTS) expect(check.outputs[name]).toBe(outputs[name]);
    const booked = await world.run("record", { cost: "0.01" });
    expect(Number(booked.outputs["forecast"])).toBeCloseTo(Number(point) + 0.01, 6);
  });

  it("doesn't fall on Friday for the weekend's nothing", async () => {
    const workdays = [2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 16, 17, 18, 19, 20];
    await spend(Object.fromEntries(workdays.map((day) => [day, 0.5])));
    const points = [];
    for (const day of ["20T20", "21T20", "22T20", "23T06"]) {
      world.at(`2026-02-${day}:00:00Z`);
      points.push(Number((await world.run("status")).outputs["forecast"]));
    }
    // The plain pace falls by a tenth from Friday evening to Monday morning.
    expect(Math.max(...points) - Math.min(...points)).toBeLessThan(0.5);
    expect(Math.min(...points)).toBeGreaterThan(9.6);
  });

  it("of the month after one that ran out isn't lower, and recap and status say how the score was counted", async () => {
    world.policy("monthly-budget: 10\n");
    await spend(Object.fromEntries(Array.from({ length: 20 }, (_, at) => [at + 1, 0.5])));
    expect((await world.run("check")).outputs).toMatchObject({ decision: "deny", "exhaustion-chance": "100" });
    world.at("2026-03-01T00:00:00Z");
    const { outputs, summary, json } = await world.run("status");
    expect(Number(outputs["forecast"])).toBeCloseTo(15.5, 1);
    expect(summary).toContain("5 of 5 forecasts predicted that the money runs out");
    expect(JSON.parse(json).forecast.score).toMatchObject({ months: 0, ranOut: 5, predicted: 5 });
    const recap = await world.run("recap", { month: "2026-02" });
    expect(recap.summary).toContain("5 of 5 forecasts predicted that the money runs out");
    expect(JSON.parse(recap.json).recap.forecasts).toEqual({ count: 5, right: 5, ranOut: true, error: null });
  });

  it("costs no request more", async () => {
    await spend({ 1: 0.5, 2: 0.5, 3: 0.5, 4: 0.5 });
    world.calls();
    await world.run("status");
    expect(world.calls()).toEqual(["read"]);
    await world.run("check");
    expect(world.calls()).toEqual(["read", "commit"]);
  });
});
