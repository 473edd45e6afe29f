import { describe, expect, it } from "vitest";
import { answerMeter } from "../../../src/meter/reading/answer-meter.ts";
import { boundedJson } from "../../../src/meter/reading/bounded-json.ts";
import { readUsage } from "../../../src/usage/read-usage.ts";
import { createDice } from "../../faults/dice.ts";
import { askedOf, fixture, metered, passed, split } from "./exchange.ts";

const NO_KEYS: ReadonlySet<string> = new Set();

describe("a JSON object that is only kept in part", () => {
  it("is what JSON.parse makes of it where nothing in it is long, however it is split", () => {
    const dice = createDice(3);
    const texts = [
      "{}",
      '{"a":[],"b":{},"c":[[],[{}]],"d":"","e":null}',
      '{ "a" : 1.5e-3 , "b" : [ true , false , null , -0 ] }',
      String.raw`{"k\"\\ey":"\u00e9\ud83d\ude00\\\"\/\b","":"}{]["}`,
      JSON.stringify({ queries: ["what, now?", "a]b"], deep: { deeper: [{ deepest: [1, [2, [3]]] }] } }),
    ];
    for (const text of texts) {
      for (const pieces of [[text], [...text], split(Buffer.from(text), dice).map(String)]) {
        const json = boundedJson(NO_KEYS);
        const ends = pieces.map((piece) => json.push(piece));
        expect(ends.at(-1)).toBeDefined();
        expect(ends.slice(0, -1).every((end) => end === undefined)).toBe(true);
        expect(json.value()).toEqual(JSON.parse(text));
      }
    }
  });

  it("loses the ends of long strings and lists of numbers", () => {
    const text = `{"long":"${"ab\\n\\u00e9".repeat(5_000)}","list":[${"0.5,".repeat(4_000)}1],"after":{"usage":7}}`;
    const json = boundedJson(new Set(["long"]));
    for (const piece of split(Buffer.from(text), createDice(5))) json.push(piece.toString("latin1"));
    const value = json.value() as { long: string; list: number[]; after: unknown };
    expect(value.long.length).toBeLessThanOrEqual(520);
    expect(value.list).toHaveLength(32);
    expect(value.after).toEqual({ usage: 7 });
    expect(json.textLength()).toBeGreaterThan(19_000);
  });

  it("is nothing where it isn't one, or is too much", () => {
    for (const text of ["[1]", '"a"', "12 ", '{"a":}', '{"a" 1}', `{"a":${"[".repeat(400)}${"]".repeat(400)}}`]) {
      const json = boundedJson(NO_KEYS);
      json.push(text);
      expect(json.value()).toBeUndefined();
    }
    const many = boundedJson(NO_KEYS);
    many.push(`{"a":[${'{"k":"some text"},'.repeat(60_000)}{}]}`);
    expect(many.value()).toBeUndefined();
  });
});

describe("an answer of any size", () => {
  const usage = { input_tokens: 1_500, output_tokens: 700_000, total_tokens: 701_500 };

  it("has its usage read behind 30 MB of text in one event, with little of it kept", () => {
    const meter = answerMeter(metered("openai", "responses", "openai"), askedOf(), {
      ...{ status: 200, contentType: "text/event-stream" },
    });
    meter.push(
      Buffer.from(
        'data: {"type":"response.completed","response":{"id":"resp_1","object":"response","output":[{"text":"',
      ),
    );
    const megabyte = Buffer.alloc(1_048_576, "word ");
    globalThis.gc?.();
    const before = process.memoryUsage();
    let most = 0;
    for (let index = 0; index < 30; index += 1) {
      expect(meter.push(megabyte).metered).toBeUndefined();
      if (index % 10 === 9) {
        const { heapUsed, external } = process.memoryUsage();
        most = Math.max(most, heapUsed + external - before.heapUsed - before.external);
      }
    }
    expect(most).toBeLessThan(40 * 1_048_576);
    const { metered: used } = meter.push(Buffer.from(`"}],"model":"gpt-5.5","usage":${JSON.stringify(usage)}}}\n\n`));
    expect(used).toMatchObject({ estimated: false, lines: [{ model: "gpt-5.5", input: 1_500, output: 700_000 }] });
  });

  it("has its usage read behind thousands of embeddings", () => {
    const data = Array.from({ length: 60 }, (_, index) => ({ object: "embedding", index, embedding: NUMBERS }));
    const body = JSON.stringify({
      object: "list",
      data,
      model: "text-embedding-3-small",
      usage: { prompt_tokens: 8, total_tokens: 8 },
    });
    const { metered: used } = passed({ route: metered("openai", "embeddings", "openai"), pieces: [Buffer.from(body)] });
    expect(used?.lines).toEqual(
      readUsage(body).lines.map((line) => ({ ...line, provider: line.provider || "openai" })),
    );
  });

  it("has its usage read from thousands of chunks that each have some", () => {
    const chunk = (count: number) => ({
      ...{
        id: "gen-1",
        provider: "xAI",
        object: "chat.completion.chunk",
        model: "x-ai/grok-4",
        created: 1_790_000_000,
      },
      choices: [{ index: 0, delta: { content: "w" } }],
      usage: { prompt_tokens: 100, completion_tokens: count },
    });
    const events = Array.from({ length: 8_000 }, (_, index) => `data: ${JSON.stringify(chunk(index))}\n\n`);
    const pieces = [Buffer.from(`${events.join("")}data: [DONE]\n\n`)];
    const { found } = passed({ route: metered("openrouter", "chat", "openrouter"), pieces });
    expect(found).toHaveLength(1);
    expect(found[0]?.metered).toMatchObject({ ids: ["gen-1"], lines: [{ input: 100, output: 7_999, requests: 1 }] });
  });

  it("ends a stream of frames that can't be one, and passes what it is", () => {
    const bytes = Buffer.concat([Buffer.alloc(40), fixture("bedrock/converse.json")]);
    const { body, metered: used } = passed({
      ...{ route: metered("bedrock", "converse", "aws"), pieces: [bytes] },
      contentType: "application/vnd.amazon.eventstream",
    });
    expect(body.equals(bytes)).toBe(true);
    expect(used?.estimated).toBe(true);
  });
});

const NUMBERS = Array.from({ length: 1_536 }, (_, index) => index / 1_537);
