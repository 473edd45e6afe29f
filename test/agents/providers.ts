import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gunzipSync, zstdDecompressSync } from "node:zlib";

/** A request as it arrived, its body decoded. */
export type Arrived = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
};

/** Stands in for the providers of all agents: answers each API with a short text and figures that are known. */
export type Providers = {
  readonly origin: string;
  readonly arrived: Arrived[];
  /** Requests to a model, as opposed to lists of models, sign-ins and the like. */
  readonly asked: () => Arrived[];
  /** Takes a connection that came another way. */
  readonly connect: (socket: Duplex) => void;
  readonly stop: () => Promise<void>;
};

const MODEL = /\/(?:messages|responses|chat\/completions)$|enerateContent$/;

export async function startProviders(): Promise<Providers> {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((raw) => {
      const path = (request.url ?? "").replace(/\?.*$/, "");
      const body = decoded(raw, request.headers["content-encoding"]).toString();
      arrived.push({ method: request.method ?? "", path, headers: request.headers, body });
      answer(response, { path, body, id: `${process.pid}-${arrived.length}` });
    });
  });
  // As a provider without them does: the agent goes on with requests.
  server.on("upgrade", (_, socket) => socket.end("HTTP/1.1 426 Upgrade Required\r\nConnection: close\r\n\r\n"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    asked: () => arrived.filter(({ method, path }) => method === "POST" && MODEL.test(path)),
    connect: (socket) => void server.emit("connection", socket),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function decoded(raw: Buffer, coding: string | undefined): Buffer {
  if (coding === "zstd") return zstdDecompressSync(raw);
  return coding === "gzip" ? gunzipSync(raw) : raw;
}

type Asked = { readonly path: string; readonly body: string; readonly id: string };
type Event = readonly [name: string, data: object | string];

function answer(response: ServerResponse, asked: Asked): void {
  const google = /(?:models\/([^/:]+)|v1internal):(\w+)$/.exec(asked.path);
  const body = parsed(asked.body);
  if (asked.path.endsWith("/count_tokens")) json(response, { input_tokens: 10 });
  else if (asked.path.endsWith("/messages")) messages(response, body, asked.id);
  else if (asked.path.endsWith("/responses")) responses(response, body, asked.id);
  else if (asked.path.endsWith("/chat/completions")) chat(response, body, asked.id);
  else if (google?.[2]?.endsWith("enerateContent")) gemini(response, { google, body, id: asked.id });
  else if (asked.path.endsWith(":loadCodeAssist"))
    json(response, { currentTier: { id: "standard-tier", name: "Standard" }, cloudaicompanionProject: "p-1" });
  else if (asked.path.includes("v1internal")) json(response, {});
  else if (asked.path.endsWith("/models")) json(response, { object: "list", data: [], models: [] });
  else json(response, { error: { message: "not here" } }, 404);
}

/** A prompt that makes the stand-in start a subagent. */
export const SUBAGENT_PROMPT = "say done, by a subagent";

type Body = {
  readonly model?: string;
  readonly stream?: boolean;
  readonly stream_options?: { include_usage?: boolean };
  readonly messages?: readonly unknown[];
  readonly tools?: readonly { readonly name?: string }[];
};

function parsed(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return {};
  }
}

function json(response: ServerResponse, value: object, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

function stream(response: ServerResponse, events: readonly Event[]): void {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  for (const [name, data] of events) {
    const text = typeof data === "string" ? data : JSON.stringify(data);
    response.write(`${name === "" ? "" : `event: ${name}\n`}data: ${text}\n\n`);
  }
  response.end();
}

const TEXT = "Done, as aßked 🎉.";

/** A call of the tool that starts a subagent, at a prompt that asks for one, until it has its result. */
function subagentCall({ messages: said, tools }: Body): object | undefined {
  const text = JSON.stringify(said ?? []);
  const tool = tools?.find(({ name }) => name === "Agent" || name === "Task");
  if (tool === undefined || !text.includes(SUBAGENT_PROMPT) || text.includes("tool_result")) return undefined;
  const input = { description: "say done", prompt: "Say done.", subagent_type: "general-purpose" };
  return { type: "tool_use", id: "toolu_1", name: tool.name, input };
}

function messages(response: ServerResponse, body: Body, id: string): void {
  const { model, stream: isStream } = body;
  const call = subagentCall(body);
  const cache_creation = { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 0 };
  const usage = {
    ...{ input_tokens: 120, cache_creation_input_tokens: 300, cache_read_input_tokens: 1000, cache_creation },
    ...{ output_tokens: 50, service_tier: "standard" },
  };
  const about = { id: `msg_${id}`, type: "message", role: "assistant", model, stop_sequence: null };
  if (!isStream) {
    json(response, { ...about, content: [{ type: "text", text: TEXT }], stop_reason: "end_turn", usage });
    return;
  }
  const begun = { ...about, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
  const block = call === undefined ? { type: "text", text: "" } : { ...call, input: {} };
  const delta =
    call === undefined
      ? { type: "text_delta", text: TEXT }
      : { type: "input_json_delta", partial_json: JSON.stringify((call as { input: object }).input) };
  const stop_reason = call === undefined ? "end_turn" : "tool_use";
  const events = [
    { type: "message_start", message: begun },
    { type: "content_block_start", index: 0, content_block: block },
    { type: "ping" },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason, stop_sequence: null }, usage },
    { type: "message_stop" },
  ];
  stream(
    response,
    events.map((event) => [event.type, event] as const),
  );
}

function responses(response: ServerResponse, { model, stream: isStream }: Body, id: string): void {
  const begun = {
    ...{ id: `resp_${id}`, object: "response", created_at: 1_790_000_000, status: "in_progress", model },
    ...{ output: [], usage: null },
  };
  const part = { type: "output_text", text: TEXT, annotations: [] };
  const item = { type: "message", id: `msg_${id}`, role: "assistant", status: "completed", content: [part] };
  const usage = {
    ...{ input_tokens: 1500, input_tokens_details: { cached_tokens: 1000 }, total_tokens: 1540 },
    ...{ output_tokens: 40, output_tokens_details: { reasoning_tokens: 10 } },
  };
  const done = { ...begun, status: "completed", output: [item], usage };
  if (!isStream) {
    json(response, done);
    return;
  }
  const at = { item_id: item.id, output_index: 0, content_index: 0 };
  stream(
    response,
    [
      { type: "response.created", response: begun },
      { type: "response.output_item.added", output_index: 0, item: { ...item, status: "in_progress", content: [] } },
      { type: "response.content_part.added", ...at, part: { ...part, text: "" } },
      { type: "response.output_text.delta", ...at, delta: TEXT },
      { type: "response.output_text.done", ...at, text: TEXT },
      { type: "response.output_item.done", output_index: 0, item },
      { type: "response.completed", response: done },
    ].map((event) => [event.type, event] as const),
  );
}

function chat(response: ServerResponse, { model, stream: isStream, stream_options }: Body, id: string): void {
  const about = { id: `chatcmpl-${id}`, created: 1_790_000_000, model };
  const usage = {
    ...{ prompt_tokens: 900, completion_tokens: 30, total_tokens: 930 },
    prompt_tokens_details: { cached_tokens: 500 },
  };
  const choice = (key: string, said: object, finish_reason: string | null) => ({
    choices: [{ index: 0, [key]: said, finish_reason }],
  });
  if (!isStream) {
    const message = { role: "assistant", content: TEXT };
    json(response, { ...about, object: "chat.completion", ...choice("message", message, "stop"), usage });
    return;
  }
  const isAsked = stream_options?.include_usage === true;
  const nothing = isAsked ? { usage: null } : {};
  const chunk = (more: object) => ["", { ...about, object: "chat.completion.chunk", ...more }] as const;
  stream(response, [
    chunk({ ...choice("delta", { role: "assistant", content: "" }, null), ...nothing }),
    chunk({ ...choice("delta", { content: TEXT }, null), ...nothing }),
    chunk({ ...choice("delta", {}, "stop"), ...nothing }),
    ...(isAsked ? [chunk({ choices: [], usage })] : []),
    ["", "[DONE]"],
  ]);
}

type Google = { readonly google: RegExpExecArray; readonly body: Body; readonly id: string };

function gemini(response: ServerResponse, { google: [, model, verb], body, id }: Google): void {
  // Code Assist names the model in the body, and wraps its answers.
  const wrapped = (answer: object) => (model === undefined ? { response: answer } : answer);
  const about = { modelVersion: model ?? body.model, responseId: `r-${id}` };
  const said = (text: string, more: object) => ({
    candidates: [{ content: { role: "model", parts: [{ text }] }, index: 0, ...more }],
  });
  const usageMetadata = {
    ...{ promptTokenCount: 800, candidatesTokenCount: 20, thoughtsTokenCount: 5, totalTokenCount: 825 },
    cachedContentTokenCount: 300,
  };
  const last = wrapped({ ...about, ...said(TEXT, { finishReason: "STOP" }), usageMetadata });
  if (verb === "generateContent") {
    json(response, last);
    return;
  }
  const first = { ...about, ...said("Wait. ", {}), usageMetadata: { promptTokenCount: 800, totalTokenCount: 800 } };
  stream(response, [
    ["", wrapped(first)],
    ["", last],
  ]);
}
