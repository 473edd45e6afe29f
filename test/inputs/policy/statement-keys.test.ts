import { describe, expect, it } from "vitest";
import { decodePolicy } from "../../../src/inputs/policy/decode.ts";
import { decodePolicyLeniently } from "../../../src/inputs/policy/usable.ts";
import { statementRulesOf } from "../../../src/inputs/statement-rules-of.ts";
import { nanoOf } from "../../../src/values/money.ts";

const POLICY = `
statements:
  entities:
    - { name: containers, match: { division: containers }, model: showback }
    - { name: client-x, match: { client: [client-x, x-*] }, model: chargeback, rate: cost + 20%, bill-to: Client X Ltd, due: 9 days }
    - { name: Client Y, match: { client: 42 }, model: chargeback, rate: tiers, due: 1 day }
    - name: client-z
      match: { client: client-z }
      model: chargeback
      rates: { claude-sonnet-4-5: { input: 4, output: 20, cache_read: 0.4 } }
  shared:
    - { name: coordination, match: { agent: coordinator }, split: proportional, by: tokens }
    - { name: platform, amount: 12.50 USD, split: equal }
    - { name: licenses, amount: 30, split: { containers: 60%, client-x: 39.5%, Client Y: 0.5% } }
    - { name: review, match: { agent: reviewer }, split: proportional }
  tiers:
    - { up-to: 10000 tokens, rate: 100% }
    - { up-to: 50000 tokens, rate: 85% }
    - { rate: 70% }
`;

const ENTITY = "{ name: a, match: { client: a }, model: showback }";
const withEntity = (change: string) => `statements: { entities: [{ ${change} }] }`;
const withShared = (change: string) => `statements: { entities: [${ENTITY}], shared: [{ ${change} }] }`;
const withTiers = (tiers: string) => `statements: { entities: [${ENTITY}], tiers: [${tiers}] }`;

describe("statements in a policy file", () => {
  it("are understood key by key", async () => {
    expect(statementRulesOf(await decodePolicy(POLICY))).toEqual({
      entities: [
        {
          name: "containers",
          match: { division: ["containers"] },
          model: "showback",
          rate: { kind: "cost" },
          billTo: undefined,
          dueDays: undefined,
        },
        {
          name: "client-x",
          match: { client: ["client-x", "x-*"] },
          model: "chargeback",
          rate: { kind: "markup", percent: 20 },
          billTo: "Client X Ltd",
          dueDays: 9,
        },
        {
          name: "Client Y",
          match: { client: ["42"] },
          model: "chargeback",
          rate: { kind: "tiers" },
          billTo: undefined,
          dueDays: 1,
        },
        {
          name: "client-z",
          match: { client: ["client-z"] },
          model: "chargeback",
          rate: { kind: "card", card: { "claude-sonnet-4-5": { input: 4, output: 20, cache_read: 0.4 } } },
          billTo: undefined,
          dueDays: undefined,
        },
      ],
      shared: [
        {
          name: "coordination",
          of: { match: { agent: ["coordinator"] } },
          split: { method: "proportional", by: "tokens" },
        },
        { name: "platform", of: { amount: nanoOf(12.5) }, split: { method: "equal" } },
        {
          name: "licenses",
          of: { amount: nanoOf(30) },
          split: { method: "fixed", percents: { containers: 60, "client-x": 39.5, "Client Y": 0.5 } },
        },
        { name: "review", of: { match: { agent: ["reviewer"] } }, split: { method: "proportional", by: "cost" } },
      ],
      tiers: [
        { upTo: 10_000, percent: 100 },
        { upTo: 50_000, percent: 85 },
        { upTo: undefined, percent: 70 },
      ],
    });
  });

  it("are none where the policy has none", () => {
    expect(statementRulesOf({})).toBeUndefined();
  });

  it.each([
    ["statements: { entitys: [] }", '"entitys" isn\'t a key of statements', "did you mean entities?"],
    ["statements: { shared: [] }", "statements.entities is empty", "a list of 1 to 50"],
    ["statements: { entities: [] }", "statements.entities is a list that can't be used", "a list of 1 to 50"],
    [withEntity("name: a, match: { x: a }, modl: showback"), '"modl" isn\'t a key', "did you mean model?"],
    [withEntity("name: a, match: { x: a }, model: both"), 'model is "both"', "showback or chargeback"],
    [withEntity("name: '!!', match: { x: a }, model: showback"), "entities.0.name", "a letter or digit"],
    [withEntity("name: Unallocated, match: { x: a }, model: showback"), "entities.0.name", "belongs to nobody"],
    [withEntity("name: a, match: {}, model: showback"), "entities.0.match", "at least one tag"],
    [withEntity("name: a, model: showback"), "entities.0.match is empty", "at least one tag"],
    [withEntity("name: a, match: { x: a }, model: showback, rate: cost - 5%"), 'rate is "cost - 5%"', "cost + 20%"],
    [withEntity("name: a, match: { x: a }, model: showback, rate: cost + 5000%"), "entities.0.rate", "up to 1000%"],
    [withEntity("name: a, match: { x: a }, model: showback, rate: tiers"), "entities.0.rate", "has no tiers"],
    [withEntity("name: a, match: { x: a }, model: showback, rates: {}"), "entities.0.rates", "input: 4, output: 20"],
    [
      withEntity("name: a, match: { x: a }, model: showback, rates: { m: { input: 1, outptu: 2, output: 3 } }"),
      '"outptu" isn\'t a key',
      "did you mean output?",
    ],
    [
      withEntity("name: a, match: { x: a }, model: showback, rate: cost, rates: { m: { input: 1, output: 2 } }"),
      "entities.0.rates is there beside rate",
      "remove one",
    ],
    [withEntity("name: a, match: { x: a }, model: showback, due: 2 weeks"), 'due is "2 weeks"', "such as 9 days"],
    [
      "statements: { entities: [{ name: Client X, match: { c: x }, model: showback }, { name: client-x, match: { c: y }, model: chargeback }] }",
      'entities.1.name is "client-x"',
      'as those of "Client X"',
    ],
    [
      "statements: { entities: [{ name: team-2, match: { c: x }, model: showback }, { name: team, match: { c: y }, model: showback }] }",
      'entities.1.name is "team"',
      'same number or file as those of "team-2"',
    ],
    [withShared("name: s, split: equal"), "shared.0 has neither match nor amount", "give one"],
    [withShared("name: s, match: { x: y }, amount: 3 USD, split: equal"), "has both match and amount", "give one"],
    [withShared("name: s, amount: 300 tokens, split: equal"), "shared.0.amount", "12.50 USD"],
    [withShared("name: s, amount: 3 USD"), "shared.0.split is empty", "proportional, equal"],
    [withShared("name: s, amount: 3 USD, split: equal, by: cost"), "shared.0.by", "without split: proportional"],
    [withShared("name: s, amount: 3 USD, split: proportional, by: lines"), "shared.0.by", "cost, tokens or executions"],
    [withShared("name: s, amount: 3 USD, split: { a: 60% }"), "shared.0.split adds up to 60%", "100%"],
    [withShared("name: s, amount: 3 USD, split: { a: 60%, b: 40% }"), "split.b", "doesn't have"],
    [withShared("name: s, amount: 3 USD, split: { a: 60 }"), "shared.0.split.a", "a percentage for each entity"],
    [
      `statements: { entities: [${ENTITY}], shared: [{ name: s, amount: 1, split: equal }, { name: s, amount: 1, split: equal }] }`,
      "shared.1.name",
      "two shared costs",
    ],
    [withTiers("{ up-to: 10 tokens, rate: 100% }"), "tiers.0.up-to", "must be open"],
    [withTiers("{ rate: 100% }, { rate: 70% }"), "tiers.0 has no up-to", "only the last"],
    [
      withTiers("{ up-to: 9 tokens, rate: 100% }, { up-to: 9 tokens, rate: 90% }, { rate: 1% }"),
      "tiers.1.up-to",
      "must ascend",
    ],
    [withTiers("{ up-to: 10, rate: 100% }, { rate: 70% }"), "tiers.0.up-to", "such as 10000 tokens"],
    [
      `budgets: [{ name: b, match: { client: a }, limit: 4 USD }]\n${withEntity("name: a, match: { cleint: a }, model: showback")}`,
      'match.cleint is the tag "cleint"',
      'elsewhere it is "client"',
    ],
  ])("can't be %j", async (text, place, right) => {
    const refused = decodePolicy(text);
    await expect(refused).rejects.toThrow(place);
    await expect(refused).rejects.toThrow(right);
    await expect(refused).rejects.toHaveProperty("code", "bad-policy");
  });

  it.each(["team-1", "teams", "team-02", "team-2b"])("may be named %s beside team", async (name) => {
    const entities = ["team", name].map((one, index) => `{ name: ${one}, match: { c: x${index} }, model: showback }`);
    await decodePolicy(`statements: { entities: [${entities.join(", ")}] }`);
  });

  it("leave every other key as it is where they contradict themselves", async () => {
    const text = `monthly-budget: 15\n${withShared("name: s, amount: 3 USD, split: { a: 60% }")}`;
    const { policy, broken, problem } = await decodePolicyLeniently(text);
    expect(policy).toEqual({ "monthly-budget": nanoOf(15) });
    expect(broken).toEqual(new Set(["statements"]));
    expect(problem?.code).toBe("bad-policy");
  });
});
