import type { Dice } from "../../faults/dice.ts";

/** An exchange with a provider: what is asked, and what it answers. */
export type Made = {
  readonly word: "anthropic" | "openai" | "gemini";
  readonly path: string;
  readonly body: string;
  readonly contentType: string;
  readonly answer: string;
  readonly id: string;
};

const WORDS = ["a", "word", "naïve", "日本語", "🙂🙃", "Ω≈ç√", '"quoted"', "line\nbreak", "data: x", "\u2028"];

function textOf(dice: Dice, length: number): string {
  let text = "";
  while (text.length < length) text += `${dice.oneOf(WORDS)} `;
  return text;
}

/** An exchange of one of the APIs, with random figures and a text of about this many characters. */
export function makeExchange(dice: Dice, id: string, length: number): Made {
  const make = dice.oneOf([message, messageStream, chat, responses, responsesStream, gemini, geminiStream]);
  return { ...make({ dice, id, text: textOf(dice, length) }), id };
}

type Asked = { readonly dice: Dice; readonly id: string; readonly text: string };
type Answered = Omit<Made, "id">;

const json = (value: unknown) => JSON.stringify(value);
const event = (name: string, value: object) => `event: ${name}\ndata: ${json(value)}\n\n`;
const messages = (stream: boolean, text: string) => ({
  word: "anthropic" as const,
  path: "/v1/messages?beta=true",
  body: json({ model: "claude-sonnet-4-5", stream, max_tokens: 100, messages: [{ role: "user", content: text }] }),
});

function usageOf(dice: Dice) {
  return {
    input_tokens: dice.number(1, 5000),
    cache_read_input_tokens: dice.number(0, 5000),
    cache_creation_input_tokens: dice.number(0, 300),
    output_tokens: dice.number(1, 900),
  };
}

function message({ dice, id, text }: Asked): Answered {
  const content = [{ type: "text", text }];
  const usage = usageOf(dice);
  const about = { type: "message", role: "assistant", model: "claude-sonnet-4-5-20250929", stop_reason: "end_turn" };
  return { ...messages(false, text), contentType: "application/json", answer: json({ id, ...about, content, usage }) };
}

function messageStream({ dice, id, text }: Asked): Answered {
  const usage = usageOf(dice);
  const about = { id, type: "message", role: "assistant", model: "claude-sonnet-4-5-20250929", content: [] };
  const pieces = piecesOf(dice, text).map((piece) => {
    const delta = { type: "text_delta", text: piece };
    return event("content_block_delta", { type: "content_block_delta", index: 0, delta });
  });
  const answer = [
    event("message_start", { type: "message_start", message: { ...about, usage: { ...usage, output_tokens: 1 } } }),
    event("content_block_start", { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
    "event: ping\ndata: {}\n\n",
    ...pieces,
    event("content_block_stop", { type: "content_block_stop", index: 0 }),
    event("message_delta", { type: "message_delta", delta: { stop_reason: "end_turn" }, usage }),
    event("message_stop", { type: "message_stop" }),
  ].join("");
  return { ...messages(true, text), contentType: "text/event-stream; charset=utf-8", answer };
}

function piecesOf(dice: Dice, text: string): string[] {
  const count = dice.number(1, 12);
  const size = Math.ceil(text.length / count);
  return Array.from({ length: count }, (_, at) => text.slice(at * size, (at + 1) * size));
}

function chat({ dice, id, text }: Asked): Answered {
  const usage = { prompt_tokens: dice.number(1, 4000), completion_tokens: dice.number(1, 900), total_tokens: 0 };
  const choices = [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }];
  return {
    word: "openai",
    path: "/v1/chat/completions",
    body: json({ messages: [{ role: "user", content: text }], model: "gpt-4.1-mini" }),
    contentType: "application/json",
    answer: json({ id, object: "chat.completion", model: "gpt-4.1-mini-2025-04-14", choices, usage }),
  };
}

function responseOf({ dice, id, text }: Asked) {
  const usage = {
    input_tokens: dice.number(100, 4000),
    input_tokens_details: { cached_tokens: dice.number(0, 100) },
    output_tokens: dice.number(50, 900),
    output_tokens_details: { reasoning_tokens: dice.number(0, 50) },
    total_tokens: 5000,
  };
  const output = [{ type: "message", role: "assistant", content: [{ type: "output_text", text }] }];
  return { id, object: "response", status: "completed", model: "gpt-5-2025-08-07", output, usage };
}

function responses(asked: Asked): Answered {
  const body = json({ model: "gpt-5", input: asked.text });
  return {
    ...{ word: "openai", path: "/v1/responses", body },
    ...{ contentType: "application/json", answer: json(responseOf(asked)) },
  };
}

function responsesStream(asked: Asked): Answered {
  const { id, text, dice } = asked;
  const response = responseOf(asked);
  const created = { id, object: "response", status: "in_progress", model: response.model, output: [], usage: null };
  const deltas = piecesOf(dice, text).map((delta) =>
    event("response.output_text.delta", { type: "response.output_text.delta", delta }),
  );
  return {
    ...{ word: "openai", path: "/v1/responses", body: json({ model: "gpt-5", stream: true, input: text }) },
    contentType: "text/event-stream",
    answer: [
      event("response.created", { type: "response.created", response: created }),
      ...deltas,
      event("response.completed", { type: "response.completed", response }),
    ].join(""),
  };
}

function geminiOf(text: string, usageMetadata: object, id: string) {
  const candidates = [{ content: { role: "model", parts: [{ text }] }, finishReason: "STOP" }];
  return { candidates, usageMetadata, modelVersion: "gemini-2.5-flash", responseId: id };
}

function geminiUsage(dice: Dice) {
  const [promptTokenCount, candidatesTokenCount] = [dice.number(1, 4000), dice.number(1, 900)];
  return { promptTokenCount, candidatesTokenCount, totalTokenCount: promptTokenCount + candidatesTokenCount };
}

function gemini({ dice, id, text }: Asked): Answered {
  return {
    word: "gemini",
    path: "/v1beta/models/gemini-2.5-flash:generateContent",
    body: json({ contents: [{ role: "user", parts: [{ text }] }] }),
    contentType: "application/json; charset=UTF-8",
    answer: json(geminiOf(text, geminiUsage(dice), id)),
  };
}

function geminiStream({ dice, id, text }: Asked): Answered {
  const usage = geminiUsage(dice);
  const pieces = piecesOf(dice, text).map((piece) => `data: ${json(geminiOf(piece, usage, id))}\r\n\r\n`);
  return {
    word: "gemini",
    path: "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
    body: json({ contents: [{ role: "user", parts: [{ text }] }] }),
    contentType: "text/event-stream",
    answer: pieces.join(""),
  };
}
