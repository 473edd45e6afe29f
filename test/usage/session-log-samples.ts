/** One line of a transcript of Claude Code: a part of an answer, of 1,000 input and 100 output tokens by itself. */
export function claudeLine(
  session: string,
  facts: {
    readonly id?: string;
    readonly at?: string;
    readonly output?: number;
    readonly usage?: Readonly<Record<string, unknown>>;
    readonly model?: string;
    readonly cwd?: string;
    readonly isSidechain?: boolean;
  } = {},
): string {
  const { id = "msg_1", at = "2026-02-14T12:10:00.000Z", output = 100, model = "claude-sonnet-4-5" } = facts;
  const { cwd = "/work/r/r", isSidechain = false } = facts;
  return JSON.stringify({
    parentUuid: null,
    isSidechain,
    userType: "external",
    cwd,
    sessionId: session,
    version: "2.1.330",
    gitBranch: "main",
    message: {
      id,
      type: "message",
      role: "assistant",
      model,
      content: [{ type: "text", text: "…" }],
      stop_reason: null,
      usage: { input_tokens: 1000, output_tokens: output, service_tier: "standard", ...facts.usage },
    },
    requestId: `req_${id}`,
    type: "assistant",
    uuid: `uuid-${id}-${output}`,
    timestamp: at,
  });
}

/** A transcript: what a person asked, and the answers. */
export function claudeTranscript(session: string, ...answers: readonly string[]): string {
  const asked = { type: "user", sessionId: session, message: { role: "user", content: "Go on" }, cwd: "/work/r/r" };
  const queued = { type: "queue-operation", operation: "dequeue", sessionId: session };
  return [JSON.stringify(queued), JSON.stringify(asked), ...answers, ""].join("\n");
}

/** A recording of Gemini CLI: its head, and messages that grow. */
export function geminiRecording(session: string, ...messages: readonly object[]): string {
  const head = { sessionId: session, projectHash: "abc", startTime: "2026-02-14T12:10:00.000Z", kind: "main" };
  return [head, ...messages].map((record) => JSON.stringify(record)).join("\n");
}

/** An answer of Gemini, of 1,000 input, 100 output and 50 thought tokens by itself. */
export function geminiAnswer(id: string, tokens: object = {}, at = "2026-02-14T12:10:05.000Z") {
  const counted = { input: 1000, output: 100, cached: 0, thoughts: 50, tool: 0, total: 1150, ...tokens };
  return { id, timestamp: at, type: "gemini", content: "…", model: "gemini-2.5-pro", tokens: counted };
}
