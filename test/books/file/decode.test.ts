import { describe, expect, it } from "vitest";
import { decodeState } from "../../../src/books/file/decode.ts";
import { encodeState } from "../../../src/books/file/encode.ts";
import type { State } from "../../../src/books/state.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { Bookkeeper, billed, check, freshState, hold, record, usageOf } from "../sample-books.ts";

/** Books with something under every key. */
function fullText(): string {
  const keeper = new Bookkeeper(freshState({ current_month: "2026-01", total_spent: nanoOf(1) }));
  keeper.do(record({ usage: usageOf(billed(4.5)), fingerprint: "f", prs: 1 }), { now: "2026-01-30T10:00:00Z" });
  keeper.do(record({ id: "r2", usage: usageOf(billed(6)) }));
  keeper.do(check({ model: "gpt-4o" }));
  return encodeState({
    ...keeper.state,
    sessions: { "codex:1": { cumulative: { input: 4000 }, at: "2026-02-14T10:00:00Z" } },
  });
}

const FULL = JSON.parse(fullText());

function problemOf(text: string): string {
  const decoded = decodeState(text);
  if (decoded.kind !== "unreadable") throw new Error(`that was readable: ${decoded.kind}`);
  return decoded.problem;
}

function withKey(key: string, value: unknown): string {
  return JSON.stringify({ ...FULL, [key]: value });
}

describe("a state of version 2.0", () => {
  it("has dollars in its file and nano-dollars in memory", () => {
    const decoded = decodeState(fullText());
    expect(decoded).toMatchObject({ kind: "state", state: { total_spent: nanoOf(6), monthly_budget: nanoOf(15) } });
    expect(FULL.total_spent).toBe(6);
  });

  it("may begin with a byte order mark and end with anything blank", () => {
    expect(decodeState(`\uFEFF${fullText()}\n\n`).kind).toBe("state");
  });

  it("is laid out so that a diff shows what changed: a line for each hold, model and month", () => {
    const lines = encodeState(freshState({ holds: [hold(), hold({ id: "hold-2" })] })).split("\n");
    expect(lines.filter((line) => line.startsWith('    {"id":"hold-'))).toHaveLength(2);
    expect(lines[1]).toBe('  "version": "2.0",');
    expect(lines.at(-1)).toBe("");
  });

  it("never has a key without a value: that would be no JSON", () => {
    const state = freshState({
      last_recap: undefined,
      estimated: undefined,
      corrections: undefined,
      warned: undefined,
    });
    const text = encodeState(state);
    expect(text).not.toContain("undefined");
    expect(decodeState(text).kind).toBe("state");
  });

  it("keeps keys it doesn't know", () => {
    const text = JSON.stringify({
      ...FULL,
      colour: "green",
      holds: [{ ...FULL.holds[0], runner: { os: "linux" } }],
      history: [{ ...FULL.history[0], weather: [1, null] }],
    });
    const decoded = decodeState(text);
    const again = JSON.parse(encodeState((decoded as { state: State }).state));
    expect(again).toEqual(JSON.parse(text));
  });
});

describe("a state that can't be read says why and where", () => {
  it.each<[key: string, value: unknown, place: string]>([
    ["total_spent", "5.23", "total_spent"],
    ["total_spent", null, "total_spent"],
    ["total_spent", 8_388_608, "total_spent: 8388608 is not an amount of dollars"],
    ["monthly_budget", true, "monthly_budget"],
    ["current_month", "2026-13", 'current_month: "2026-13" is not a month'],
    ["current_month", "Feb", "current_month"],
    ["current_month", "0202-02", 'current_month: "0202-02" is before 2000-01'],
    ["executions", 1.5, "executions"],
    ["prs_generated", "1", "prs_generated"],
    ["tokens_used", { claude_input: "many" }, 'tokens_used.claude_input: "many" is not a number'],
    ["models", { "gpt-4o": { cost: "0.1" } }, 'models["gpt-4o"].cost'],
    ["daily", { "2026-02-01": 0.41 }, 'daily["2026-02-01"]'],
    ["milestones_reached", 5, "milestones_reached"],
    ["alerts_sent", ["75"], "alerts_sent[0]"],
    ["holds", {}, "holds: {} is not an array"],
    ["holds", [{ id: 7 }], "holds[0].id"],
    ["holds", [{ ...FULL.holds[0], amount: null }], "holds[0].amount"],
    ["holds", [{ ...FULL.holds[0], expires_at: "tomorrow" }], 'holds[0].expires_at: "tomorrow" is not an instant'],
    [
      "holds",
      [{ ...FULL.holds[0], at: "2026-02-14T10:00:00" }],
      'holds[0].at: "2026-02-14T10:00:00" is not an instant',
    ],
    ["closed_holds", [{ id: "h", how: "lost", charged: 0, at: "2026-02-14T10:00:00Z" }], "closed_holds[0].how"],
    ["profiles", { "ai-pr": [0.03] }, 'profiles["ai-pr"]'],
    ["sessions", [], "sessions"],
    ["outbox", [{ id: "m" }], "outbox[0].kind"],
    ["exhausted_at", false, "exhausted_at"],
    ["last_reset", 0, "last_reset"],
    ["last_entry", { file: "x" }, "last_entry.id"],
    ["history", [{ month: "2026-01" }], "history[0].total_spent: is missing"],
    ["requires", "sessions", "requires"],
    ["timezone", "Mars/Olympus", "unknown time zone at timezone"],
    ["timezone", 1, "timezone"],
  ])("%s: %j is invalid at %s", (key, value, place) => {
    expect(problemOf(withKey(key, value))).toContain(place);
  });

  it("says how many more places are wrong", () => {
    expect(problemOf(JSON.stringify({ ...FULL, executions: "a", holds: 1 }))).toContain("and 1 more place)");
  });

  it.each([
    ["", "is empty"],
    ["\n ", "is empty"],
    ["{", "isn't JSON"],
    [fullText().slice(0, -10), "isn't JSON"],
    ["null", "isn't a JSON object"],
    ["[]", "isn't a JSON object"],
    ["15", "isn't a JSON object"],
    ["{}", "has no version"],
    ['{"version":"2.1"}', 'is version "2.1"'],
    ['{"version":"10.0"}', 'is version "10.0"'],
    ['{"version":2}', "is version 2"],
    [withKey("requires", ["adjust", "weather"]), "requires adjust, weather, which this release doesn't support"],
  ])("%j %s", (text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });

  it("names the line of a merge's conflict markers", () => {
    const lines = fullText().split("\n");
    lines.splice(3, 0, "<<<<<<< HEAD");
    lines.splice(5, 0, "=======");
    lines.splice(7, 0, ">>>>>>> origin/token-budget");
    expect(problemOf(lines.join("\n"))).toBe("has merge conflict markers at line 4");
    expect(problemOf(lines.join("\r\n"))).toContain("at line 4");
  });
});
