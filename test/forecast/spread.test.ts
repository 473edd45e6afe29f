import { expect, it } from "vitest";
import { chanceOfAtLeast, spreadOf, tailsOf } from "../../src/forecast/spread.ts";

it("a chance is never below zero nor above one, however far away the value is", () => {
  for (const degrees of [3, 4.5, 7, 10, 25, 100]) {
    const spread = spreadOf({ mean: 1e9, variance: 1e15, nothing: 0.05 }, tailsOf(degrees));
    for (let value = 1; value < 1e30; value *= 1.7) {
      const chance = chanceOfAtLeast(value, spread);
      expect(chance).toBeGreaterThanOrEqual(0);
      expect(chance).toBeLessThanOrEqual(0.95);
    }
  }
});
