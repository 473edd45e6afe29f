import { describe, expect, it } from "vitest";
import type { EntityRate, SharedCost, Split } from "../../../src/insight/allocation/statement-rules.ts";
import { nanoOf, nanoUsd, ZERO } from "../../../src/values/money.ts";
import { charge, entity, MONTH, rules, sonnet, statementsAfter } from "./entries.ts";

const TIERS = [{ upTo: 10_000, percent: 100 }, { upTo: 50_000, percent: 85 }, { percent: 70 }];
const usd = (dollars: number) => nanoOf(dollars);

/** One entity's statement for its charges at a rate. */
function chargedAt(rate: EntityRate, charges: readonly ReturnType<typeof charge>[]) {
  const [statement] = statementsAfter(rules({ entities: [entity("a", { rate })], tiers: TIERS }), charges);
  if (statement === undefined) throw new Error("no statement");
  return statement;
}

const tagsOf = (client: string) => ({ tags: { client } });

describe("the figures of a statement, worked out by hand", () => {
  // 510,000 × $3 and 340,000 × $15 per million: $1.53 + $5.10.
  const run = charge(6.63, { ...tagsOf("a"), profile: "qa", usage: [sonnet(510_000, 340_000)] });

  it("are $6.63 for 850,000 tokens of Sonnet 4.5", () => {
    expect(run.usage?.[0]?.cost).toBe(usd(6.63));
    expect(chargedAt({ kind: "cost" }, [run])).toMatchObject({
      month: MONTH,
      byModel: [{ name: "claude-sonnet-4-5", cost: usd(6.63), charged: usd(6.63) }],
      byActivity: [{ name: "qa", cost: usd(6.63), charged: usd(6.63) }],
      tokens: { input: 510_000, output: 340_000, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
      ...{ executions: 1, total: { cost: usd(6.63), charged: usd(6.63) }, margin: ZERO, corrections: [], shared: [] },
    });
  });

  it("are $7.956 at cost + 20 %", () => {
    expect(chargedAt({ kind: "markup", percent: 20 }, [run])).toMatchObject({
      total: { cost: usd(6.63), charged: usd(7.956) },
      margin: usd(1.326),
      rate: { kind: "markup", percent: 20 },
    });
  });

  it("are $25.56 for 284 core-hours at $0.05 and 2,272 GB-hours at $0.005", () => {
    const cpu = charge(14.2, { tags: { client: "a", activity: "cpu" } });
    const memory = charge(11.36, { tags: { client: "a", activity: "memory" } });
    const { total, byActivity, byModel } = chargedAt({ kind: "cost" }, [cpu, memory]);
    expect(total.cost).toBe(usd(25.56));
    expect(byActivity.map(({ name, cost }) => [name, cost])).toEqual([
      ["cpu", usd(14.2)],
      ["memory", usd(11.36)],
    ]);
    expect(byModel).toEqual([{ name: "unpriced", cost: usd(25.56), charged: usd(25.56) }]);
  });

  it("are $0.51 by tiers: 60,000 tokens at $0.60 count as 51,000", () => {
    const used = charge(0.6, { ...tagsOf("a"), usage: [sonnet(50_000, 10_000, { cost: usd(0.6) })] });
    expect(chargedAt({ kind: "tiers" }, [used])).toMatchObject({
      total: { cost: usd(0.6), charged: usd(0.51) },
      margin: usd(-0.09),
      rate: { kind: "tiers", tokens: 60_000, effective: 51_000 },
    });
  });

  it("go by tiers in the order of booking, without cache reads", () => {
    // 10,000 at 100 %, then 40,000 at 85 % of which 30,000 were read from a cache and 10,000 count, dearer ones.
    const first = charge(0.1, { ...tagsOf("a"), usage: [sonnet(9_000, 1_000, { cost: usd(0.1) })] });
    const second = charge(0.4, {
      ...tagsOf("a"),
      usage: [sonnet(39_000, 1_000, { cost: usd(0.4), cache_read: 30_000 })],
    });
    const { total, rate } = chargedAt({ kind: "tiers" }, [first, second]);
    expect(total.charged).toBe(usd(0.1 + 0.34));
    expect(rate).toMatchObject({ tokens: 20_000, effective: 18_500 });
    // The other way round the dear one comes first and is charged in full.
    expect(chargedAt({ kind: "tiers" }, [second, first]).total.charged).toBe(usd(0.4 + 0.085));
  });

  it("stay at cost by tiers where there are no tokens", () => {
    expect(chargedAt({ kind: "tiers" }, [charge(14.2, tagsOf("a"))]).total.charged).toBe(usd(14.2));
  });
});

describe("a rate card", () => {
  const rate = { kind: "card", card: { "claude-sonnet-4-5": { input: 4, output: 20 } } } as const;

  it("charges its own prices, also for a dated name, and what it doesn't name at cost", () => {
    const used = charge(3.02, {
      ...tagsOf("a"),
      usage: [
        sonnet(500_000, 100_000, { model: "claude-sonnet-4-5-20250929" }),
        { provider: "openai", model: "gpt-4o-mini", input: 1_000, output: 1_000, requests: 1, cost: usd(0.01) },
      ],
    });
    const { total, byModel, rate: explained } = chargedAt(rate, [used]);
    expect(byModel).toEqual([
      // 500,000 × $3 + 100,000 × $15, by the card × $4 and × $20.
      { name: "claude-sonnet-4-5-20250929", cost: usd(3), charged: usd(4) },
      // What the usage lines leave over of the cost.
      { name: "gpt-4o-mini", cost: usd(0.01), charged: usd(0.01) },
      { name: "unpriced", cost: usd(0.01), charged: usd(0.01) },
    ]);
    expect(total).toEqual({ cost: usd(3.02), charged: usd(4.02) });
    expect(explained).toEqual({
      kind: "card",
      atCost: [
        { model: "gpt-4o-mini", cost: usd(0.01) },
        { model: "unpriced", cost: usd(0.01) },
      ],
    });
  });

  it("leaves what is billed by the piece at the price of the books", () => {
    const search = sonnet(1_000_000, 0, { cost: usd(3.02), web_searches: 2, prices: { input: 3, web_search: 10 } });
    expect(chargedAt(rate, [charge(3.02, { ...tagsOf("a"), usage: [search] })]).total.charged).toBe(usd(4.02));
    const { prices: _, ...unknown } = search;
    const { total, rate: explained } = chargedAt(rate, [charge(3.02, { ...tagsOf("a"), usage: [unknown] })]);
    expect(total.charged).toBe(usd(3.02));
    expect(explained).toMatchObject({ atCost: [{ model: "claude-sonnet-4-5" }] });
  });

  it("charges what a flat fee covers by its tokens, and cache reads as input unless it names them", () => {
    const covered = charge(0, {
      ...tagsOf("a"),
      notional: usd(3),
      usage: [sonnet(1_000_000, 0, { cache_read: 500_000 })],
    });
    expect(chargedAt(rate, [covered]).total).toEqual({ cost: ZERO, charged: usd(4) });
    const named = {
      kind: "card",
      card: { "claude-sonnet-4-5": { input: 4, output: 20, cache_read: 0.4, cache_write: 5 } },
    } as const;
    expect(chargedAt(named, [covered]).total.charged).toBe(usd(2.2));
  });
});

const CENT = usd(0.01);

/** What every entity gets of $0.01, or of another amount that is shared. */
function partsOf(split: Split, amount = CENT, charges: readonly ReturnType<typeof charge>[] = []) {
  const shared: SharedCost = { name: "s", of: { match: { agent: ["s"] } }, split };
  const pool = charge(0, { cost: amount, tags: { agent: "s", client: "a" } });
  return statementsAfter(rules({ shared: [shared] }), [...charges, pool])
    .slice(0, 3)
    .map((statement) => statement.shared[0]?.part);
}

describe("a shared cost", () => {
  const spent = [charge(1, tagsOf("a")), charge(2, tagsOf("b"))];

  it.each<[string, Split, number, typeof spent, number[]]>([
    ["equally", { method: "equal" }, CENT, [], [3_333_334, 3_333_333, 3_333_333]],
    ["a negative correction equally", { method: "equal" }, -CENT, [], [-3_333_334, -3_333_333, -3_333_333]],
    ["by cost", { method: "proportional", by: "cost" }, CENT, spent, [3_333_333, 6_666_667, 0]],
    ["a negative one by cost", { method: "proportional", by: "cost" }, -CENT, spent, [-3_333_333, -6_666_667, 0]],
    ["by cost of nobody", { method: "proportional", by: "cost" }, CENT, [], [3_333_334, 3_333_333, 3_333_333]],
    ["by executions", { method: "proportional", by: "executions" }, CENT, spent, [5_000_000, 5_000_000, 0]],
    ["by tokens of nobody", { method: "proportional", by: "tokens" }, CENT, spent, [3_333_334, 3_333_333, 3_333_333]],
    [
      "by tokens",
      { method: "proportional", by: "tokens" },
      CENT,
      [charge(1, { ...tagsOf("c"), usage: [sonnet(100, 50, { cache_read: 100 })] }), ...spent],
      [0, 0, CENT],
    ],
    ["fixed", { method: "fixed", percents: { c: 33.3, a: 66.7 } }, 10, [], [7, 0, 3]],
    [
      "by cost where one has only got money back",
      { method: "proportional", by: "cost" },
      CENT,
      [charge(-1, { ...tagsOf("a"), kind: "correction" }), charge(2, tagsOf("b"))],
      [0, CENT, 0],
    ],
  ])("is split %s, to the nano-dollar", (_, split, amount, charges, parts) => {
    expect(partsOf(split, nanoUsd(amount), charges)).toEqual(parts);
  });

  it("is asked first: its charges belong to nobody directly, nor their tokens", () => {
    const shared: SharedCost = { name: "s", of: { match: { agent: ["s"] } }, split: { method: "equal" } };
    const used = charge(0.3, { tags: { agent: "s", client: "a" }, usage: [sonnet(100_000, 0)] });
    const [a, b] = statementsAfter(rules({ shared: [shared] }), [used]);
    expect(a).toMatchObject({ executions: 0, tokens: { input: 0 }, direct: { cost: ZERO }, total: { cost: usd(0.1) } });
    expect(b?.total.cost).toBe(usd(0.1));
  });

  it("of a fixed amount isn't in the books, and a markup applies to it; tiers and a card leave it at cost", () => {
    const shared: SharedCost = { name: "licenses", of: { amount: usd(30) }, split: { method: "equal" } };
    const rates: EntityRate[] = [{ kind: "markup", percent: 20 }, { kind: "tiers" }, { kind: "card", card: {} }];
    const entities = rates.map((rate, index) => entity(`e${index}`, { rate }));
    const all = statementsAfter(rules({ entities, shared: [shared], tiers: TIERS }), []);
    expect(all.map(({ total }) => total.charged)).toEqual([usd(12), usd(10), usd(10), ZERO]);
    expect(all[0]?.shared).toEqual([
      {
        ...{ name: "licenses", split: { method: "equal" }, share: 1 / 3, whole: usd(30), part: usd(10) },
        ...{ charged: usd(12), isInBooks: false },
      },
    ]);
  });
});

describe("what fits nobody", () => {
  it("stands under unallocated, and what an import brought as such", () => {
    const imported = charge(2, {
      kind: "import",
      imported: { executions: 4, prs: 1, tokens_used: {}, history: [{ month: "2026-01", total_spent: usd(9) }] },
    });
    const stray = charge(1, { tags: { client: "nobody" } });
    const february = statementsAfter(rules(), [imported, stray]).at(-1);
    expect(february).toMatchObject({ entity: null, total: { cost: usd(3) }, executions: 5, isImported: true });
    expect(february?.byModel.map(({ name }) => name)).toEqual(["imported", "unpriced"]);
    expect(statementsAfter(rules(), [imported, stray], "2026-01").at(-1)).toMatchObject({
      total: { cost: usd(9) },
      isImported: true,
    });
    expect(statementsAfter(rules(), [stray]).at(-1)).toMatchObject({ isImported: false });
  });
});

describe("a correction", () => {
  const expired = charge(1, {
    ...{ id: "h-expired", hold: "h", month: "2026-01", at: "2026-02-01T00:00:00Z", expired_at: "2026-01-31T23:00:00Z" },
    ...tagsOf("a"),
  });
  const settled = charge(-0.4, { kind: "correction", hold: "h", replaces: usd(1), ...tagsOf("a") });

  it("of a charge in a former month is a line that names it", () => {
    const [a] = statementsAfter(rules(), [expired, settled, charge(2, tagsOf("a"))]);
    expect(a?.corrections).toEqual([{ month: "2026-01", cost: usd(-0.4), charged: usd(-0.4) }]);
    expect(a?.byModel).toEqual([{ name: "unpriced", cost: usd(2), charged: usd(2) }]);
    expect(a?.total.cost).toBe(usd(1.6));
  });

  it("of a former month is rounded with the other lines, so that they add up", () => {
    const by = rules({ entities: [entity("a", { rate: { kind: "markup", percent: 50 } })] });
    const one = { cost: nanoUsd(1), ...tagsOf("a") };
    const [a] = statementsAfter(by, [expired, charge(0, one), charge(0, { ...one, kind: "correction", hold: "h" })]);
    expect([a?.byModel[0]?.charged, a?.corrections[0]?.charged, a?.total.charged]).toEqual([2, 1, 3]);
  });

  it("of a charge in the same month is nothing special", () => {
    const same = { ...expired, month: MONTH };
    const [a] = statementsAfter(rules(), [same, settled]);
    expect(a).toMatchObject({ corrections: [], total: { cost: usd(0.6) } });
  });
});

describe("efficiency", () => {
  it("ranks what an execution costs, among the entities that have any", () => {
    const charges = [charge(1, tagsOf("a")), charge(2, tagsOf("a")), charge(0.5, tagsOf("b"))];
    const [a, b, c] = statementsAfter(rules(), charges);
    expect(a?.efficiency).toEqual({ perExecution: usd(1.5), rank: 2, of: 2, average: nanoUsd(1_166_666_667) });
    expect(b?.efficiency).toMatchObject({ rank: 1 });
    expect(c?.efficiency).toBeUndefined();
  });

  it("counts a further charge of an execution once", () => {
    const further = charge(1, { ...tagsOf("a"), further: true });
    expect(statementsAfter(rules(), [charge(1, tagsOf("a")), further])[0]).toMatchObject({ executions: 1 });
  });
});

describe("an entity that matches the run itself", () => {
  const RUN = {
    ...{ repository: "octo-org/web-app", run_id: 7, workflow: "ai-pr", actor: "ada" },
    ...{ event: "pull_request", ref: "refs/heads/main" },
  };
  const totals = (match: Readonly<Record<string, readonly string[]>>, entries: readonly ReturnType<typeof charge>[]) =>
    statementsAfter(rules({ entities: [entity("a", { match })] }), entries).map(({ total }) => total.cost);

  it.each([
    ["repository", "octo-org/web-*"],
    ["workflow", "ai-*"],
    ["actor", "ada"],
    ["event", "pull_request"],
    ["ref", "refs/heads/*"],
  ])("by %s gets its charges, and none of a step that only says so", (name, pattern) => {
    const own = charge(1, { run: RUN });
    const forged = charge(2, {
      run: { repository: "o/other", run_id: 8 },
      tags: { [name]: pattern.replace("*", "x") },
    });
    const said = charge(4, { run: RUN, tags: { [name]: "something else" } });
    expect(totals({ [name]: [pattern] }, [own, forged, said])).toEqual([usd(5), usd(2)]);
  });

  it("needs all that it names, tags and run", () => {
    const match = { repository: ["octo-org/*"], client: ["a"] };
    const both = charge(1, { run: RUN, ...tagsOf("a") });
    expect(totals(match, [both, charge(2, { run: RUN }), charge(4, tagsOf("a"))])).toEqual([usd(1), usd(6)]);
  });

  it("gets what a maintainer corrects by its tags, not by the run that corrects", () => {
    const correction = charge(1, {
      kind: "correction",
      adjustment: "correct",
      run: RUN,
      tags: { repository: "o/lib" },
    });
    expect(totals({ repository: ["o/lib"] }, [correction])).toEqual([usd(1), ZERO]);
    expect(totals({ repository: ["octo-org/*"] }, [correction])).toEqual([ZERO, usd(1)]);
  });

  it("has the correction of an expired hold exactly where it has its charge", () => {
    // A hold keeps its repository alone.
    const expired = charge(3, {
      ...{ hold: "h", expired_at: "2026-02-14T09:00:00Z", quality: "estimated" },
      run: { repository: RUN.repository, run_id: 7 },
    });
    const late = charge(-1, { kind: "correction", hold: "h", run: RUN });
    expect(totals({ repository: ["octo-org/*"] }, [expired, late])).toEqual([usd(2), ZERO]);
    expect(totals({ workflow: ["ai-pr"] }, [expired, late])).toEqual([ZERO, usd(2)]);
  });
});
