import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countOf } from "../support/pace/pace.ts";
import { BY_HAND, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();

const policyAt = (percent: number, model: string) => `
monthly-budget: 1000
statements:
  entities:
    - { name: a, match: { client: a }, model: ${model}, rate: cost + ${percent}%, due: ${percent} days }
    - { name: b, match: { client: b }, model: showback }
  shared: [{ name: s, amount: 1 USD, split: proportional, by: cost }]
`;

const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant("issue" as const), writers: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constantFrom("void" as const, "paid" as const), pick: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant("charge" as const), client: fc.constantFrom("a", "b", "c") }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant("policy" as const),
      percent: fc.integer({ min: 0, max: 99 }),
      model: fc.constantFrom("chargeback", "showback"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("month" as const) }) },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

const issued = (): { number: string; month: string; entity: string; void?: string }[] =>
  world.books().state?.statements ?? [];

async function done(one: Act, month: number): Promise<void> {
  switch (one.act) {
    case "issue": {
      const writers = Array.from({ length: one.writers }, () => world.run("statement", { issue: "true" }, BY_HAND));
      for (const { failure } of await Promise.all(writers)) expect(failure).toBeNull();
      return;
    }
    case "void":
    case "paid": {
      const all = issued();
      const { number, void: voided } = all[one.pick % Math.max(1, all.length)] ?? {};
      if (number === undefined || voided !== undefined) return;
      await world.run("statement", { [one.act]: number, reason: "r" }, BY_HAND);
      return;
    }
    case "charge":
      await world.run("record", { cost: "1.23", tags: `client=${one.client}` });
      return;
    case "policy":
      world.policy(policyAt(one.percent, one.model));
      return;
    case "month":
      world.at(`2026-0${month}-02T10:00:00Z`);
  }
}

describe("the law fixed", () => {
  it("an issued statement keeps its number and its bytes, whoever issues what afterwards, and however many at once", async () => {
    world.roles.set("maintainer", "admin");
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 8 }), async (acts) => {
        world.store.put({ state: null, lines: [], files: {} });
        world.policy(policyAt(20, "chargeback"));
        world.at("2026-01-10T10:00:00Z");
        await world.run("record", { cost: "1", tags: "client=a" });
        world.at("2026-02-02T10:00:00Z");
        let month = 2;
        for (const one of acts) {
          const before = world.store.kept.files ?? {};
          const numbers = issued().map(({ number }) => number);
          if (one.act === "month") month += 1;
          await done(one, month);
          expect(world.store.kept.files ?? {}).toMatchObject(before);
          expect(issued().map(({ number }) => number)).toEqual(expect.arrayContaining(numbers));
        }
        const all = issued();
        expect(new Set(all.map(({ number }) => number)).size).toBe(all.length);
        // Three files each, and no other.
        expect(Object.keys(world.store.kept.files ?? {})).toHaveLength(3 * all.length);
        // At most one of an entity's month isn't void.
        const valid = all.filter((one) => one.void === undefined).map(({ month, entity }) => `${month} ${entity}`);
        expect(new Set(valid).size).toBe(valid.length);
        for (const [path, text] of Object.entries(world.store.kept.files ?? {})) {
          if (path.endsWith(".json")) expect(all.map(({ number }) => number)).toContain(JSON.parse(text).number);
        }
      }),
      { numRuns: countOf("fewCases") },
    );
  });

  it("two maintainers at once issue one statement", async () => {
    world.policy(policyAt(20, "chargeback"));
    world.roles.set("maintainer", "admin");
    world.at("2026-01-10T10:00:00Z");
    await world.run("record", { cost: "1", tags: "client=a" });
    world.at("2026-02-02T10:00:00Z");
    await world.run("recap");
    const both = await Promise.all([1, 2].map(() => world.run("statement", { issue: "true" }, BY_HAND)));
    expect(both.map(({ outputs }) => outputs["statement"])).toEqual(["INV-2026-01-A", "INV-2026-01-A"]);
    expect(both.map(({ outputs }) => outputs["commit"] !== "").sort()).toEqual([false, true]);
    expect(issued()).toHaveLength(1);
  });
});
