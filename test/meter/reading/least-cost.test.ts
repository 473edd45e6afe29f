import { describe, expect, it } from "vitest";
import { leastCost } from "../../../src/meter/reading/least-cost.ts";
import { metered } from "./exchange.ts";

const at = "2026-11-29T12:00:00Z";

describe("the least cost of a request", () => {
  it("is its input at the price of reading it from a cache", async () => {
    const asked = { model: "claude-sonnet-4-5", inputTokensAtLeast: 100_000 };
    // $0.30 a million.
    expect(await leastCost(asked, metered("anthropic", "messages", "anthropic"), { overrides: {}, at })).toBe(
      30_000_000,
    );
    const overrides = { "claude-sonnet-4-5": { input: 10, output: 20, cache_read: 2 } };
    expect(await leastCost(asked, metered("anthropic", "messages", "anthropic"), { overrides, at })).toBe(200_000_000);
  });

  it("is nothing for no input, and unknown for a model without a price or no model", async () => {
    const route = metered("openai", "chat", "openai");
    const ask = (model: string | undefined, inputTokensAtLeast: number) =>
      leastCost({ model, inputTokensAtLeast }, route, { overrides: {}, at });
    expect(await ask("gpt-4o-mini", 0)).toBe(0);
    expect(await ask("gpt-totally-made-up", 1000)).toBeNull();
    expect(await ask(undefined, 1000)).toBeNull();
  });
});
