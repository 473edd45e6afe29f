import type { MeterFigures } from "../../src/meter/figures.ts";

/** What a meter that saw nothing says, with something else in it. */
export function figuresWith(facts: Partial<MeterFigures> = {}): MeterFigures {
  return {
    ...{ version: 1, hold: "hold-1", started_at: "2026-11-29T00:00:00Z", at: "2026-11-29T00:01:00Z" },
    ...{ requests: 0, open: 0, models: [], by: {}, cost: 0, estimate: null, percent: null, burn_per_minute: 0 },
    ...{ cap: null, max_cost: null, granted: 0, alerted: false, estimated: 0, unpriced: 0 },
    refused: { "over-cap": 0, "over-budget": 0, "model-not-allowed": 0, batch: 0, unavailable: 0 },
    ...{ refusal: null, unknown: 0, unread: 0, failed: {}, unwritten: 0, restarts: 0, ended: true },
    ...facts,
  };
}
