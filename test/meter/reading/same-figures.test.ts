import { describe, expect, it } from "vitest";
import type { Api, Word } from "../../../src/meter/reading/route.ts";
import { readUsage } from "../../../src/usage/read-usage.ts";
import { createDice } from "../../faults/dice.ts";
import { fixture, metered, passed, split } from "./exchange.ts";

const ANSWERS: readonly (readonly [path: string, word: Word, api: Api])[] = [
  ["anthropic/body.json", "anthropic", "messages"],
  ["anthropic/compaction.json", "anthropic", "messages"],
  ["anthropic/fast.json", "anthropic", "messages"],
  ["anthropic/reserved.json", "anthropic", "messages"],
  ["anthropic/stream.sse", "anthropic", "messages"],
  ["openai/azure-stream.sse", "openai", "chat"],
  ["openai/chat-stream.sse", "openai", "chat"],
  ["openai/chat.json", "openai", "chat"],
  ["openai/code.json", "openai", "responses"],
  ["openai/deepseek.json", "openai", "chat"],
  ["openai/embeddings.json", "openai", "embeddings"],
  ["openai/mistral.json", "openai", "chat"],
  ["openai/openrouter.json", "openrouter", "chat"],
  ["openai/openrouter-own-key.json", "openrouter", "chat"],
  ["openai/responses-stream.sse", "openai", "responses"],
  ["openai/responses.json", "chatgpt", "responses"],
  ["openai/tools.json", "openai", "responses"],
  ["openai/unknown-tier.json", "openai", "responses"],
  ["openai/xai-live-search.json", "openai", "chat"],
  ["openai/xai.json", "openai", "chat"],
  ["gemini-api/body.json", "gemini", "gemini"],
  ["gemini-api/provisioned.json", "gemini", "gemini"],
  ["gemini-api/stream-array.json", "gemini", "gemini"],
  ["gemini-api/stream.sse", "gemini", "gemini"],
  ["bedrock/converse.json", "bedrock", "converse"],
];

describe("a metered answer's usage", () => {
  for (const [path, word, api] of ANSWERS) {
    it(`is what the reader says of the whole: ${path}`, () => {
      const bytes = path.endsWith(".sse") ? ended(fixture(path)) : fixture(path);
      const expected = readUsage(bytes.toString()).lines;
      const dice = createDice(7);
      for (const pieces of [[bytes], [...bytes].map((byte) => Buffer.from([byte])), split(bytes, dice)]) {
        const { body, found } = passed({ route: metered(word, api), pieces });
        expect(body.equals(bytes)).toBe(true);
        expect(found).toHaveLength(1);
        expect(found[0]?.metered.lines).toEqual(expected);
        expect(found[0]?.metered.estimated).toBe(false);
        // The figures come before the last byte passes.
        expect(found[0]?.after).toBeLessThan(bytes.length);
      }
    });
  }
});

describe("a stream among anything that streams may have", () => {
  it("has the same figures", () => {
    const dice = createDice(23);
    const streams = ANSWERS.filter(([path]) => path.endsWith(".sse"));
    for (let round = 0; round < 60; round += 1) {
      const [path, word, api] = dice.oneOf(streams);
      const ending = dice.oneOf(["\n", "\r\n", "\r"]);
      const events = ended(fixture(path)).toString().split("\n\n").slice(0, -1);
      const noise = () =>
        dice.oneOf(["", ": ping", 'event: ping\ndata: {"type": "ping"}', "retry: 10", "data:", "data: 7", "id"]);
      const stream = events.flatMap((event) => [noise(), event, noise()]).filter((event) => event !== "");
      const text = stream.map((event) => `${event}\n\n`).join("");
      const bytes = Buffer.from(text.replaceAll("\n", ending));
      const { body, found } = passed({
        ...{ route: metered(word, api), pieces: split(bytes, dice) },
        contentType: dice.oneOf(["text/event-stream", "text/event-stream; charset=utf-8", ""]),
      });
      expect(body.equals(bytes)).toBe(true);
      expect(found.map(({ metered: used }) => used.lines)).toEqual([readUsage(ended(fixture(path)).toString()).lines]);
    }
  });
});

/** A stream with the blank line after its last event, as providers send it. */
function ended(stream: Buffer): Buffer {
  return Buffer.from(`${stream.toString().trimEnd()}\n\n`);
}
