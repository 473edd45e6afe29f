/** A file of any length, in pieces. */
type LargeFile = { readonly name: string; readonly pieces: (length: number) => Iterable<string> };

const WORDS = 'the agent reads src/main.ts, finds the façade of the parser and \\runs npm test again "twice"\n\t'.split(
  " ",
);

/** So many words, never the same ones. */
function prose(from: number, words: number): string {
  let text = "";
  for (let at = 0; at < words; at += 1) text += `${WORDS[(from * 7 + at * at) % WORDS.length]}${at % 9 ? "" : from} `;
  return text;
}

const USAGE = { input_tokens: 4, cache_creation_input_tokens: 812, cache_read_input_tokens: 15_310, output_tokens: 3 };
const SESSION = { session_id: "0d6f3a52-3b0e-4a57-9d0c-5b1f0a7e9c11" };

function claudeEvent(at: number): object {
  if (at % 2 === 0) {
    const content = [{ type: "text", text: prose(at, 60) }];
    const message = { id: `msg_${at}`, type: "message", role: "assistant", model: "claude-sonnet-4-5", content };
    return { type: "assistant", message: { ...message, usage: USAGE }, parent_tool_use_id: null, ...SESSION };
  }
  const content = [{ tool_use_id: `toolu_${at}`, type: "tool_result", content: prose(at, 700) }];
  return { type: "user", message: { role: "user", content }, parent_tool_use_id: null, ...SESSION };
}

const CLAUDE_START = {
  ...{ type: "system", subtype: "init", cwd: "/repo", tools: ["Bash"], model: "claude-sonnet-4-5" },
  ...SESSION,
};
const CLAUDE_END = {
  ...{ type: "result", subtype: "success", is_error: false, num_turns: 9, ...SESSION, total_cost_usd: 0.5 },
  usage: USAGE,
  modelUsage: {
    "claude-sonnet-4-5": {
      ...{ inputTokens: 4, outputTokens: 3, cacheReadInputTokens: 15_310, cacheCreationInputTokens: 812 },
      ...{ webSearchRequests: 0, costUSD: 0.5 },
    },
  },
};

function codexEvent(at: number): object {
  const item = { id: `item_${at}`, type: "command_execution", command: "npm test", exit_code: 0, status: "completed" };
  return { type: "item.completed", item: { ...item, aggregated_output: prose(at, 400) } };
}

function openAiChunk(at: number, more: object = {}): object {
  const choices = [{ index: 0, delta: { content: ` ${WORDS[at % WORDS.length]}` }, finish_reason: null }];
  const chunk = { id: "chatcmpl-A1", object: "chat.completion.chunk", created: 1_770_000_000, model: "gpt-4o-mini" };
  return { ...chunk, service_tier: "default", system_fingerprint: "fp_1", choices, usage: null, ...more };
}

function logLine(at: number): object {
  const req = { method: "GET", url: `/api/items/${at}`, headers: { host: "example.com", accept: "*/*" } };
  return {
    level: 30,
    time: 1_770_000_000_000 + at,
    pid: 7,
    msg: prose(at, 8),
    req,
    res: { statusCode: 200 },
    type: "log",
  };
}

/** Pieces from `begin` to `end` with as many in between as it takes. */
function* framed(length: number, begin: string, between: (at: number) => string, end: string): Generator<string> {
  yield begin;
  let at = 0;
  for (let left = length - begin.length - end.length; left > 0; at += 1) {
    const piece = between(at);
    left -= piece.length;
    yield piece;
  }
  yield end;
}

const line = (object: object) => `${JSON.stringify(object)}\n`;
const event = (object: object) => `data: ${JSON.stringify(object)}\n\n`;
const pretty = (object: object) => JSON.stringify(object, null, 2).replaceAll("\n", "\n  ");

export const LARGE_FILES: readonly LargeFile[] = [
  {
    name: "claude-stream.ndjson",
    pieces: (length) => framed(length, line(CLAUDE_START), (at) => line(claudeEvent(at)), line(CLAUDE_END)),
  },
  {
    name: "codex-exec.jsonl",
    pieces: (length) => {
      const start = line({ type: "thread.started", thread_id: "t-1" }) + line({ type: "turn.started" });
      const usage = { input_tokens: 1_500, cached_input_tokens: 100, output_tokens: 50 };
      return framed(length, start, (at) => line(codexEvent(at)), line({ type: "turn.completed", usage }));
    },
  },
  {
    name: "openai.sse",
    pieces: (length) => {
      const usage = { prompt_tokens: 2_500, completion_tokens: 4_000, total_tokens: 6_500 };
      const end = `${event(openAiChunk(0, { choices: [], usage }))}data: [DONE]\n\n`;
      return framed(length, "", (at) => event(openAiChunk(at)), end);
    },
  },
  {
    name: "claude-array.json",
    pieces: (length) =>
      framed(
        length,
        `[\n  ${pretty(CLAUDE_START)}`,
        (at) => `,\n  ${pretty(claudeEvent(at))}`,
        `,\n  ${pretty(CLAUDE_END)}\n]\n`,
      ),
  },
  { name: "unrecognized.ndjson", pieces: (length) => framed(length, "", (at) => line(logLine(at)), "") },
  { name: "prose.txt", pieces: (length) => framed(length, "", (at) => `${prose(at, 12)}\n`, "") },
  {
    name: "binary.png",
    pieces: (length) => framed(length, "\u0089PNG\r\n\u0000\u0000", (at) => `\u0001\u0000${at}\u0002`.repeat(99), ""),
  },
];
