import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { countSessions } from "../../../src/books/settle/sessions.ts";
import type { State } from "../../../src/books/state.ts";
import { chargeOfLine } from "../../../src/pricing/charge.ts";
import { unitPricesOf } from "../../../src/pricing/prices.ts";
import { readUsage } from "../../../src/usage/read-usage.ts";
import { sum, usdOf, ZERO } from "../../../src/values/money.ts";

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/usage/codex/${name}`, import.meta.url), "utf8");

const THREAD = "019f0000-1111-7222-8333-444455556666";
const COUNTER = { session: THREAD, counting: "cumulative", reasoning: 3 };
const FIRST = { ...COUNTER, input: 1_500, cache_read: 400, output: 11 };
const SECOND = { ...COUNTER, input: 4_000, cache_read: 800, output: 23, reasoning: 6 };
/** Of another thread. */
const OTHER = { model: "gpt-5.3-codex", session: "019f0000-2222-7222-8333-444455556666", counting: "cumulative" };
const THIRD = { ...COUNTER, input: 7_500, cache_read: 1_200, output: 36, reasoning: 9 };

const record = (type: string, payload: object) =>
  JSON.stringify({ timestamp: "2026-03-02T10:00:00.000Z", type, payload });
const event = (type: string, payload: object = {}) => record("event_msg", { type, ...payload });
const counted = (input_tokens: number) => event("token_count", { info: { total_token_usage: { input_tokens } } });

/** What each of these texts of one session is charged, booked one after the other, in dollars. */
async function chargedFor(texts: readonly (readonly string[])[], known: State["sessions"] = {}): Promise<number[]> {
  let sessions = known;
  const charged: number[] = [];
  for (const text of texts) {
    const { lines } = readUsage(text.join("\n"));
    const named = lines.map((line) => ({ ...line, session: `codex:${line.session}` }));
    const priced = await Promise.all(named.map((line) => unitPricesOf(line, "2026-03-02T12:00:00Z", {})));
    const counted = countSessions(sessions, priced, "2026-03-02T12:00:00Z");
    sessions = counted.sessions;
    charged.push(usdOf(sum(counted.lines.map((line) => chargeOfLine(line)?.cost ?? ZERO))));
  }
  return charged;
}

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
    ["rollout-compaction.jsonl", [{ ...OTHER, input: 56_000, cache_read: 33_000, output: 1_400, requests: 4 }]],
    ["rollout-records-only.jsonl", [{ ...OTHER, input: 11_000, cache_read: 8_000, output: 300, requests: 2 }]],
    ["rollout-updated.jsonl", [{ ...OTHER, input: 29_000, cache_read: 13_000, output: 420, requests: 2 }]],
    [
      "rollout-tiers.jsonl",
      [
        { ...OTHER, model: "gpt-5.5", input: 10_000, output: 200 },
        { ...OTHER, model: "gpt-5.5", tier: "priority", input: 20_000, output: 300, piece: true },
      ],
    ],
    [
      "rollout-long.jsonl",
      [
        {
          ...{ ...OTHER, model: "gpt-5.5", input: 560_100, cache_read: 200_000, output: 900, requests: 2 },
          ...{ smallest_input: 280_000, largest_input: 280_100 },
        },
        { ...OTHER, model: "gpt-5.5", input: 90_000, cache_read: 80_000, output: 300, piece: true },
      ],
    ],
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

  it("splits requests by the tier they were sent at, which settings change for the turns after them", () => {
    const settings = (service_tier: string | undefined) =>
      event("thread_settings_applied", { thread_settings: { model: "gpt-5.5", service_tier } });
    const file = [
      record("session_meta", { id: THREAD }),
      settings("fast"),
      ...[event("task_started"), record("turn_context", { model: "gpt-5.5" }), counted(1_000)],
      // A change in the middle of a turn is for the next one.
      ...[settings(undefined), counted(3_000), event("task_complete")],
      ...[event("task_started"), record("turn_context", { model: "gpt-5.5" }), counted(6_000), event("task_complete")],
      ...[settings("flex"), event("task_started"), counted(7_000), event("task_complete")],
    ];
    expect(readUsage(file.join("\n")).lines.map(({ tier, input, piece }) => [tier, input, piece])).toEqual([
      ["priority", 3_000, undefined],
      [undefined, 3_000, true],
      ["flex", 1_000, true],
    ]);
  });

  it("counts a request once that a record and a later count report, and what a count has beyond records", () => {
    const usage = (response_id: string, input_tokens: number) =>
      record("token_usage_record", { thread_id: THREAD, response_id, usage: { input_tokens } });
    const start = [record("session_meta", { id: THREAD }), record("turn_context", { model: "gpt-5.5" })];
    const inputOf = (...lines: readonly string[]) =>
      readUsage([...start, ...lines].join("\n")).lines.map(({ input, requests }) => [input, requests]);
    expect(inputOf(usage("a", 100), usage("b", 200), counted(300))).toEqual([[300, 2]]);
    expect(inputOf(usage("a", 100), counted(100), counted(350), usage("b", 50), counted(400))).toEqual([[400, 3]]);
    expect(inputOf(usage("a", 100), counted(450))).toEqual([
      [100, 1],
      [350, 1],
    ]);
    expect(inputOf(usage("compaction", 700), counted(50))).toEqual([[700, 1]]);
  });

  it("keeps what makes sense of a session with an odd count, and knows what is missing", () => {
    const healed = readUsage(fixture("rollout-odd-count.jsonl"));
    expect(healed).toMatchObject({ complete: true, lines: [{ input: 1_000 }, { input: 6_000, cache_read: 1_500 }] });
    const odd = readUsage(fixture("rollout-odd-record.jsonl"));
    expect(odd).toMatchObject({
      complete: false,
      lines: [{ input: 3_000, cache_read: 1_000, output: 30, requests: 2 }],
    });
    expect(odd.notes).toEqual([expect.stringMatching(/One part of the usage makes no sense.*output_tokens is 1\.5/)]);
    const stream = fixture("exec.jsonl").replaceAll('"output_tokens":11', '"output_tokens":-1');
    expect(() => readUsage(stream)).toThrow(expect.objectContaining({ code: "bad-usage" }));
    expect(readUsage(stream + fixture("exec-resume.jsonl"))).toMatchObject({ complete: true, lines: [SECOND] });
  });

  it("charges a resumed session for its new requests, each at the price of its length", async () => {
    const lines = fixture("rollout-long.jsonl").split("\n");
    // The long requests are in lines 4 and 5, the short one in line 6.
    const charged = await chargedFor([lines.slice(0, 4), lines.slice(0, 5), lines.slice(0, 6), lines]);
    expect(charged).toEqual([2.8225, 1.019, 0.099, 0]);
  });

  it("goes on from what release 0.1.0 booked, and charges a compaction that it didn't know", async () => {
    const cumulative = { input: 35_000, cache_read: 13_000, output: 500, reasoning: 150, requests: 3 };
    const known = { [`codex:${OTHER.session}:gpt-5.3-codex`]: { cumulative, at: "2026-03-02T10:00:11Z" } };
    const charged = await chargedFor(
      [[fixture("rollout-compaction.jsonl")], [fixture("rollout-compaction.jsonl")]],
      known,
    );
    expect(charged).toEqual([0.01785, 0]);
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
