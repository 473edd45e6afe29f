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
    ["several.ndjson", [{ model: "claude-haiku-4-5", input: 3_000, output: 300, requests: 2 }]],
  ])("%s is read to the last token", (name, lines) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "anthropic", complete: true });
    expect(report.lines).toMatchObject(lines);
    expect(report.lines).toHaveLength(lines.length);
  });

  it("says when a service isn't billed at the list price", () => {
    expect(readUsage(fixture("several.ndjson")).notes.join()).toMatch(/service batch.*multiplier/);
    expect(readUsage(fixture("body.json")).notes).toEqual([]);
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
