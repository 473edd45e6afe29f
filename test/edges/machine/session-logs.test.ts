import { createHash } from "node:crypto";
import { mkdir, mkdtemp, realpath, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { boundedReader } from "../../../src/edges/machine/bounded-reader.ts";
import { sessionFinder } from "../../../src/edges/machine/session-logs.ts";
import { claudeLine, claudeTranscript, geminiAnswer, geminiRecording } from "../../usage/session-log-samples.ts";

const SINCE = Date.parse("2026-02-14T12:00:00Z");

let home: string;
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), "session logs ")));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function put(path: string, text: string, at = SINCE + 60_000): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), text);
  await utimes(join(home, path), at / 1000, at / 1000);
}

async function found(env: Record<string, string> = {}, readAll = boundedReader(60)): Promise<string[]> {
  const sessions = await sessionFinder({ HOME: home, RUNNER_ENVIRONMENT: "github-hosted", ...env }, readAll)(SINCE);
  return sessions.map(({ format, id, lines }) => `${format} ${id} ${lines.reduce((sum, line) => sum + line.input, 0)}`);
}

describe("logs of sessions", () => {
  it("of Claude Code are found with those of their agents, where they were written since", async () => {
    const agent = claudeTranscript("a", claudeLine("a", { id: "m2", isSidechain: true }));
    await put(".claude/projects/-work-r-r/a.jsonl", claudeTranscript("a", claudeLine("a")));
    await put(".claude/projects/-work-r-r/a/subagents/agent-1.jsonl", agent);
    await put(".claude/projects/-work-r-r/b.jsonl", claudeTranscript("b", claudeLine("b", { id: "m3" })));
    await put(".claude/projects/-work-r-r/old.jsonl", claudeTranscript("c", claudeLine("c")), SINCE - 5_000);
    await put(".claude/projects/-work-r-r/sessions-index.json", "{}");
    await put(".claude/history.jsonl", claudeLine("d"));
    expect((await found()).sort()).toEqual(["claude-code a 2000", "claude-code b 1000"]);
    expect(await found({ CLAUDE_CONFIG_DIR: join(home, "other") })).toEqual([]);
    expect(await found({ CLAUDE_CONFIG_DIR: join(home, ".claude"), HOME: "" })).toHaveLength(2);
  });

  it("of Gemini CLI are found with those of their agents", async () => {
    await put(".gemini/tmp/r/chats/session-2026-02-14T12-10-a.jsonl", geminiRecording("a", geminiAnswer("m1")));
    await put(".gemini/tmp/r/chats/a/agent.jsonl", geminiRecording("agent", geminiAnswer("m2")));
    await put(".gemini/tmp/r/logs/session-2026.jsonl", geminiRecording("b", geminiAnswer("m3")));
    expect(await found()).toEqual(["gemini-cli a 2000"]);
    expect(await found({ GEMINI_CLI_HOME: join(home, "none") })).toEqual([]);
  });

  it("of other jobs are left out on a runner that may serve several at once", async () => {
    const workspace = "/runner/_work/r/r";
    const shared = { RUNNER_ENVIRONMENT: "self-hosted", GITHUB_WORKSPACE: workspace };
    const own = ["/runner/_work/r/r", "/runner/_work/_temp/x", ""];
    for (const [index, cwd] of [...own, "/runner-2/_work/r/r", "/runner"].entries()) {
      const line = claudeLine(`${index}`, { cwd, id: `m${index}` });
      await put(`.claude/projects/p/${index}.jsonl`, claudeTranscript(`${index}`, line));
    }
    expect((await found(shared)).sort()).toEqual(own.map((_, index) => `claude-code ${index} 1000`));
    expect(await found()).toHaveLength(5);
    await rm(join(home, ".claude"), { recursive: true });

    const ours = createHash("sha256").update(workspace).digest("hex");
    const recording = geminiRecording("a", geminiAnswer("m1"));
    await put(".gemini/tmp/r/chats/session-1.jsonl", recording.replace('"abc"', `"${ours}"`));
    await put(".gemini/tmp/s/chats/session-2.jsonl", recording.replaceAll('"a"', '"b"'));
    expect(await found(shared)).toEqual(["gemini-cli a 1000"]);
  });

  it("that can't be read in time are sessions of which nothing else is known, each once", async () => {
    const agent = claudeTranscript("a", claudeLine("a", { id: "m2", isSidechain: true }));
    await put(".claude/projects/-work-r-r/a.jsonl", claudeTranscript("a", claudeLine("a")));
    await put(".claude/projects/-work-r-r/a/subagents/agent-1.jsonl", agent);
    await put(".gemini/tmp/r/chats/session-1.jsonl", geminiRecording("b", geminiAnswer("m1")));
    expect(await found({}, boundedReader(0, { smallBytes: 0 }))).toEqual(["claude-code a 0", "gemini-cli session-1 0"]);
  });

  it("are none where there is no home", async () => {
    expect(await found({ HOME: "" })).toEqual([]);
  });
});
