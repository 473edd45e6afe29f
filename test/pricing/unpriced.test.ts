import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { decodePolicy } from "../../src/inputs/policy/decode.ts";
import type { PricedLine } from "../../src/pricing/unit-prices.ts";
import { configLineFor, unpricedIn } from "../../src/pricing/unpriced.ts";
import { usageLine } from "../../src/usage/usage.ts";
import { nanoUsd } from "../../src/values/money.ts";

const line = ({ prices, unknown, closest, ...facts }: Partial<PricedLine>): PricedLine => ({
  ...usageLine({ model: "m", input: 1000, output: 1000, ...facts }),
  ...(prices ? { prices, price_source: "genai-prices@0.1.8" } : {}),
  ...(unknown === undefined ? {} : { unknown }),
  ...(closest === undefined ? {} : { closest }),
});
const LIST = { input: 1, output: 9 };

describe("what can't be priced", () => {
  it("is told with the lines of the policy file that would mend it", () => {
    expect(unpricedIn(line({}))).toEqual({
      model: "m",
      warning: `No price is known for m: the estimate is charged for it. To price it, add to the policy file:\n${configLineFor("m")}`,
      fix: "To price m, add its prices to the policy file (USD per million tokens):",
      config: configLineFor("m"),
    });
    expect(unpricedIn(line({ reported_cost: nanoUsd(7) }))?.warning).toContain("the tool's own figure is charged");
    expect(unpricedIn(line({ prices: LIST, web_searches: 2 }))).toMatchObject({
      warning: expect.stringContaining("for web search of m: the estimate is charged on top of the rest"),
      config: "prices:\n  m: { web_search: <USD per 1000> }",
    });
    expect(unpricedIn(line({ web_searches: 2, extras: { file_search: 1 } }))?.config).toBe(
      "prices:\n  m: { input: <USD per million>, output: <USD per million>, web_search: <USD per 1000>, file_search: <USD per 1000> }",
    );
  });

  it("is told with the closest model that is known, and its prices", () => {
    const closest = { model: "gpt-5.6-terra", prices: { input: 2, cache_read: 0.2, output: 12 } };
    const hint = "Closest known model: gpt-5.6-terra; its prices are input 2, cache_read 0.2, output 12.";
    expect(unpricedIn(line({ closest }))?.warning).toContain(hint);
    expect(unpricedIn(line({ closest }))?.fix).toContain(hint);
  });

  it.each([
    ["tier", { tier: "priority" }, "the service tier priority of m", "tiers: { priority: <factor> }"],
    ["region", { region: "us" }, "processing in us of m", "regions: { us: <factor> }"],
  ] as const)("is told where it is what a %s changes", (part, facts, what, config) => {
    const one = line({ prices: LIST, unknown: [part], ...facts });
    expect(unpricedIn(one)).toEqual({
      model: "m",
      warning: expect.stringContaining(`No price is known for ${what}: the estimate is charged on top of the rest.`),
      fix: `To price ${what}, add its prices to the policy file (a factor on the prices of the standard service):`,
      config: `prices:\n  m: { ${config} }`,
    });
    expect(unpricedIn({ ...one, reported_cost: nanoUsd(7) })?.warning).toContain(
      `for ${what}: the tool's own figure is charged`,
    );
  });

  it("is told with the input that names the model, where the tool names none", () => {
    expect(unpricedIn(line({ model: "" }))).toMatchObject({
      fix: expect.stringMatching(/model in a workflow, --model/),
    });
    expect(unpricedIn(line({ model: "" }))).not.toHaveProperty("config");
  });

  it.each([
    ["has a price", { prices: LIST }],
    ["was billed", { reported_cost: nanoUsd(7), billed: true }],
    ["is nothing", { input: 0, output: 0 }],
  ])("is not what %s", (_, facts) => {
    expect(unpricedIn(line(facts))).toBeUndefined();
  });
});

describe("the policy line that would price a model", () => {
  it.each(["my-model", "gpt-4.1", "anthropic/claude", "no", "a: b", '"', "___proto__", ""])(
    "is YAML for %j",
    (model) => {
      const policy = parse(configLineFor(model)) as { prices: Record<string, unknown> };
      const placeholder = "<USD per million>";
      expect(policy.prices).toEqual({
        [model === "" ? "the-model" : model]: { input: placeholder, output: placeholder },
      });
    },
  );

  it.each([
    ["its prices", {}, "prices.m.input"],
    ["a piece's price", { wanted: ["file_search" as const] }, "prices.m.file_search"],
    ["a tier's", { wanted: ["tier" as const], tier: "fast" }, "prices.m.tiers.fast"],
    ["a region's", { wanted: ["region" as const], region: "eu" }, "prices.m.regions.eu"],
  ])("is refused as long as %s stand for figures", async (_, wanted, place) => {
    const refusal = await decodePolicy(configLineFor("m", wanted)).catch((error: Error) => error.message);
    expect(refusal).toContain(place);
    expect(refusal).toMatch(/is still the placeholder "<.*>": replace it with /);
  });
});
