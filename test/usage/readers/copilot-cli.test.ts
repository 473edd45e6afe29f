import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { countSessions } from "../../../src/books/settle/sessions.ts";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/usage/copilot-cli/${name}`, import.meta.url), "utf8");
const SESSION = { counting: "cumulative", session: "0a0a0a0a-1111-4222-8333-444444444444" };

const OTHER = { counting: "cumulative", session: "0b0b0b0b-1111-4222-8333-555555555555" };
const line = (type: string, data: object, more: object = {}) => JSON.stringify({ type, data, ...more });
const start = line("session.start", { sessionId: "s", copilotVersion: "1.0.87" });

/** What each of these texts is charged of GitHub's bill, booked one after the other, in nano-dollars. */
function billed(...texts: readonly string[]): number[] {
  let sessions = {};
  return texts.map((text) => {
    const counted = countSessions(sessions, readUsage(text).lines, "2026-11-04T10:00:00Z");
    sessions = counted.sessions;
    return counted.lines.reduce((sum, { reported_cost = 0 }) => sum + reported_cost, 0);
  });
}

describe("GitHub Copilot CLI", () => {
  it.each([
    [
      "events.jsonl",
      [
        {
          ...{ ...SESSION, model: "claude-haiku-4.5", input: 21_080, cache_write_5m: 21_070, output: 42, requests: 2 },
          ...{ aggregate: true, reported_cost: 26_557_500 },
        },
        { ...SESSION, model: "gpt-5.2", input: 3_000, cache_read: 1_000, output: 100, reasoning: 60, requests: 1 },
      ],
    ],
    [
      "resumed.jsonl",
      [
        { ...SESSION, model: "claude-haiku-4.5", input: 21_080, requests: 2, reported_cost: 26_557_500, billed: true },
        {
          ...{ ...SESSION, piece: true, input: 22_000, cache_read: 21_000, cache_write_5m: 900, output: 8 },
          ...{ requests: 1, reported_cost: 3_315_000, billed: true, at: "2026-10-02T08:00:09Z" },
        },
        { ...SESSION, model: "gpt-5.2", input: 3_000, output: 100 },
      ],
    ],
    [
      // One part in four of what only the session was billed is the second model's.
      "session-bill.jsonl",
      [
        { ...OTHER, model: "claude-haiku-4.5", input: 29_000, reported_cost: 30_000_000, billed: true },
        { ...OTHER, model: "gpt-5.2", input: 9_000, reported_cost: 10_000_000, billed: true },
      ],
    ],
    [
      "running-total.jsonl",
      [
        { ...OTHER, input: 10_000, cache_read: 2_000, output: 40, reported_cost: 10_000_000 },
        {
          ...{ ...OTHER, piece: true, input: 15_000, cache_read: 10_000, output: 60, requests: 2 },
          ...{ reported_cost: 7_500_000, at: "2026-11-03T08:00:05Z" },
        },
        { ...OTHER, model: "gpt-5.2", input: 2_000, output: 50 },
      ],
    ],
    [
      "requests.jsonl",
      [
        { ...OTHER, model: "gpt-5.5", input: 1_000, cache_read: 0, output: 20, requests: 1, aggregate: true },
        { ...OTHER, piece: true, input: 280_000, cache_read: 100_000, output: 500, requests: 1 },
        { ...OTHER, piece: true, input: 90_000, cache_read: 80_000, output: 300, requests: 1 },
      ],
    ],
    ["printed.jsonl", [{ counting: "delta", model: "gpt-5.2", input: 4_100, cache_read: 1_920, output: 120 }]],
  ])("%s is read to the last token", (name, lines) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "copilot-cli", complete: true, notes: [] });
    expect(report.lines).toMatchObject(lines);
    expect(report.lines).toHaveLength(lines.length);
  });

  it("is incomplete when it was interrupted, at first or after it was resumed", () => {
    expect(readUsage(fixture("interrupted.jsonl"))).toMatchObject({ complete: false, lines: [] });
    const report = readUsage(fixture("resumed.jsonl").split("\n").slice(0, -2).join("\n"));
    expect(report).toMatchObject({ complete: false, lines: [{ input: 21_080 }, { input: 3_000 }] });
  });

  it("counts an event once that is there twice", () => {
    expect(readUsage(fixture("resumed.jsonl").repeat(2)).lines).toMatchObject([
      { input: 21_080 },
      { input: 22_000 },
      { input: 3_000 },
    ]);
  });

  it("takes GitHub's bill where it tells no tokens, and of a resumed session what it grew by", () => {
    const whole = fixture("printed-bill.jsonl");
    expect(readUsage(whole)).toMatchObject({
      complete: true,
      lines: [{ ...OTHER, model: "claude-haiku-4.5", input: 0, output: 0, reported_cost: 25_000_000, billed: true }],
      notes: [expect.stringMatching(/what GitHub bills .* not its tokens/)],
    });
    const [message = "", checkpoint = "", , , result = ""] = whole.split("\n");
    expect(billed([message, checkpoint, result].join("\n"), whole, whole)).toEqual([15_000_000, 10_000_000, 0]);
    expect(readUsage(`${whole}${message.replace("ev-2", "ev-9")}`)).toMatchObject({ complete: false });
  });

  it("loses no bill and doubles none, whoever has it", () => {
    const models = (first: object, second: object) => ({
      a: { usage: { inputTokens: 10, outputTokens: 1 }, ...first },
      b: { usage: { inputTokens: 30, outputTokens: 1 }, ...second },
    });
    const shutdown = (modelMetrics: object, totalNanoAiu?: number) =>
      `${start}\n${line("session.shutdown", { modelMetrics, totalNanoAiu }, { id: "x" })}`;
    expect(billed(shutdown(models({ totalNanoAiu: 500 }, { totalNanoAiu: 700 }), 1_200))).toEqual([12]);
    expect(billed(shutdown(models({ totalNanoAiu: 500 }, {}), 1_200))).toEqual([12]);
    expect(billed(shutdown(models({ totalNanoAiu: 500 }, { totalNanoAiu: 100 }), 1_200))).toEqual([12]);
    expect(billed(shutdown(models({ totalNanoAiu: 500 }, { totalNanoAiu: 700 }), 300))).toEqual([12]);
    expect(billed(shutdown(models({}, {}), 1_300))).toEqual([13]);
    expect(billed(shutdown(models({}, {})))).toEqual([0]);
    expect(billed(shutdown({}, 1_200))).toEqual([12]);
    expect(billed(shutdown(models({ totalNanoAiu: 500 }, {}), 1e300))).toEqual([5]);
    expect(billed(shutdown(models({ totalNanoAiu: 500 }, {}), -7))).toEqual([5]);
    expect(billed(shutdown({}, 1_200), shutdown(models({ totalNanoAiu: 500 }, { totalNanoAiu: 900 }), 1_400))).toEqual([
      12, 2,
    ]);
  });

  it("goes on from what release 0.1.0 booked", () => {
    const known = {
      "copilot-cli:s:a": {
        cumulative: { input: 10, output: 1, requests: 1, cost: 0.000000005 },
        at: "2026-11-01T10:00:00Z",
      },
    };
    const metrics = { a: { usage: { inputTokens: 40, outputTokens: 3 }, totalNanoAiu: 900, requests: { count: 2 } } };
    const { lines } = readUsage(`${start}\n${line("session.shutdown", { modelMetrics: metrics }, { id: "x" })}`);
    const named = lines.map((one) => ({ ...one, session: `copilot-cli:${one.session}` }));
    expect(countSessions(known, named, "2026-11-04T10:00:00Z").lines).toMatchObject([
      { input: 30, output: 2, requests: 1, reported_cost: 4, billed: true },
    ]);
  });

  it("takes the bill of a model whose counts make no sense, and keeps the others", () => {
    expect(readUsage(fixture("odd-model.jsonl"))).toMatchObject({
      complete: true,
      lines: [
        { model: "gpt-5.2", input: 2_000, output: 100 },
        { model: "claude-haiku-4.5", input: 0, reported_cost: 3_000_000, billed: true },
      ],
      notes: [expect.stringMatching(/own cost is used/), expect.stringMatching(/what GitHub bills/)],
    });
  });
});
