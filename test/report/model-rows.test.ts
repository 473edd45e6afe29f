import { describe, expect, it } from "vitest";
import { recapFacts } from "../../src/books/messages/recap-facts.ts";
import { figureRows } from "../../src/report/model/figure-rows.ts";
import { modelRows } from "../../src/report/model/model-rows.ts";
import { renderRecap } from "../../src/report/recap-text.ts";
import { nanoOf } from "../../src/values/money.ts";
import { sampleMonth, sampleState } from "./samples.ts";

const models = { "gpt-5": { cost: nanoOf(0), input: 10, output: 5 }, unpriced: { cost: nanoOf(0.055) } };

describe("a month's models", () => {
  it("show a model charged by estimate as such", () => {
    const state = sampleState({ total_spent: nanoOf(0.055), estimated: nanoOf(0.055), models });
    expect(modelRows(state, 9).map(({ model, cost, share }) => [model, cost, share])).toEqual([
      ["unpriced", "$0.0550", "100.0%"],
      ["gpt-5", "by estimate", "0.0%"],
    ]);
  });

  it("show a model under a flat fee as free where nothing is estimated", () => {
    const state = sampleState({ total_spent: nanoOf(0.055), models });
    expect(modelRows(state, 9)[1]?.cost).toBe("$0.00");
  });
});

describe("an imported month", () => {
  it("shows what isn't known as a dash", () => {
    const month = sampleMonth({ executions: 0, prs_generated: 0 });
    const rows = Object.fromEntries(figureRows(month).map(({ label, value }) => [label, value]));
    expect(rows).toMatchObject({ Executions: "–", "Pull requests": "–" });
  });

  it("has a recap without the budget it doesn't know", () => {
    const history = [{ month: "2026-01", total_spent: nanoOf(14.82), closed: "import" as const }];
    const facts = recapFacts(sampleState({ history }), "2026-01");
    const text = renderRecap({ facts, name: "AI", timezone: "UTC" });
    expect(text).toContain("January 2026: &#36;14.82 spent.");
    expect(text).toContain("| Executions | **–** |");
    expect(text).not.toContain("0.00");
  });
});
