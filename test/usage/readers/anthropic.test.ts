import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/usage/anthropic/${name}`, import.meta.url), "utf8");

describe("the Anthropic Messages API", () => {
  it.each([
    [
      "body.json",
      [
        {
          ...{ model: "claude-sonnet-4-5-20250929", input: 11_120, cache_read: 8_000, cache_write_5m: 1_000 },
          ...{ cache_write_1h: 2_000, output: 450, reasoning: 200, web_searches: 2, requests: 1 },
        },
      ],
    ],
    [
      "compaction.json",
      [
        { model: "claude-opus-4-6", input: 50_700, output: 900, requests: 2, web_searches: 1, largest_input: 50_000 },
        { model: "claude-haiku-4-5", input: 1_000, output: 40, requests: 1, web_searches: 0 },
      ],
    ],
    [
      "stream.sse",
      [
        {
          ...{ provider: "aws", model: "claude-sonnet-5", input: 9_206, cache_read: 6_000 },
          ...{ cache_write_5m: 200, cache_write_1h: 3_000, output: 200, requests: 1 },
        },
      ],
    ],
    [
      "several.ndjson",
      [
        { model: "claude-haiku-4-5", input: 1_000, output: 100, requests: 1 },
        { model: "claude-haiku-4-5", tier: "batch", input: 2_000, output: 200, requests: 1 },
      ],
    ],
    ["fast.json", [{ model: "claude-opus-4-6", tier: "fast", region: "us", input: 2_300, web_searches: 0 }]],
    ["reserved.json", [{ model: "claude-haiku-4-5", tier: "priority", input: 1_000 }]],
  ])("%s is read to the last token", (name, lines) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "anthropic", complete: true });
    expect(report.lines).toMatchObject(lines);
    expect(report.lines).toHaveLength(lines.length);
  });

  it("keeps the good messages of a file in which one is odd", () => {
    const report = readUsage(fixture("odd.ndjson"));
    expect(report).toMatchObject({ complete: false, lines: [{ input: 1_500, output: 120, requests: 2 }] });
    expect(report.notes).toEqual([expect.stringMatching(/\(input_tokens is -3/)]);
    const [, odd] = fixture("odd.ndjson").split("\n");
    expect(() => readUsage(odd ?? "")).toThrow(expect.objectContaining({ code: "bad-usage" }));
  });

  it("needs no iterations that make sense", () => {
    const body = JSON.parse(fixture("compaction.json"));
    body.usage.iterations[0].input_tokens = -1;
    expect(readUsage(JSON.stringify(body))).toMatchObject({ complete: true, lines: [{ input: 700 }] });
  });

  it("takes what a broken stream proves for a minimum", () => {
    const report = readUsage(fixture("cut-stream.ndjson"));
    expect(report).toMatchObject({ complete: false, lines: [{ model: "claude-haiku-4-5", input: 1_500, output: 1 }] });
    expect(report.notes.join()).toMatch(/minimum/);
  });

  it("counts a message once that is there as a stream and as a body", () => {
    const body = JSON.stringify({ ...JSON.parse(fixture("body.json")), id: "msg_own_cut" });
    expect(readUsage(fixture("cut-stream.ndjson") + body)).toMatchObject({ complete: true, lines: [{ output: 450 }] });
  });

  it("keeps the figures above the iterations where these are larger", () => {
    const body = JSON.parse(fixture("compaction.json"));
    body.usage.output_tokens = 5_000;
    expect(readUsage(JSON.stringify(body)).lines).toMatchObject([{ input: 700, output: 5_000 }]);
  });
});
