import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/usage/claude-code/${name}`, import.meta.url), "utf8");

const ONE_CALL = { input: 32_100, cache_read: 30_000, cache_write_5m: 2_000, cache_write_1h: 0, output: 50 };
const times = (n: number) => Object.fromEntries(Object.entries(ONE_CALL).map(([key, count]) => [key, count * n]));

describe("Claude Code", () => {
  it.each([
    ["json-run.json", { model: "claude-sonnet-5", ...ONE_CALL, reported_cost: 11_700_000 }],
    ["json-resume.json", { model: "claude-sonnet-5", ...times(2), reported_cost: 23_400_000 }],
    ["json-second-resume.json", { model: "claude-sonnet-5", ...times(3), reported_cost: 35_100_000 }],
    ["max-budget.json", { model: "claude-sonnet-5", ...ONE_CALL, reported_cost: 11_700_000 }],
    ["unknown-model.json", { model: "my-gateway-model", ...ONE_CALL, reported_cost: 17_400_000 }],
    ["stream.ndjson", { model: "claude-opus-4-5", ...ONE_CALL, reported_cost: 29_250_000, largest_input: 32_100 }],
    ["several-turns.ndjson", { model: "claude-sonnet-5", ...times(2), reported_cost: 23_400_000, requests: 2 }],
    ["without-model-usage.ndjson", { model: "claude-opus-4-5", ...ONE_CALL, reported_cost: 29_250_000 }],
    [
      "execution-file.json",
      { model: "claude-sonnet-4-5", input: 16_420, cache_read: 8_000, cache_write_5m: 8_400, output: 1_066 },
    ],
  ])("%s is read to the last token", (name, line) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "claude-code", complete: true, notes: [] });
    expect(report.lines).toHaveLength(1);
    expect(report.lines[0]).toMatchObject(line);
    expect(report.reported_total).toBe(report.lines[0]?.reported_cost);
  });

  it.each([
    [
      "fast-mode.json",
      [
        { model: "claude-opus-4-8", tier: "fast", input: 25_000, reported_cost: 100_000_000 },
        { model: "claude-haiku-4-5-20251001", input: 500 },
      ],
    ],
    ["hour-cache.json", [{ model: "claude-sonnet-5", cache_write_5m: 0, cache_write_1h: 6_000 }]],
    ["inference-profile.json", [{ provider: "aws", model: "claude-haiku-4-5", input: 200 }]],
    [
      "odd-model.json",
      [
        { model: "claude-opus-4-8", input: 100 },
        { model: "my-gateway-model", input: 0, output: 0, reported_cost: 20_000_000 },
      ],
    ],
    [
      "long-requests.ndjson",
      [
        {
          ...{ model: "claude-sonnet-4-5", counting: "cumulative", input: 300_000, largest_input: 250_000 },
          parts: [{ input: 250_000, cache_read: 240_000, cache_write_5m: 10_000, output: 800, requests: 1 }],
        },
      ],
    ],
  ])("%s is read to the last token, and by its price", (name, lines) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "claude-code", complete: true });
    expect(report.lines).toMatchObject(lines);
    expect(report.lines).toHaveLength(lines.length);
    // Only the model of the main loop was fast.
    expect(report.lines.filter((line) => line.tier !== undefined)).toHaveLength(name === "fast-mode.json" ? 1 : 0);
  });

  it("keeps the good models of a result, and says what is missing of an odd one", () => {
    const report = readUsage(fixture("odd-model-without-cost.json"));
    expect(report).toMatchObject({ complete: false, lines: [{ model: "claude-opus-4-8", input: 100 }] });
    expect(report.notes).toEqual([expect.stringMatching(/makes no sense .* \(inputTokens is 1\.5/)]);
    expect(readUsage(fixture("odd-model.json")).notes).toEqual([expect.stringMatching(/the tool's own cost is used/)]);
  });

  it.each(["-1", "1e999", '"5"'])("needs no total of its own that makes sense (%s)", (total) => {
    const text = fixture("json-run.json").replace(/"total_cost_usd": [\d.]+/, `"total_cost_usd": ${total}`);
    const report = readUsage(text);
    expect(report).toMatchObject({ complete: true, lines: [ONE_CALL] });
    expect(report).not.toHaveProperty("reported_total");
  });

  it("takes a speed or a place that any request of a model shows for that model's", () => {
    const stream = fixture("stream.ndjson").replaceAll(
      '"service_tier": "standard"',
      '"speed": "fast", "inference_geo": "us"',
    );
    expect(readUsage(stream).lines).toMatchObject([{ tier: "fast", region: "us" }]);
  });

  it("shares what a stream doesn't show of its output out to its requests", () => {
    const begun = fixture("long-requests.ndjson")
      .split("\n")
      .filter((line) => !line.includes("stream_event"))
      .join("\n");
    expect(readUsage(begun).lines).toMatchObject([{ output: 1_000, parts: [{ input: 250_000, output: 500 }] }]);
  });

  it("tells each request of an interrupted stream, so that a long one has its own price", () => {
    const cut = fixture("long-requests.ndjson").split("\n").slice(0, -2).join("\n");
    expect(readUsage(cut)).toMatchObject({ complete: false, lines: [{ input: 250_000 }, { input: 50_000 }] });
  });

  it("keeps a bare cost as a claim without a model", () => {
    const report = readUsage(fixture("cost-only.json"));
    expect(report).toMatchObject({ complete: true, reported_total: 34_700_000 });
    expect(report.lines).toMatchObject([{ model: "", input: 0, output: 0, reported_cost: 34_700_000 }]);
  });

  it.each(["interrupted-no-result.ndjson", "interrupted-zero-result.ndjson"])(
    "%s is incomplete, with what the stream proves counted once a message",
    (name) => {
      const report = readUsage(fixture(name));
      expect(report.complete).toBe(false);
      expect(report.lines).toHaveLength(1);
      expect(report.lines[0]).toMatchObject({ model: "claude-opus-4-5", ...ONE_CALL, requests: 1 });
      expect(report.notes.join()).toMatch(/interrupted/);
    },
  );

  it("is incomplete when a result says nothing was used", () => {
    const result = { type: "result", subtype: "success", total_cost_usd: 0, usage: {}, modelUsage: {} };
    expect(readUsage(JSON.stringify(result))).toMatchObject({ complete: false, lines: [] });
  });

  it("is incomplete when tokens were sent after the last result", () => {
    const late = fixture("interrupted-no-result.ndjson").replaceAll("msg_c", "msg_z");
    const report = readUsage(fixture("stream.ndjson") + late);
    expect(report.complete).toBe(false);
    expect(report.lines).toMatchObject([{ reported_cost: 29_250_000 }, { model: "claude-opus-4-5", ...ONE_CALL }]);
  });

  it("adds sessions up, and results of one session that don't contain each other", () => {
    const one = fixture("json-run.json");
    const other = one.replaceAll("7b7d90e4", "11111111").replaceAll("000000000011", "000000000012");
    expect(readUsage(one + other)).toMatchObject({ reported_total: 23_400_000, lines: [ONE_CALL, ONE_CALL] });
    const again = one.replaceAll("000000000011", "000000000012");
    expect(readUsage(one + again)).toMatchObject({ reported_total: 23_400_000, lines: [ONE_CALL, ONE_CALL] });
  });

  it("takes the last of results that contain each other, and one that is repeated once", () => {
    const [one, two, three] = ["json-run.json", "json-resume.json", "json-second-resume.json"].map(fixture);
    expect(readUsage(`${one}${two}${three}`)).toMatchObject({ reported_total: 35_100_000, lines: [times(3)] });
    expect(readUsage(`${one}${one}`)).toMatchObject({ reported_total: 11_700_000, lines: [ONE_CALL] });
  });

  const OWN_CALL = { input: 32_100, cache_read: 30_000, cache_write: 2_000, output: 50 };

  it.each([
    ["json-run.json", 1],
    ["json-resume.json", 1],
    ["json-second-resume.json", 1],
    ["several-turns.ndjson", 2],
    // It tells nothing of its own, so all of it is taken as that.
    ["max-budget.json", 1],
  ])("%s says what the run used itself beside the session's figures", (name, calls) => {
    const own = Object.fromEntries(Object.entries(OWN_CALL).map(([key, count]) => [key, count * calls]));
    expect(readUsage(fixture(name)).lines).toMatchObject([
      { counting: "cumulative", session: expect.stringMatching(/-/), own },
    ]);
  });

  it("sees what a failed run used itself in its stream", () => {
    const stream = fixture("stream.ndjson").replace(
      /"usage":\s*\{"input_tokens":\s*100(?=[^\n]*"modelUsage")/,
      '"usage": {"x": 0',
    );
    expect(readUsage(stream).lines).toMatchObject([{ counting: "cumulative", own: { input: 32_100 } }]);
  });

  it("takes figures without a session, or of the main loop alone, as a run by themselves", () => {
    const nameless = fixture("json-run.json").replace(/"session_id": "[^"]*", /, "");
    expect(readUsage(nameless).lines).toMatchObject([{ ...ONE_CALL, counting: "delta" }]);
    expect(readUsage(fixture("without-model-usage.ndjson")).lines).toMatchObject([{ counting: "delta" }]);
    expect(readUsage(fixture("interrupted-no-result.ndjson")).lines).toMatchObject([{ counting: "delta" }]);
  });

  it("knows when the last of it was counted", () => {
    const at = (second: number) => `"timestamp":"2026-03-01T10:00:0${second}.000Z",`;
    const [first, ...rest] = fixture("stream.ndjson").trim().split("\n");
    const timed = [first, ...rest].map((line, index) => `{${at(Math.min(index, 5))}${line?.slice(1)}`).join("\n");
    expect(readUsage(timed).lines).toMatchObject([{ at: "2026-03-01T10:00:05Z" }]);
    expect(readUsage(fixture("json-run.json")).lines[0]).not.toHaveProperty("at");
  });

  it("tells writing to the cache for an hour from writing for five minutes, whatever order the keys have", () => {
    const usage = {
      outputTokens: 7,
      thinkingTokens: 3,
      inputTokens: 1,
      cacheCreationInputTokens: 30,
      provider: "bedrock",
    };
    const model = { ...usage, cacheCreationEphemeral1hInputTokens: 20, cacheCreationEphemeral5mInputTokens: 10 };
    const result = { modelUsage: { m: model, __proto__: null }, total_cost_usd: 1, type: "result" };
    expect(readUsage(JSON.stringify(result)).lines).toMatchObject([
      { provider: "aws", input: 31, cache_write_5m: 10, cache_write_1h: 20, output: 7, reasoning: 3 },
    ]);
  });

  it("doesn't let a model's name reach an object's prototype", () => {
    const text = '{"type":"result","total_cost_usd":1,"modelUsage":{"__proto__":{"inputTokens":5,"outputTokens":1}}}';
    expect(readUsage(text).lines).toMatchObject([{ model: "___proto__", input: 5, output: 1 }]);
  });
});
