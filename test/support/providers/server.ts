import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What the stand-ins of providers answer to every request: so many tokens of one model each. */
export const MODELS = { anthropic: "claude-sonnet-4-5", openai: "gpt-5", gemini: "gemini-2.5-pro" } as const;

/** A request as it came. */
export type Asked = { readonly path: string; readonly headers: IncomingMessage["headers"]; readonly body: string };

/** Loopback stand-ins of three providers at one address; `hold` keeps an answer open until it is called. */
export type Providers = {
  readonly origin: string;
  readonly asked: Asked[];
  /** What an answer uses: dollars by list price follow from it. */
  tokens: { input: number; output: number };
  /** Called before a message's last event; a promise that never ends leaves the answer open. */
  beforeEnd: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const SSE = { "content-type": "text/event-stream" };

/** Starts them on a free port. */
export async function startProviders(): Promise<Providers> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    asked.push({ path: request.url ?? "", headers: request.headers, body });
    await answer({ path: request.url ?? "", body: JSON.parse(body || "{}") }, response, providers);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const providers: Providers = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    tokens: { input: 1000, output: 100 },
    beforeEnd: async () => {},
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return providers;
}

type Called = { readonly path: string; readonly body: { readonly stream?: boolean; readonly stream_options?: object } };

async function answer({ path, body }: Called, response: ServerResponse, providers: Providers): Promise<void> {
  const { input, output } = providers.tokens;
  if (path.endsWith("/messages")) return message(response, { isStream: body.stream === true, providers });
  if (path.endsWith("/chat/completions")) {
    const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
    if (body.stream !== true)
      return json(response, { id: "c1", object: "chat.completion", model: MODELS.openai, choices: [], usage });
    const chunk = (more: object) =>
      `data: ${JSON.stringify({ id: "c1", object: "chat.completion.chunk", model: MODELS.openai, ...more })}\n\n`;
    response.writeHead(200, SSE);
    response.write(chunk({ choices: [{ index: 0, delta: { content: "Hello" } }] }));
    if (body.stream_options !== undefined) response.write(chunk({ choices: [], usage }));
    return void response.end("data: [DONE]\n\n");
  }
  if (path.endsWith("/responses")) {
    const usage = { input_tokens: input, output_tokens: output, total_tokens: input + output };
    return json(response, {
      id: "r1",
      object: "response",
      status: "completed",
      model: MODELS.openai,
      output: [],
      usage,
    });
  }
  if (path.includes(":generateContent")) {
    const usageMetadata = { promptTokenCount: input, candidatesTokenCount: output, totalTokenCount: input + output };
    return json(response, {
      candidates: [{ content: { parts: [{ text: "Hello" }] }, finishReason: "STOP" }],
      modelVersion: MODELS.gemini,
      usageMetadata,
    });
  }
  response.writeHead(404).end();
}

async function message(response: ServerResponse, { isStream, providers }: { isStream: boolean; providers: Providers }) {
  const { input, output } = providers.tokens;
  const usage = { input_tokens: input, output_tokens: output };
  const whole = {
    id: `msg_${providers.asked.length}`,
    type: "message",
    role: "assistant",
    model: MODELS.anthropic,
    content: [{ type: "text", text: "Hello" }],
  };
  if (!isStream) {
    await providers.beforeEnd();
    return json(response, { ...whole, usage });
  }
  const event = (type: string, more: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
  response.writeHead(200, SSE);
  response.write(event("message_start", { message: { ...whole, usage: { ...usage, output_tokens: 1 } } }));
  response.write(event("content_block_delta", { index: 0, delta: { type: "text_delta", text: "Hello" } }));
  await providers.beforeEnd();
  response.write(event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: output } }));
  response.end(event("message_stop", {}));
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}
