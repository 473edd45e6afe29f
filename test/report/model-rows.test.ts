import { describe, expect, it } from "vitest";
import type { Entry } from "../../src/books/entry.ts";
import { evolve } from "../../src/books/evolve.ts";
import { recapFacts } from "../../src/books/messages/recap-facts.ts";
import type { State } from "../../src/books/state.ts";
import { figureRows } from "../../src/report/model/figure-rows.ts";
import { modelRows } from "../../src/report/model/model-rows.ts";
import { renderRecap } from "../../src/report/recap-text.ts";
import { nanoOf } from "../../src/values/money.ts";
import { NOW, sampleMonth, sampleState } from "./samples.ts";

/** A month whose runs were booked in one state after the other. */
const booked = (entries: readonly Partial<Entry>[]) =>
  entries.reduce<State>(
    (state, entry, index) => evolve(state, { ...CHARGE, id: `${index}`, ...entry }),
    sampleState({ total_spent: nanoOf(0), estimated: undefined, models: {} }),
  );
const CHARGE = { id: "", at: NOW, month: "2026-02", kind: "charge", cost: nanoOf(0), profile: "ai-pr" } as const;
const line = (model: string, cost?: number) => ({
  ...{ model, input: 10, output: 5, requests: 1 },
  ...(cost !== undefined && { cost: nanoOf(cost) }),
});
const UNPRICED = { cost: nanoOf(0.055), quality: "estimated", usage: [line("my-finetune")] } satisfies Partial<Entry>;
const UNREAD = { cost: nanoOf(0.055), quality: "estimated" } satisfies Partial<Entry>;
const FLAT_FEE = { quality: "priced", notional: nanoOf(2), usage: [line("gpt-5", 2)] } satisfies Partial<Entry>;

describe("a month's models", () => {
  it.each([
    ["a model without a price", [UNPRICED], { unpriced: "$0.0550", "my-finetune": "by estimate" }],
    ["a model under a flat fee", [FLAT_FEE], { "gpt-5": "$0.00" }],
    ["a model under a flat fee beside estimates", [FLAT_FEE, UNREAD], { unpriced: "$0.0550", "gpt-5": "$0.00" }],
    [
      "both in one month",
      [UNPRICED, FLAT_FEE],
      { unpriced: "$0.0550", "gpt-5": "$0.00", "my-finetune": "by estimate" },
    ],
  ] as const)("show the cost of %s", (_, entries, costs) => {
    const rows = modelRows(booked(entries), 9);
    expect(Object.fromEntries(rows.map(({ model, cost }) => [model, cost]))).toEqual(costs);
  });

  it("add up those beyond the limit as estimated if one of them is", () => {
    const rows = modelRows(booked([UNPRICED, FLAT_FEE]), 2);
    expect(rows.map(({ model, cost }) => [model, cost])).toEqual([
      ["unpriced", "$0.0550"],
      ["2 others", "by estimate"],
    ]);
  });

  it("are neither free nor estimated where books of an older release don't say which", () => {
    const { estimated_by: _, ...older } = booked([UNPRICED, FLAT_FEE]);
    expect(modelRows(older, 9).map(({ model, cost }) => [model, cost])).toEqual([
      ["unpriced", "$0.0550"],
      ["gpt-5", "–"],
      ["my-finetune", "–"],
    ]);
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
