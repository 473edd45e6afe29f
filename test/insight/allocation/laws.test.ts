import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/books/entry.ts";
import type { EntityRate, SharedCost, Split, StatementRules } from "../../../src/insight/allocation/statement-rules.ts";
import { type NanoUsd, nanoOf, nanoUsd, sum } from "../../../src/values/money.ts";
import { charge, entity, sonnet, statementsAfter } from "./entries.ts";

const NAMES = ["a", "b", "c", "d"];
const name = fc.constantFrom(...NAMES, "nobody");
const amount = fc
  .oneof(fc.integer({ min: -10, max: 10 }), fc.integer({ min: -(10 ** 12), max: 10 ** 12 }))
  .map(nanoUsd);

const rate: fc.Arbitrary<EntityRate> = fc.oneof(
  fc.constant({ kind: "cost" as const }),
  fc.constant({ kind: "tiers" as const }),
  fc.integer({ min: 0, max: 1_000_000 }).map((n) => ({ kind: "markup" as const, percent: n / 1_000 })),
  fc.constant({ kind: "card" as const, card: { "claude-sonnet-4-5": { input: 4, output: 20.1 } } }),
);

/** Four percentages that add up to 100, in thousandths. */
const percents = fc
  .array(fc.integer({ min: 0, max: 100_000 }), { minLength: 3, maxLength: 3 })
  .map((cuts) => [0, ...cuts.sort((x, y) => x - y), 100_000])
  .map((cuts) => Object.fromEntries(NAMES.map((one, i) => [one, ((cuts[i + 1] ?? 0) - (cuts[i] ?? 0)) / 1_000])));
const split: fc.Arbitrary<Split> = fc.oneof(
  fc.constant({ method: "equal" as const }),
  fc.constantFrom("cost" as const, "tokens" as const, "executions" as const).map((by) => ({
    method: "proportional" as const,
    by,
  })),
  percents.map((all) => ({ method: "fixed" as const, percents: all })),
);
const shared: fc.Arbitrary<SharedCost> = fc.record({
  name: fc.constantFrom("s", "t"),
  of: fc.oneof(
    fc.constantFrom("s", "t").map((agent) => ({ match: { agent: [agent] } })),
    fc.integer({ min: 1, max: 10 ** 11 }).map((nano) => ({ amount: nanoUsd(nano) })),
  ),
  split,
});
const rules: fc.Arbitrary<StatementRules> = fc.record({
  entities: fc.tuple(rate, rate, rate, rate).map((rates) =>
    // The last two also match what the first two match: the first one gets it.
    NAMES.map((one, index) => {
      const client = index < 2 ? [one] : [one, "a", "*b"];
      return entity(one, { match: { client }, rate: rates[index] ?? { kind: "cost" } });
    }),
  ),
  shared: fc.array(shared, { maxLength: 3 }),
  tiers: fc.constant([{ upTo: 1_000, percent: 100 }, { upTo: 5_000, percent: 85.125 }, { percent: 70 }]),
});

const entry: fc.Arbitrary<Entry> = fc
  .record({
    amount,
    client: name,
    agent: fc.constantFrom("s", "t", "u"),
    kind: fc.constantFrom("charge" as const, "correction" as const),
    month: fc.constantFrom("2026-01", "2026-02", "2026-02", "2026-02", "2026-03"),
    hold: fc.constantFrom(undefined, "h1", "h2"),
    isExpired: fc.boolean(),
    tokens: fc.option(fc.nat(3_000), { nil: undefined }),
    cost: fc.option(fc.nat(10 ** 9), { nil: undefined }),
    activity: fc.option(name, { nil: undefined }),
  })
  .map(({ amount: cost, client, agent, kind, month, hold, isExpired, tokens, activity, ...of }) =>
    charge(0, {
      ...{ cost, kind, month, tags: { client, agent, ...(activity !== undefined && { activity }) } },
      ...(hold !== undefined && { hold }),
      ...(isExpired && { expired_at: "2026-02-01T00:00:00Z" }),
      ...(tokens !== undefined && {
        usage: [sonnet(tokens, tokens, { cost: of.cost === undefined ? undefined : nanoUsd(of.cost) })],
      }),
    }),
  );
const entries = fc.array(entry, { maxLength: 30 });

const fixedOf = (by: StatementRules) => by.shared.flatMap(({ of }) => ("amount" in of ? of.amount : []));
const costOf = (all: readonly Entry[]) => all.filter(({ month }) => month === "2026-02").map(({ cost }) => cost);
const totals = (by: StatementRules, all: readonly Entry[]) => statementsAfter(by, all).map(({ total }) => total.cost);

describe("the laws of statements", () => {
  it("shares: the parts of every shared cost add up to it, whatever the method", () => {
    fc.assert(
      fc.property(rules, entries, (by, all) => {
        const statements = statementsAfter(by, all).slice(0, -1);
        for (const [index, rule] of by.shared.entries()) {
          const parts = statements.map((statement) => statement.shared[index]);
          const fits = ({ tags = {} }: Entry, { of }: SharedCost) =>
            "match" in of && of.match["agent"]?.includes(tags["agent"] ?? "");
          const own = all.filter((one) => by.shared.findIndex((other) => fits(one, other)) === index);
          const whole = "amount" in rule.of ? rule.of.amount : sum(costOf(own));
          expect(parts.map((part) => part?.whole)).toEqual(parts.map(() => whole));
          expect(sum(parts.map((part) => part?.part as NanoUsd))).toBe(whole);
        }
      }),
    );
  });

  it("direct: each charge is in exactly one entity, in unallocated, or shared", () => {
    // Without tokens and costs of others the parts of a shared cost don't move.
    const equally = rules.map((by) => ({
      ...by,
      shared: by.shared.map((one) => ({ ...one, split: { method: "equal" as const } })),
    }));
    fc.assert(
      fc.property(equally, entries, entry, (by, all, one) => {
        const before = statementsAfter(by, all);
        const after = statementsAfter(by, [...all, { ...one, month: "2026-02" }]);
        const changes = after.map(({ direct }, index) => direct.cost - (before[index]?.direct.cost ?? 0));
        const isShared = by.shared.some(
          ({ of }) => "match" in of && of.match["agent"]?.includes(one.tags?.["agent"] ?? ""),
        );
        expect(changes.filter((change) => change !== 0)).toEqual(isShared || one.cost === 0 ? [] : [one.cost]);
      }),
    );
  });

  it("whole: before rates, entities and unallocated add up to the month's cost and the fixed amounts", () => {
    fc.assert(
      fc.property(rules, entries, (by, all) => {
        expect(sum(totals(by, all))).toBe(sum([...costOf(all), ...fixedOf(by)]));
        const nobody = { ...by, entities: [] };
        expect(sum(totals(nobody, all))).toBe(sum([...costOf(all), ...fixedOf(by)]));
      }),
    );
  });

  it("lines: every list adds up to its total, before and after rates", () => {
    fc.assert(
      fc.property(rules, entries, (by, all) => {
        for (const { byModel, byActivity, corrections, shared: parts, direct, total, margin, rate } of statementsAfter(
          by,
          all,
        )) {
          for (const key of ["cost", "charged"] as const) {
            const corrected = corrections.map((line) => line[key]);
            expect(sum([...byModel.map((line) => line[key]), ...corrected])).toBe(direct[key]);
            expect(sum([...byActivity.map((line) => line[key]), ...corrected])).toBe(direct[key]);
            const ofShared = parts.map((part) => (key === "cost" ? part.part : part.charged));
            expect(sum([direct[key], ...ofShared])).toBe(total[key]);
          }
          expect(margin).toBe(total.charged - total.cost);
          if (rate.kind !== "markup") continue;
          // In thousandths of a percent, rounded half away from zero.
          const exact = BigInt(Math.abs(total.cost)) * BigInt(100_000 + Math.round(rate.percent * 1_000));
          expect(Math.abs(total.charged)).toBe(Number((exact * 2n + 100_000n) / 200_000n));
        }
      }),
    );
  });

  it("markup: cost + 0 % is the cost, and cost + 100 % twice of it", () => {
    fc.assert(
      fc.property(entries, (all) => {
        for (const [percent, factor] of [
          [0, 1],
          [100, 2],
        ] as const) {
          const by = { entities: [entity("a", { rate: { kind: "markup" as const, percent } })], shared: [], tiers: [] };
          const [a] = statementsAfter(by, all);
          expect(a?.total.charged).toBe((a?.total.cost ?? nanoOf(0)) * factor + 0);
        }
      }),
    );
  });
});
