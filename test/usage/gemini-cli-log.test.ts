import { describe, expect, it } from "vitest";
import { geminiCliSessions } from "../../src/usage/gemini-cli-log.ts";
import type { SessionLog } from "../../src/usage/session-log.ts";
import { geminiAnswer, geminiRecording } from "./session-log-samples.ts";

const SINCE = Date.parse("2026-02-14T12:00:00Z");
const log = (session: string, text: SessionLog["text"], isPart = false): SessionLog => ({ session, text, isPart });
const read = (logs: readonly SessionLog[], isOurs = (_: string) => true) =>
  geminiCliSessions(logs, { sinceMs: SINCE, isOurs });

describe("Gemini CLI's recordings", () => {
  it("tell each request of a session, at the last of its counts", () => {
    const growing = { ...geminiAnswer("m1"), tokens: null };
    const tool = geminiAnswer("m2", { input: 2000, cached: 1500, tool: 100, output: 10, thoughts: 0, total: 2110 });
    const text = geminiRecording("a", { id: "u", type: "user" }, growing, geminiAnswer("m1"), tool, {
      $set: { lastUpdated: "now" },
    });
    expect(read([log("session-2026-02-14T12-10-aaaaaaaa", text)])).toMatchObject([
      {
        format: "gemini-cli",
        id: "a",
        startedMs: Date.parse("2026-02-14T12:10:05Z"),
        lines: [
          { provider: "google", model: "gemini-2.5-pro", input: 1000, output: 150, reasoning: 50, requests: 1 },
          { input: 2100, cache_read: 1500, output: 10, requests: 1 },
        ],
      },
    ]);
  });

  it("read the older form, a checkpoint and what was taken back, each message once", () => {
    const whole = JSON.stringify(
      { sessionId: "a", projectHash: "abc", messages: [geminiAnswer("m1"), geminiAnswer("m2")] },
      null,
      2,
    );
    expect(read([log("session-1", whole)])[0]?.lines).toHaveLength(2);
    const edited = geminiRecording("a", geminiAnswer("m1"), { $rewindTo: "m1" }, geminiAnswer("m2"), {
      $set: { messages: [geminiAnswer("m2"), geminiAnswer("m3")] },
    });
    expect(read([log("session-1", edited)])[0]?.lines).toHaveLength(3);
  });

  it("count the agents of a session with it, and leave out older messages and other projects", () => {
    const own = geminiRecording("a", geminiAnswer("m0", {}, "2026-02-14T11:00:00Z"), geminiAnswer("m1"));
    const agent = geminiRecording("a-agent", geminiAnswer("m2"));
    expect(read([log("session-1", own), log("a", agent, true)])).toMatchObject([{ id: "a", lines: [{}, {}] }]);
    expect(read([log("session-1", own)], (project) => project !== "abc")).toEqual([]);
    expect(read([log("session-1", geminiRecording("a")), log("empty", "")])).toEqual([]);
  });

  it("that can't be read, or make no sense, are sessions whose usage isn't known", () => {
    const absurd = geminiRecording("b", geminiAnswer("m1", { input: -1 }));
    expect(read([log("a", undefined), log("b", absurd)])).toMatchObject([
      { id: "a", lines: [] },
      { id: "b", lines: [] },
    ]);
  });
});
