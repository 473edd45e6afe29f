import { describe, expect, it } from "vitest";
import { decodePolicy } from "../../../src/inputs/policy/decode.ts";
import { policySchema, WANTED } from "../../../src/inputs/policy/policy.ts";
import { PRICE_KEYS } from "../../../src/inputs/policy/price-keys.ts";
import { OVERRIDE_KEYS } from "../../../src/pricing/unit-prices.ts";
import { BudgetError } from "../../../src/values/errors.ts";

async function refusal(text: string): Promise<string> {
  const error = await decodePolicy(text).then(
    (policy) => {
      throw new Error(`taken for good: ${JSON.stringify(policy)}`);
    },
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BudgetError);
  expect((error as BudgetError).code).toBe("bad-policy");
  expect((error as BudgetError).message).toContain(".github/token-budget.yml");
  return (error as BudgetError).message;
}

describe("a policy file", () => {
  it("is understood key by key, dollars in nano-dollars", async () => {
    const policy = await decodePolicy(`
name: AI Orchestration            # in messages
monthly-budget: 15
milestone-interval: 5
alerts: [75, 90]
timezone: Europe/Berlin
estimate: auto
default-estimate: 0.055
hold-minutes: 60
on-deny: continue
prices:                           # USD per million tokens
  my-finetune: { input: 1.2, output: 4.8, cache_read: 0.12 }
  claude-sonnet-4-5: { multiplier: 0.5 }
notify:
  discord: [milestone, alert, exhausted, recap, reset, warning]
  mention: "123456789012345678"
`);
    expect(policy).toEqual({
      name: "AI Orchestration",
      "monthly-budget": 15_000_000_000,
      "milestone-interval": 5_000_000_000,
      alerts: [75, 90],
      timezone: "Europe/Berlin",
      estimate: "auto",
      "default-estimate": 55_000_000,
      "hold-minutes": 60,
      "on-deny": "continue",
      prices: {
        "my-finetune": { input: 1.2, output: 4.8, cache_read: 0.12 },
        "claude-sonnet-4-5": { multiplier: 0.5 },
      },
      notify: {
        discord: ["milestone", "alert", "exhausted", "recap", "reset", "warning"],
        mention: "123456789012345678",
      },
    });
  });

  it.each(["", "\n", "# nothing yet\n", "---\n"])("that is empty (%j) says nothing", async (text) => {
    expect(await decodePolicy(text)).toEqual({});
  });

  it.each([
    ["monthly-budgett: 15", "line 1", "did you mean monthly-budget?"],
    ["monthly_budget: 15", "line 1", "did you mean monthly-budget?"],
    ["name: a\nfriends: []", "line 2", "isn't a key of the policy"],
    ["__proto__: { name: x }", "__proto__", "isn't a key"],
    ["monthly-budget: 15\nmonthly-budget: 20", "line 2", "unique"],
    ["monthly-budget: fifty", 'is "fifty"', "a number of US dollars"],
    ['monthly-budget: "15"', "line 1", "a number of US dollars"],
    ["monthly-budget: 15 USD", "line 1", "a number of US dollars"],
    ["monthly-budget: -1", 'is "-1"', "more than 0"],
    ["monthly-budget: 0", "line 1", "more than 0"],
    ["monthly-budget: .inf", "line 1", "a number"],
    ["monthly-budget: 9e99", "line 1", "a number"],
    ["monthly-budget:", "is empty", "a number of US dollars"],
    ["milestone-interval: 0.001", "line 1", "at least 0.01"],
    ["estimate: 0", "line 1", "auto, or"],
    ["estimate: 0.0000000001", "line 1", "auto, or"],
    ["alerts: [90, 75]", "line 1", "ascending"],
    ["alerts:\n  - 50\n  - 101", "line 3", "from 1 to 100"],
    ["alerts: 75", "line 1", "a list"],
    ["alerts: [90, { at: 60, severity: info }]", "line 1", "ascending"],
    ["alerts: [{ at: 60, severity: high }]", 'alerts.0.severity is "high"', "info, warning, critical or emergency"],
    ["notify: { escalate: { warning: soon } }", 'notify.escalate.warning is "soon"', "2 h or 30 min"],
    ["notify: { escalate: { info: 2 h } }", '"info" isn\'t a key of notify.escalate', "warning, critical"],
    ["timezone: Berlin", "line 1", "Europe/Berlin"],
    ["on-deny: maybe", "line 1", "fail or continue"],
    ["hold-minutes: 1.5", "line 1", "whole number"],
    ['name: "a\\nb"', "line 1", "one line"],
    ["notify: { discord: [milestones] }", "notify.discord", "milestone, alert"],
    ["notify: { slack: all }", "slack", "isn't a key of notify; its keys are kinds, discord, hosts, routes, mention"],
    ["notify: { mentoin: x }", "mentoin", "did you mean mention?"],
    ["notify:\n  mention: 123456789012345678", "line 2: notify.mention", "in quotation marks"],
    ["notify: { mention: 123456789012345678 }", "notify.mention", "a number that loses its last digits"],
    ['notify: { mention: "1234" }', 'is "1234"', "17 to 20 digits"],
    ['notify: { mention: "<@&123456789012345678>" }', "notify.mention", "the id of a Discord role"],
    ["notify: { mention: everyone }", "notify.mention", "17 to 20 digits"],
    ["prices:\n  m:\n    inputt: 1\n    output: 2", "line 3", "did you mean input?"],
    ["prices:\n  m: { input: -1 }", "prices.m.input", "per million"],
    ["prices: { m: {} }", "prices.m", "per million"],
    ["prices: { m: { tiers: { priority: 0 } } }", "prices.m.tiers.priority", "a factor by service tier"],
    ["prices: { m: { tiers: { priority: { inputt: 1 } } } }", "prices.m.tiers.priority", "did you mean input?"],
    ["prices: { m: { tiers: { priority: { tiers: 1 } } } }", "prices.m.tiers.priority", "isn't a key"],
    ["prices: { m: { tiers: { standard: 1 } } }", "prices.m.tiers", "the standard service has the model's own"],
    ["prices: { m: { regions: { global: 1 } } }", "prices.m.regions", "worldwide processing has the model's own"],
    ["prices: { m: { regions: {} } }", "prices.m.regions", "a factor by region"],
    ["prices: { m: { input: <USD per million> } }", "prices.m.input", "placeholder"],
    ["- a\n- b", "keys and values", "monthly-budget"],
    ["just text", "keys and values", "monthly-budget"],
    ["alerts: [75\nname: x", "line", "flow"],
    ["name: !!js/function 'x'", "line 1", "tag"],
    ["a: 1\n---\nb: 2", "line", "documents"],
    ["name: &n Budget\ntimezone: *n", "aliases", "write the values out"],
  ])("%j is refused with the place and what would be right", async (text, place, right) => {
    const message = await refusal(text);
    expect(message).toContain(place);
    expect(message.toLowerCase()).toContain(right.toLowerCase());
  });

  it("has all its errors named at once", async () => {
    const message = await refusal("monthly-budgett: 15\nalerts: [0]\nestimate: free\n");
    expect(message).toMatch(/^- line 1: /m);
    expect(message).toMatch(/^- line 2: /m);
    expect(message).toMatch(/^- line 3: /m);
  });

  it("full of aliases of aliases is refused at once", async () => {
    const levels = Array.from(
      { length: 20 },
      (_, level) => `l${level}: &l${level} [${"*l".concat(`${level - 1}, `).repeat(9)}]`,
    );
    expect(await refusal(`l0: &l0 [x]\n${levels.slice(1).join("\n")}`)).toContain("aliases");
  });

  it("that is huge or nested without end is refused", async () => {
    expect(await refusal(`name: ${"x".repeat(200_000)}`)).toContain("longer than");
    await refusal("[".repeat(90_000));
  });

  it("isn't quoted at length or over several lines", async () => {
    const message = await refusal(`timezone: "${"x".repeat(5_000)}\\u001b[31m\\n::error::gotcha"`);
    expect(message.length).toBeLessThan(300);
    expect(message).not.toContain("\n");
  });

  it("has what would be right for every key it may have", () => {
    expect(Object.keys(WANTED)).toEqual(Object.keys(policySchema.shape));
  });

  it("takes every price that pricing knows", async () => {
    expect([...PRICE_KEYS].sort()).toEqual([...OVERRIDE_KEYS].sort());
    const services = { tiers: { priority: 2, flex: { input: 1, output: 4 } }, regions: { us: 1.1 } };
    expect(await decodePolicy(JSON.stringify({ prices: { m: services } }))).toEqual({ prices: { m: services } });
  });
});
