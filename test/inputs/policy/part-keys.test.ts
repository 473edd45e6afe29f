import { describe, expect, it } from "vitest";
import { decodePolicy } from "../../../src/inputs/policy/decode.ts";
import { settingsOf } from "../../../src/inputs/settings-of.ts";
import { looksAlike } from "../../../src/values/closest.ts";
import { BudgetError } from "../../../src/values/errors.ts";

const POLICY = `
monthly-budget: 15
reserve: 7.5%
approval-environment: ai-budget
admit: { normal: 90%, low: 75% }
budgets:
  - name: infrastructure
    match: { division: infrastructure, project: [42, "web-*"] }
    limit: 4 USD
    period: month
    alerts: [50, 75, 90]
    on-exceed: deny
  - name: agents
    for-each: [agent]
    limit: 50000 tokens
    period: 2026-02-10/2026-02-24
    overage: 10%
    on-exceed: approve
    count: all
    target: { pr: 0.05 USD }
required-tags: [project, agent]
large-run: 50000 tokens
models:
  - { use: claude-opus-4-5, until: 60%, match: { agent: architect } }
  - { use: claude-haiku-4-5 }
estimate:
  base: { dev-lead: 20000 tokens, "*": 3000 tokens }
  phase: { development: 3 }
  price-as: claude-sonnet-4-5
`;

async function problemsOf(text: string): Promise<string> {
  const error: unknown = await decodePolicy(text).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(BudgetError);
  return (error as BudgetError).message;
}

describe("sub-budgets in a policy file", () => {
  it("are understood key by key, with what isn't said", async () => {
    const { settings } = settingsOf({ inputs: {}, policy: await decodePolicy(POLICY) });
    expect(settings).toMatchObject({
      reserve: { percent: 7.5 },
      approvalEnvironment: "ai-budget",
      admit: { normal: 90, low: 75 },
      requiredTags: ["project", "agent"],
      largeRun: { unit: "tokens", amount: 50_000 },
      estimate: "auto",
      formula: {
        base: { "dev-lead": 20_000, "*": 3_000 },
        phase: { development: 3 },
        complexity: {},
        priceAs: "claude-sonnet-4-5",
      },
      models: [
        { use: "claude-opus-4-5", until: 60, match: { agent: ["architect"] } },
        { use: "claude-haiku-4-5", until: undefined, match: {} },
      ],
    });
    expect(settings.parts).toEqual([
      {
        name: "infrastructure",
        match: { division: ["infrastructure"], project: ["42", "web-*"] },
        forEach: [],
        limit: { unit: "USD", amount: 4_000_000_000 },
        period: "month",
        alerts: [50, 75, 90],
        overage: 0,
        onExceed: "deny",
        count: "net",
        target: {},
      },
      {
        name: "agents",
        match: {},
        forEach: ["agent"],
        limit: { unit: "tokens", amount: 50_000 },
        period: { from: "2026-02-10", to: "2026-02-24" },
        alerts: [],
        overage: 10,
        onExceed: "approve",
        count: "all",
        target: { pr: { unit: "USD", amount: 50_000_000 } },
      },
    ]);
  });

  it("are none where the policy names none", () => {
    const { settings } = settingsOf({ inputs: {}, policy: {} });
    expect(settings).toMatchObject({ parts: [], reserve: undefined, admit: {}, requiredTags: [], models: [] });
  });

  it.each([
    ["reserve: 7.5", "line 1: reserve", "7.5%, from 0% to 100%"],
    ["reserve: 120%", "line 1: reserve", "from 0% to 100%"],
    ["reserve: 100 tokens", "line 1: reserve", "1.50 USD"],
    ["admit: { normal: 50%, low: 60% }", "admit.low is 60%", "can't be higher"],
    ["admit: { high: 5% }", `"high" isn't a key of admit`, "normal, low"],
    ["large-run: 50000 words", "large-run", "50000 tokens"],
    ["large-run: 9000000", "large-run", "dollars need no unit"],
    ["reserve: 1.5 EUR", "line 1: reserve", "1.50 USD"],
    ["models: [{ use: x, until: 160% }]", "models.0.until", "from 0% to 100%"],
    ["models: [{ ues: x }]", `"ues" isn't a key of models.0`, "use, until, match"],
    ["estimate: { base: { qa: 5 }, price-as: x }", "estimate.base.qa", "20000 tokens"],
    ["estimate: { bsae: { qa: 5 tokens }, price-as: x }", `"bsae" isn't a key of estimate`, "base, phase"],
    ["estimate: { base: { qa: 5 tokens } }", "estimate.price-as is empty", "name of a model"],
    ["budgets: 5", "budgets", "a list of at most 50"],
    ["budgets: [{ name: a, limit: -4 }]", "budgets.0.limit", "4 USD or 50000 tokens"],
    ["budgets: [{ name: a, limit: 0 }]", "budgets.0.limit", "more than 0"],
    ["budgets: [{ name: a, limit: 0 USD }]", "budgets.0.limit", "more than 0"],
    ["budgets: [{ name: a, limit: 1.5 tokens }]", "budgets.0.limit", "50000 tokens"],
    ["budgets: [{ name: a }]", "budgets.0.limit is empty", "with its unit"],
    ["budgets:\n  - name: a\n    limit: 4 USD\n    peroid: day", "line 4", "did you mean period?"],
    ["budgets: [{ name: __proto__, limit: 4 USD }]", "budgets.0.name", "1 to 64"],
    ["budgets: [{ name: a, limit: 4 USD }, { name: a, limit: 5 USD }]", "budgets.1.name", "two sub-budgets"],
    ["budgets: [{ name: a, limit: 4 USD }, { name: A, limit: 5 USD }]", "budgets.1.name", 'the other is "a"'],
    ["budgets: [{ name: a, for-each: [x], limit: 4 USD }, { name: a/b, limit: 5 USD }]", "budgets.1.name", "for-each"],
    ["budgets: [{ name: a, limit: 4 USD, period: 2026-02-24/2026-02-10 }]", "period", "before it begins on 2026-02-24"],
    ["budgets: [{ name: a, limit: 4 USD, period: 2026-02-31/2026-03-10 }]", "budgets.0.period", "two days"],
    ["budgets: [{ name: a, limit: 4 USD, period: year }]", "budgets.0.period", "day, week, month, none"],
    ["budgets: [{ name: a, limit: 4 USD, alerts: [90, 50] }]", "budgets.0.alerts", "ascending"],
    ["budgets: [{ name: a, limit: 4 USD, overage: 10 }]", "budgets.0.overage", "such as 10%"],
    ["budgets: [{ name: a, limit: 4 USD, on-exceed: approve }]", "on-exceed", "approval-environment"],
    ["budgets: [{ name: a, limit: 4 USD, match: { agent: [] } }]", "match.agent", "division"],
    ["budgets: [{ name: a, limit: 4 USD, match: { agent: x } }]\nrequired-tags: [agnet]", "line 2", 'is "agent"'],
    [
      "budgets: [{ name: a, limit: 4 USD, match: { agent: x } }, { name: b, limit: 4 USD, for-each: [Agent] }]",
      "budgets.1.for-each.0",
      'is "agent"',
    ],
  ])("%j is refused with the place and what would be right", async (text, place, right) => {
    const message = await problemsOf(text);
    expect(message).toContain(place);
    expect(message).toContain(right);
  });

  it.each([
    ["agent", "agnet", true],
    ["division", "divison", true],
    ["team_name", "Team-Name", true],
    ["project", "product", false],
    ["team", "user", false],
    ["qa", "qe", false],
  ])("takes %s and %s for one tag misspelt: %s", (a, b, isSame) => {
    expect(looksAlike(a, b)).toBe(isSame);
  });
});
