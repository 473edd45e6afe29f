import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderBadge } from "../../src/report/badge.ts";
import { nanoOf, nanoUsd } from "../../src/values/money.ts";
import { sampleState } from "./samples.ts";

const at = (spent: number, budget = 15) =>
  renderBadge(sampleState({ total_spent: nanoOf(spent), monthly_budget: nanoOf(budget), top_ups: nanoOf(0) }));
const COLORS = { green: "#1a7f37", yellow: "#9a6700", red: "#cf222e", blocked: "#82071e" };

describe("the badge", () => {
  it.each([
    [0, "0%", COLORS.green],
    [5.23, "34%", COLORS.green],
    [11.99, "79%", COLORS.green],
    [12, "80%", COLORS.yellow],
    [14.25, "95%", COLORS.red],
    [14.999, "99%", COLORS.red],
    [15, "100%", COLORS.red],
    [15.01, "100%", COLORS.blocked],
    [30, "200%", COLORS.blocked],
    [-2, "0%", COLORS.green],
  ])("at $%d of $15 says %s", (spent, percent, color) => {
    expect(at(spent)).toContain(`<title>AI budget: ${percent}</title>`);
    expect(at(spent)).toContain(`>${percent}</text>`);
    expect(at(spent)).toContain(`fill="${color}"`);
  });

  it("doesn't depend on holds or on what the next run may cost", () => {
    expect(renderBadge(sampleState({ holds: [] }))).toBe(renderBadge(sampleState()));
  });

  it("is a small SVG with no value that is none, whatever was spent", () => {
    fc.assert(
      fc.property(fc.integer({ min: -8e15, max: 8e15 }), fc.integer({ min: 0, max: 8e15 }), (spent, budget) => {
        const badge = renderBadge(sampleState({ total_spent: nanoUsd(spent), monthly_budget: nanoUsd(budget) }));
        expect(badge).toMatch(
          /^<svg xmlns="[^"]*" width="\d+" height="20" role="img" aria-label="AI budget: \d+%"><title>/,
        );
        expect(badge).not.toMatch(/NaN|undefined|Infinity|e\+/);
        expect(badge.length).toBeLessThan(900);
      }),
    );
  });
});
