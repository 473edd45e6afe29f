import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { countSessions } from "../../../src/books/settle/sessions.ts";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/usage/qwen-code/${name}`, import.meta.url), "utf8");
const SESSION = { session: "7c1d0000-1111-4222-8333-444444444444", counting: "cumulative" };
const RUN = { ...SESSION, model: "gpt-5-mini", input: 9_000, cache_read: 6_000, output: 300 };

describe("Qwen Code", () => {
  it.each([
    [
      "output.json",
      [
        { ...RUN, reasoning: 100, requests: 2 },
        // Its thoughts stand beside the answer.
        { ...SESSION, model: "gemini-2.5-flash", input: 1_000, cache_read: 0, output: 100, reasoning: 60, requests: 1 },
      ],
    ],
    ["stream.jsonl", [RUN]],
    ["stream-resumed.jsonl", [{ ...RUN, input: 15_000, cache_read: 11_000, output: 350 }]],
  ])("%s is read to the last token", (name, lines) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "qwen-code", complete: true, notes: [], lines });
    expect(report.lines).toHaveLength(lines.length);
  });

  it("is charged for what a resumed run added, and whole where a version counts each run by itself", () => {
    const grown = (...names: readonly string[]) => {
      let sessions = {};
      return names.map((name) => {
        const counted = countSessions(sessions, readUsage(fixture(name)).lines, "2026-03-02T10:00:00Z");
        sessions = counted.sessions;
        return counted.lines.map(({ input, cache_read, output }) => [input, cache_read, output]);
      });
    };
    expect(grown("stream.jsonl", "stream-resumed.jsonl")).toEqual([[[9_000, 6_000, 300]], [[6_000, 5_000, 50]]]);
    expect(grown("stream.jsonl", "stream.jsonl")).toEqual([[[9_000, 6_000, 300]], [[9_000, 6_000, 300]]]);
  });

  it("counts the last result of several, and the answers after it", () => {
    const [init, , , , result] = fixture("stream.jsonl").split("\n");
    const resumed = fixture("stream-resumed.jsonl");
    expect(readUsage(fixture("stream.jsonl") + resumed)).toMatchObject({ complete: true, lines: [{ input: 15_000 }] });
    const cut = readUsage(fixture("stream.jsonl") + resumed.split("\n").slice(0, 2).join("\n"));
    expect(cut).toMatchObject({
      complete: false,
      lines: [RUN, { input: 6_000, cache_read: 5_000, counting: "delta" }],
    });
    const failed = result?.replace(/"usage":\{[^}]*\}/, '"usage":{"input_tokens":0,"output_tokens":0}');
    expect(readUsage(`${init}\n${failed}\n${result}\n${failed}`)).toMatchObject({ complete: true, lines: [RUN] });
  });

  it("is incomplete when it was interrupted, and knows what its answers used", () => {
    expect(readUsage(fixture("interrupted.jsonl"))).toMatchObject({
      complete: false,
      lines: [{ model: "gpt-5-mini", input: 9_000, cache_read: 6_000, output: 300, counting: "delta" }],
      notes: [expect.stringMatching(/interrupted/)],
    });
  });

  it("is known by its total where nothing else of it is left, and with partial messages", () => {
    const lines = fixture("stream.jsonl").trim().split("\n");
    expect(readUsage(lines.at(-1) ?? "")).toMatchObject({ format: "qwen-code", lines: [{ input: 9_000, model: "" }] });
    const partial = JSON.stringify({
      type: "stream_event",
      session_id: SESSION.session,
      event: { type: "message_stop" },
    });
    expect(readUsage([lines[0], partial, ...lines.slice(1)].join("\n"))).toMatchObject({ lines: [RUN] });
  });
});
