import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/usage/codex/${name}`, import.meta.url), "utf8");

const THREAD = "019f0000-1111-7222-8333-444455556666";
const COUNTER = { session: THREAD, counting: "cumulative", reasoning: 3 };
const FIRST = { ...COUNTER, input: 1_500, cache_read: 400, output: 11 };
const SECOND = { ...COUNTER, input: 4_000, cache_read: 800, output: 23, reasoning: 6 };
const THIRD = { ...COUNTER, input: 7_500, cache_read: 1_200, output: 36, reasoning: 9 };

describe("Codex", () => {
  it.each([
    ["exec.jsonl", [{ model: "", ...FIRST, aggregate: true }]],
    ["exec-resume.jsonl", [{ model: "", ...SECOND }]],
    ["exec-second-resume.jsonl", [{ model: "", ...THIRD }]],
    [
      "rollout.jsonl",
      [
        { model: "gpt-5.3-codex", ...SECOND, requests: 2, largest_input: 2_500, at: "2026-03-01T10:00:09Z" },
        { ...COUNTER, model: "gpt-5.3-codex-mini", input: 3_500, cache_read: 400, output: 13, requests: 1 },
      ],
    ],
    ["rollout-fork.jsonl", [{ model: "gpt-5.3-codex", ...SECOND, requests: 2, largest_input: 2_500 }]],
    ["rollout-subagent.jsonl", [{ model: "gpt-5.3-codex", ...SECOND, requests: 2, at: "2026-03-01T11:00:12Z" }]],
  ])("%s is read to the last token", (name, lines) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "codex", complete: true, notes: [], lines });
    expect(report.lines).toHaveLength(lines.length);
  });

  it.each([
    ["exec-failed.jsonl", []],
    ["rollout-aborted.jsonl", [{ model: "gpt-5.3-codex", ...FIRST }]],
  ])("%s is incomplete", (name, lines) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ complete: false, lines, notes: [expect.stringMatching(/interrupted/)] });
    expect(report.lines).toHaveLength(lines.length);
  });

  it("takes the last figures of a stream, and both where the counter began anew", () => {
    const all = fixture("exec.jsonl") + fixture("exec-resume.jsonl") + fixture("exec-second-resume.jsonl");
    expect(readUsage(all).lines).toMatchObject([THIRD]);
    const anew = fixture("exec-resume.jsonl") + fixture("exec.jsonl");
    expect(readUsage(anew).lines).toMatchObject([SECOND, { ...FIRST, restarted: true }]);
  });

  it("keeps threads apart, and counts one without a name as a run by itself", () => {
    const other = fixture("exec-resume.jsonl").replaceAll(THREAD, "other");
    expect(readUsage(fixture("exec.jsonl") + other).lines).toMatchObject([FIRST, { ...SECOND, session: "other" }]);
    const nameless = '{"type":"turn.completed","usage":{"input_tokens":5,"output_tokens":1}}';
    expect(readUsage(nameless).lines).toMatchObject([{ input: 5, output: 1, counting: "delta" }]);
  });

  it("is incomplete when a session's file counts nothing", () => {
    const meta = JSON.stringify({ type: "session_meta", payload: { id: THREAD } });
    expect(readUsage(meta)).toMatchObject({ complete: false, lines: [] });
  });

  it("gives no figure for the one number it prints for people, whatever else stands in the text", () => {
    const report = readUsage(fixture("plain.stderr.txt"));
    expect(report).toMatchObject({ format: "codex", complete: false, lines: [] });
    expect(report.notes.join()).toMatch(/4,114 tokens.*codex exec --json/);
    const killed = readUsage(fixture("plain.stderr.txt").split("tokens used")[0] ?? "");
    expect(killed).toMatchObject({ complete: false, lines: [], notes: [expect.stringMatching(/interrupted/)] });
  });
});
