import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formulaTokens } from "../../../src/books/estimate/formula.ts";
import type { EstimateFormula } from "../../../src/books/part-rule.ts";
import type { Settings } from "../../../src/books/settings.ts";
import { type NanoUsd, nanoOf } from "../../../src/values/money.ts";
import { countOf } from "../../support/pace/pace.ts";
import { differencesOf } from "../../support/replayed.ts";
import { rule } from "../part-samples.ts";
import { Bookkeeper, billed, check, freshState, NO_USAGE, NOW, record, usageOf } from "../sample-books.ts";

const FORMULA: EstimateFormula = {
  base: { business: 5_000, architect: 10_000, "dev-lead": 20_000, qa: 10_000, devops: 5_000, "*": 3_000 },
  phase: { input: 0.5, strategy: 1, development: 3, qa: 1.5, deployment: 0.5 },
  complexity: { simple: 0.8, medium: 1, complex: 1.5, expert: 2 },
  priceAs: "claude-sonnet-4-5",
};
/** Half at $3 and half at $15 a million. */
const PRICE = nanoOf(9);
const RULES: Partial<Settings> = { formula: FORMULA, formulaPrice: PRICE, monthlyBudget: nanoOf(1_000) };
const TAGS = { agent: "dev-lead", phase: "development", complexity: "complex" };

describe("the formula says", () => {
  it.each([
    [10_000, { agent: "architect", phase: "strategy", complexity: "medium" }],
    [90_000, { agent: "dev-lead", phase: "development", complexity: "complex" }],
    [15_000, { agent: "qa", phase: "qa", complexity: "medium" }],
    [20_000, { agent: "dev-lead" }],
    [3_000, { agent: "another" }],
    [3_000, {}],
    [undefined, { agent: "dev-lead", phase: "party" }],
    [undefined, { agent: "dev-lead", complexity: "toString" }],
  ])("%s tokens for %o", (tokens, tags) => {
    expect(formulaTokens(FORMULA, tags)).toBe(tokens);
  });

  it("nothing of an agent it has no base for, and one token at least", () => {
    expect(formulaTokens({ ...FORMULA, base: { qa: 1 } }, { agent: "dev-lead" })).toBeUndefined();
    expect(formulaTokens({ ...FORMULA, base: { qa: 1 } }, { agent: "qa", phase: "input" })).toBe(1);
  });
});

/** Books in which so many runs of the formula's tags cost what `costs` says of each. */
function booksAfter(runs: number, costOf: (index: number) => number, rules: Partial<Settings> = RULES): Bookkeeper {
  const keeper = new Bookkeeper(freshState({ monthly_budget: nanoOf(1_000) }));
  for (let index = 0; index < runs; index += 1) {
    keeper.do(check({ id: `h${index}`, tags: TAGS }), { settings: rules });
    const usage = usageOf(billed(costOf(index)));
    keeper.do(record({ id: `r${index}`, hold: `h${index}`, usage }), { settings: rules });
  }
  return keeper;
}

function estimateIn(keeper: Bookkeeper, tags: Readonly<Record<string, string>> = TAGS, rules = RULES): number {
  const id = `next-${keeper.state.holds.length}`;
  return keeper.do(check({ id, tags }), { settings: rules }).answer.admission.estimate;
}

describe("an estimate by the formula", () => {
  it("is at the price it names, before anything was learnt, and no cold start", () => {
    const keeper = new Bookkeeper();
    const { admission } = keeper.do(check({ tags: TAGS }), { settings: { ...RULES, parts: [rule()] } }).answer;
    expect(admission).toMatchObject({ estimate: nanoOf(0.81), coldStart: false });
    expect(keeper.state.holds).toMatchObject([{ formula_tokens: 90_000 }]);
  });

  it("comes to within 20 % of runs that cost 28 % of what it says, and stays first", () => {
    const trueCost = 0.81 * 0.28;
    // Most runs are of the true cost, give or take; three ran away, so that the 90th percentile is far off.
    const keeper = booksAfter(20, (index) => (index % 7 === 3 ? 5 : trueCost * (0.9 + 0.01 * index)));
    const estimate = estimateIn(keeper);
    expect(Math.abs(estimate / nanoOf(trueCost) - 1)).toBeLessThan(0.2);
    // Other tags of the same profile are calibrated by the same ratio: 10,000 of 90,000 tokens.
    const other = estimateIn(keeper, { agent: "architect", phase: "strategy", complexity: "medium" });
    expect(Math.abs(other - estimate / 9)).toBeLessThanOrEqual(1);
    expect(keeper.state.profiles["ai-pr"]?.formula_tokens).toEqual(Array.from({ length: 20 }, () => 90_000));
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it.each([
    [2, nanoOf(0.81)],
    [3, nanoOf(0.1)],
  ])("is calibrated from the third run on: after %d it is %d", (runs, estimate) => {
    expect(estimateIn(booksAfter(runs, () => 0.1))).toBe(estimate);
  });

  it("gives way to the 90th percentile where the tags don't fit", () => {
    const keeper = booksAfter(4, (index) => 0.1 * (index + 1));
    expect(estimateIn(keeper, { phase: "party" })).toBe(nanoOf(0.4));
  });

  it("needs no price once it is calibrated, and the profile's figures before", () => {
    const rules = { ...RULES, formulaPrice: undefined };
    expect(estimateIn(new Bookkeeper(), TAGS, rules)).toBe(nanoOf(0.055));
    expect(
      estimateIn(
        booksAfter(3, () => 0.2, rules),
        TAGS,
        rules,
      ),
    ).toBe(nanoOf(0.2));
  });

  it("learns nothing from charges that were estimated", () => {
    const keeper = new Bookkeeper();
    for (const id of ["1", "2", "3", "4"]) {
      keeper.do(check({ id, tags: TAGS }), { settings: RULES });
      keeper.do(record({ id: `r${id}`, hold: id, usage: NO_USAGE }), { settings: RULES });
    }
    expect(estimateIn(keeper)).toBe(nanoOf(0.81));
    expect(keeper.state.profiles).toEqual({});
    expect(keeper.entries.at(-1)).toMatchObject({ predicted: nanoOf(0.81), formula_tokens: 90_000 });
  });

  it("is passed over by a fixed estimate, whose runs teach it all the same", () => {
    const fixed = { ...RULES, estimate: nanoOf(0.5) };
    const keeper = booksAfter(3, () => 0.27, fixed);
    expect(estimateIn(keeper, TAGS, fixed)).toBe(nanoOf(0.5));
    expect(estimateIn(keeper, { agent: "dev-lead", phase: "development" })).toBe(nanoOf(0.18));
  });

  it("sets aside tokens by what came of them", () => {
    const rules = { ...RULES, parts: [rule({ match: { agent: ["*"] } })] };
    const tokensNext = (keeper: Bookkeeper) => {
      keeper.do(check({ id: "next", tags: TAGS }), { settings: rules });
      return keeper.state.holds[0]?.tokens;
    };
    expect(tokensNext(new Bookkeeper())).toBe(90_000);
    // Each run used 1,500 tokens.
    expect(tokensNext(booksAfter(5, () => 0.1, rules))).toBe(1_500);
  });

  it("is more than zero whatever was learnt", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(2_000_000_000), { maxLength: 25 }),
        fc.constantFrom(undefined, PRICE),
        (costs, price) => {
          const costsIn = [...costs];
          const rules = { ...RULES, formulaPrice: price, defaultEstimate: nanoOf(0.055) };
          const keeper = booksAfter(costsIn.length, (index) => (costsIn[index] ?? 0) / 1e9, rules);
          const estimate = estimateIn(keeper, TAGS, rules);
          expect(Number.isSafeInteger(estimate) && estimate > 0).toBe(true);
        },
      ),
      { numRuns: countOf("fewCases") },
    );
  });
});

describe("the ladder of models", () => {
  const models = [
    { use: "claude-haiku-4-5", until: undefined, match: { agent: ["qa"] } },
    { use: "claude-opus-4-5", until: 60, match: {} },
    { use: "claude-sonnet-4-5", until: 85, match: {} },
    { use: "claude-haiku-4-5", until: undefined, match: {} },
  ];
  const asked = (percent: number, tags = {}, steps = models, held = 0) => {
    const month = { monthly_budget: nanoOf(100), total_spent: nanoOf(percent) };
    const keeper = new Bookkeeper(freshState(month));
    if (held > 0) keeper.do(check({ id: "held" }), { settings: { estimate: nanoOf(held), models: steps } });
    const settings = { models: steps, monthlyBudget: nanoOf(100) };
    return keeper.do(check({ tags }), { settings }).answer.admission.model;
  };

  it.each([
    [59, "claude-opus-4-5"],
    [60, "claude-sonnet-4-5"],
    [61, "claude-sonnet-4-5"],
    [84.9, "claude-sonnet-4-5"],
    [86, "claude-haiku-4-5"],
    [99, "claude-haiku-4-5"],
  ])("at %d percent answers %s", (percent, model) => {
    expect(asked(percent)).toBe(model);
  });

  it("counts what is held, goes by tags, and past its last step stays there", () => {
    expect(asked(55, {}, models, 6)).toBe("claude-sonnet-4-5");
    expect(asked(10, { agent: "qa" })).toBe("claude-haiku-4-5");
    expect(asked(90, {}, models.slice(1, 3))).toBe("claude-sonnet-4-5");
    expect(asked(90, {}, models.slice(0, 1))).toBeUndefined();
    expect(asked(90, {}, [])).toBeUndefined();
  });

  it("is what the estimate goes by where no model is given, the profile where little is known of it", () => {
    const keeper = new Bookkeeper(freshState({ monthly_budget: nanoOf(100) }));
    const settings = { models: models.slice(1), monthlyBudget: nanoOf(100) };
    const runs: [string, number][] = [
      ["claude-opus-4-5", 1],
      ["claude-haiku-4-5", 0.1],
    ];
    for (const [model, dollars] of runs) {
      for (const id of ["1", "2", "3"]) {
        keeper.do(record({ id: `${model}${id}`, usage: usageOf(billed(dollars, model)) }), { settings });
      }
    }
    const estimate = (id: string, spent: NanoUsd, model?: string) => {
      keeper.state = { ...keeper.state, total_spent: spent, holds: [] };
      return keeper.do(check({ id, model }), { settings, now: NOW }).answer.admission.estimate;
    };
    expect(estimate("a", nanoOf(10))).toBe(nanoOf(1));
    expect(estimate("b", nanoOf(90))).toBe(nanoOf(0.1));
    expect(estimate("c", nanoOf(70))).toBe(nanoOf(1));
    expect(estimate("d", nanoOf(10), "claude-haiku-4-5")).toBe(nanoOf(0.1));
  });
});
