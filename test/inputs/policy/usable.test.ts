import { describe, expect, it } from "vitest";
import { decodePolicyLeniently } from "../../../src/inputs/policy/usable.ts";
import { settingsOf } from "../../../src/inputs/settings-of.ts";
import { BudgetError } from "../../../src/values/errors.ts";
import { nanoOf } from "../../../src/values/money.ts";

const GOOD = `monthly-budget: 15
alerts: [50]
milestone-interval: 1
notify: { discord: [exhausted] }
billing: subscription
prices: { mine: { input: 1, output: 2 } }
budgets:
  - { name: dev, match: { agent: dev }, limit: 2 USD }
`;

async function settingsFor(text: string, inputs = {}) {
  const { policy, broken, problem } = await decodePolicyLeniently(text);
  return { ...settingsOf({ inputs, policy, broken }).settings, policy, problem };
}

describe("a policy file that is right", () => {
  it("is read as a check reads it, with no problem", async () => {
    const { problem, monthlyBudget, parts, defersCrossings } = await settingsFor(GOOD);
    expect(problem).toBeUndefined();
    expect(monthlyBudget).toBe(nanoOf(15));
    expect([parts?.length, defersCrossings]).toEqual([1, undefined]);
  });
});

describe("a policy file with a mistake", () => {
  it("loses the key that is wrong, and a booking goes by all the others", async () => {
    const found = await settingsFor(`${GOOD}timezone: Mars/Olympus\nmonthly-budgt: 3\n`);
    expect(found.problem).toBeInstanceOf(BudgetError);
    expect(found.problem?.message).toMatch(/timezone.*monthly-budgt/s);
    expect(found).toMatchObject({
      monthlyBudget: nanoOf(15),
      alerts: [50],
      notify: ["exhausted"],
      timezone: undefined,
    });
    expect(found.parts?.map(({ name }) => name)).toEqual(["dev"]);
    expect(found.policy).toMatchObject({ billing: "subscription", prices: { mine: { input: 1 } } });
  });

  it("in its budgets leaves the books' sub-budgets as they are", async () => {
    const found = await settingsFor(GOOD.replace("2 USD", "2 EUR"));
    expect(found).toMatchObject({ parts: undefined, alerts: [50], monthlyBudget: nanoOf(15) });
  });

  it("that makes two keys contradict each other loses the one named", async () => {
    const found = await settingsFor(GOOD.replace("limit: 2 USD", "limit: 2 USD, on-exceed: approve"));
    expect(found).toMatchObject({ parts: undefined, alerts: [50] });
  });

  it("in one model's prices keeps those of the others", async () => {
    const prices = "prices: { mine: { input: 1, output: 2 }, yours: { input: cheap } }";
    const { policy } = await settingsFor(GOOD.replace(/prices: .*/, prices));
    expect(policy.prices).toEqual({ mine: { input: 1, output: 2 } });
  });

  it.each(["alerts: [90, 50]", "milestone-interval: 0", "notify: { slack: all }"])(
    "in %j leaves what is crossed for the next writer, unless an input says all of it",
    async (line) => {
      const [key] = line.split(":");
      const text = GOOD.replace(new RegExp(`${key}: .*`), line);
      expect((await settingsFor(text)).defersCrossings).toBe(true);
      const inputs = { alerts: [75], milestoneInterval: nanoOf(5), notify: ["alert"] };
      // No input has the routes.
      expect((await settingsFor(text, inputs)).defersCrossings).toBe(key === "notify" ? true : undefined);
    },
  );

  it("in its budget or time zone lets no input take the key's place", async () => {
    const inputs = { monthlyBudget: nanoOf(99), timezone: "Europe/Berlin" };
    const found = await settingsFor(`${GOOD.replace("15", "-1")}timezone: Mars/Olympus\n`, inputs);
    expect(found).toMatchObject({ monthlyBudget: undefined, askedBudget: undefined, timezone: undefined });
  });
});

describe("a policy file that can't be read at all", () => {
  it.each(["a: [", "- a list", "just text", "a: &x 1\nb: *x", "x".repeat(200_000)])(
    "says nothing (%#)",
    async (text) => {
      const found = await settingsFor(text, { monthlyBudget: nanoOf(99) });
      expect(found.problem).toMatchObject({ code: "bad-policy" });
      expect(found).toMatchObject({ policy: {}, parts: undefined, monthlyBudget: undefined, askedBudget: undefined });
      expect(found.defersCrossings).toBe(true);
    },
  );
});
