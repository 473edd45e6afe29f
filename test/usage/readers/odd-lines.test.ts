import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/usage/${name}`, import.meta.url), "utf8");

/** A file, what of it is put to something odd, and what is known of it then: input tokens and nano-dollars claimed. */
type Odd = readonly [file: string, good: string, odd: string, input: number, claimed: number];

function known(text: string) {
  const { lines, complete, notes } = readUsage(text);
  const input = lines.reduce((sum, line) => sum + line.input, 0);
  const claimed = lines.reduce((sum, line) => sum + (line.reported_cost ?? 0), 0);
  return { input, claimed, complete, notes: notes.join("\n") };
}

describe("one odd figure of a file", () => {
  it.each<Odd>([
    ["opencode/run.jsonl", '"input":1,', '"input":-423,', 8_002, 36_750_000],
    ["gh-aw/token-usage.jsonl", '"input_tokens":10,', '"input_tokens":1.5,', 154_120, 162_780_000],
    ["aider/analytics.jsonl", '"completion_tokens": 50', '"completion_tokens": -50', 4_213, 25_654_000],
    ["grok-cli/steps.ndjson", '"inputTokens":1000', '"inputTokens":0.1', 1_100, 2_000_000],
    ["grok-cli/result.json", '"cacheReadInputTokens": 41000', '"cacheReadInputTokens": -1', 0, 12_700_000],
    ["copilot-cli/resumed.jsonl", '"inputTokens":22000', '"inputTokens":-1', 24_080, 29_872_500],
  ])("of %s has the tool's own cost: %s → %s", (file, good, odd, input, claimed) => {
    const text = fixture(file);
    expect(text).toContain(good);
    expect(known(text.replace(good, odd))).toMatchObject({ input, claimed, complete: true });
    expect(known(text.replace(good, odd)).notes).toMatch(/own cost is used/);
  });

  it.each<Odd>([
    ["opencode/free.jsonl", '"input":', '"input":-', 0, 0],
    ["opentelemetry/agent.ndjson", '"gen_ai.usage.input_tokens":1500', '"gen_ai.usage.input_tokens":-1', 1_200, 0],
    ["cursor-cli/stream.ndjson", '"inputTokens":300', '"inputTokens":-300', 0, 0],
    ["gh-aw/without-credits.jsonl", '"input_tokens":', '"input_tokens":-', 0, 0],
  ])("of %s that has no cost is missing: %s → %s", (file, good, odd, input, claimed) => {
    // Another run's output stands before it, so that something makes sense.
    const text = fixture(file);
    expect(text).toContain(good);
    const first = text.replaceAll(/(?<=(?:id|ID|Id)":\s*")/g, "other-");
    const whole = known(first);
    const both = known(`${first}\n${text.replace(good, odd)}`);
    expect({ ...both, input: both.input - whole.input }).toMatchObject({ input, claimed, complete: false });
    expect(both.notes).toMatch(/makes? no sense and has no cost/);
  });

  it("refuses a file in which nothing makes sense", () => {
    const text = fixture("cursor-cli/stream.ndjson").replace('"inputTokens":300', '"inputTokens":-300');
    expect(() => readUsage(text)).toThrow(expect.objectContaining({ code: "bad-usage" }));
  });
});
