import { describe, expect, it } from "vitest";
import { claudeCodeSessions } from "../../src/usage/claude-code-log.ts";
import type { SessionLog } from "../../src/usage/session-log.ts";
import { UsageError } from "../../src/usage/usage-error.ts";
import { claudeLine, claudeTranscript } from "./session-log-samples.ts";

const SINCE = Date.parse("2026-02-14T12:00:00Z");
const log = (session: string, text: SessionLog["text"], isPart = false): SessionLog => ({ session, text, isPart });
const read = (logs: readonly SessionLog[], isOurs = (_: string) => true) =>
  claudeCodeSessions(logs, { sinceMs: SINCE, isOurs });
const totals = (logs: readonly SessionLog[], isOurs?: (cwd: string) => boolean) =>
  read(logs, isOurs).map(({ id, lines }) => [
    id,
    lines.reduce((sum, line) => sum + line.input, 0),
    lines.reduce((sum, line) => sum + line.output, 0),
  ]);

describe("Claude Code's transcripts", () => {
  it("tell what a session used, once for all lines of an answer, at the last of its counts", () => {
    const cached = { cache_read_input_tokens: 5000, cache_creation_input_tokens: 200 };
    const text = claudeTranscript(
      "a",
      claudeLine("a", { id: "m1", output: 1, usage: cached }),
      claudeLine("a", { id: "m1", output: 1, usage: cached }),
      claudeLine("a", { id: "m1", output: 159, usage: cached }),
      claudeLine("a", { id: "m2", output: 10, at: "2026-02-14T12:20:00Z" }),
    );
    expect(read([log("a", text)])).toMatchObject([
      {
        format: "claude-code",
        id: "a",
        startedMs: Date.parse("2026-02-14T12:10:00Z"),
        lines: [{ model: "claude-sonnet-4-5", input: 7200, cache_read: 5000, output: 169, requests: 2 }],
      },
    ]);
    expect(read([log("a", text)])[0]?.lines[0]).toMatchObject({ counting: "delta" });
    expect(read([log("a", text)])[0]?.lines[0]).not.toHaveProperty("session");
  });

  it("count the agents of a session with it, in its file and in files of their own", () => {
    const own = claudeTranscript(
      "a",
      claudeLine("a", { id: "m1" }),
      claudeLine("a", { id: "m2", isSidechain: true, model: "claude-haiku-4-5" }),
    );
    const agent = claudeTranscript("x", claudeLine("x", { id: "m3", isSidechain: true }));
    expect(totals([log("a", own), log("a", agent, true)])).toEqual([["a", 3000, 300]]);
    // Earlier versions put an agent's file beside its session's, which its lines name.
    const beside = claudeTranscript("a", claudeLine("a", { id: "m3", isSidechain: true }));
    expect(totals([log("a", own), log("agent-1", beside)])).toEqual([["a", 3000, 300]]);
  });

  it("count a message that several sessions have in the first of them", () => {
    const first = claudeTranscript("a", claudeLine("a", { id: "m1" }));
    const fork = claudeTranscript("b", claudeLine("b", { id: "m1" }), claudeLine("b", { id: "m2" }));
    expect(totals([log("a", first), log("b", fork)])).toEqual([
      ["a", 1000, 100],
      ["b", 1000, 100],
    ]);
  });

  it("leave out what was used before, elsewhere, or by no model", () => {
    const text = claudeTranscript(
      "a",
      claudeLine("a", { id: "m1", at: "2026-02-14T11:59:59Z" }),
      claudeLine("a", { id: "m2", cwd: "/elsewhere" }),
      claudeLine("a", { id: "m3", model: "<synthetic>" }),
      claudeLine("a", { id: "m4" }),
      "{ cut off",
    );
    expect(totals([log("a", text)], (cwd) => cwd !== "/elsewhere")).toEqual([["a", 1000, 100]]);
    const old = claudeTranscript("b", claudeLine("b", { at: "2026-02-14T11:00:00Z" }));
    expect(read([log("b", old), log("c", claudeTranscript("c")), log("d", "")])).toEqual([]);
  });

  it("that can't be read, or make no sense, are sessions whose usage isn't known", () => {
    const broken = {
      *chunks() {
        yield `${claudeLine("b")}\n`;
        throw new UsageError("unreadable", "It can't be read (EIO).");
      },
    };
    const absurd = claudeTranscript("c", claudeLine("c", { id: "m9", usage: { input_tokens: -5 } }));
    expect(read([log("a", undefined), log("b", broken), log("c", absurd)])).toMatchObject([
      { id: "a", lines: [] },
      { id: "b", lines: [] },
      { id: "c", lines: [] },
    ]);
  });
});
