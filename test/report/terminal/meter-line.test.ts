import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LiveFigures, meterLine } from "../../../src/report/terminal/meter-line.ts";
import { columnsOf } from "../../../src/report/terminal/table.ts";

const FIGURES: LiveFigures = {
  ...{ requests: 1, cost: 1.5, percent: 12, burn_per_minute: 0.25, cap: 2 },
  models: [
    { model: "gpt-5-mini", cost: 0.5 },
    { model: "gpt-5", cost: 1 },
  ],
  refusal: { text: "It is used up." },
};

describe("the line of a running meter", () => {
  it.each([
    [200, "token-budget: $1.50, 12 % of the estimate, $0.2500 a minute, up to $2.00, 1 request (gpt-5), stopped"],
    [99, "token-budget: $1.50, 12 % of the estimate, $0.2500 a minute, up to $2.00, 1 request, stopped"],
    [91, "token-budget: $1.50, 12 % of the estimate, up to $2.00, 1 request, stopped"],
    [72, "token-budget: $1.50, 12 % of the estimate, up to $2.00, stopped"],
    [60, "token-budget: $1.50, up to $2.00, stopped"],
    [40, "$1.50, up to $2.00, stopped"],
    [20, "$1.50, up to $2.00,…"],
    [1, "…"],
  ])("in %i columns says what matters most", (width, line) => {
    expect(meterLine(FIGURES, width)).toBe(line);
  });

  it("leaves out what isn't known", () => {
    const nothing = { requests: 0, cost: 0, percent: null, burn_per_minute: 0, cap: null, models: [], refusal: null };
    expect(meterLine(nothing)).toBe("token-budget: $0.00, 0 requests");
  });

  it("never has a control character of a model's name, nor more columns than there are", () => {
    const model = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(model, fc.integer({ min: 1, max: 200 }), (name, width) => {
        const line = meterLine({ ...FIGURES, models: [{ model: name, cost: 1 }] }, width);
        expect(line).not.toMatch(/\p{Cc}/u);
        expect(columnsOf(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
