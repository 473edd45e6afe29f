import { describe, expect, it } from "vitest";
import { tellsUsageIfAsked, withIncludeUsage } from "../../../src/meter/reading/include-usage.ts";
import { createDice } from "../../faults/dice.ts";
import { metered, passed, split } from "./exchange.ts";

describe("asking for usage", () => {
  it("changes nothing else of the body", () => {
    const bodies = [
      ['{"model":"m","stream":true}', '{"model":"m","stream":true,"stream_options":{"include_usage":true}}'],
      ["{}", '{"stream_options":{"include_usage":true}}'],
      [
        '{ "a" : [1.0, 1e3, "é\\u00e9"] }\n',
        '{ "a" : [1.0, 1e3, "é\\u00e9"] ,"stream_options":{"include_usage":true}}\n',
      ],
      ['{"stream_options":{},"a":1}', '{"stream_options":{"include_usage":true},"a":1}'],
      ['{"stream_options":null,"a":1}', '{"stream_options":{"include_usage":true},"a":1}'],
      ['{"stream_options":{"x":{"y":"}"}},"a":1}', '{"stream_options":{"x":{"y":"}"},"include_usage":true},"a":1}'],
      [
        '{"messages":[{"content":"say \\"stream_options\\": {"}],"stream":true}',
        '{"messages":[{"content":"say \\"stream_options\\": {"}],"stream":true,"stream_options":{"include_usage":true}}',
      ],
    ] as const;
    for (const [body, expected] of bodies) {
      expect(withIncludeUsage(body)).toBe(expected);
      expect(() => JSON.parse(expected)).not.toThrow();
    }
  });

  it("isn't done where the body says something about it, or isn't a whole object", () => {
    for (const body of [
      '{"stream_options":{"include_usage":false}}',
      '{"stream_options":{"include_usage":true}}',
      '{"stream":true',
      '{"stream":true,',
      "[]",
      "",
      "{} {}",
      '{"stream_options":{"a":1',
    ])
      expect(withIncludeUsage(body)).toBeUndefined();
  });

  it("is for streams of OpenAI's Chat Completions that don't say", () => {
    const route = metered("openai", "chat");
    expect(tellsUsageIfAsked(route, { stream: true, includeUsage: undefined })).toBe(true);
    expect(tellsUsageIfAsked(route, { stream: true, includeUsage: false })).toBe(false);
    expect(tellsUsageIfAsked(route, { stream: false, includeUsage: undefined })).toBe(false);
    expect(tellsUsageIfAsked(metered("openrouter", "chat"), { stream: true, includeUsage: undefined })).toBe(false);
    expect(tellsUsageIfAsked(metered("openai", "responses"), { stream: true, includeUsage: undefined })).toBe(false);
  });
});

/** A stream as OpenAI sends it; with usage each other chunk says null, and one more has only the usage. */
function chatStream(hasUsage: boolean, ending = "\n"): Buffer {
  const head = '"id":"chatcmpl-1","object":"chat.completion.chunk","created":1790000000,"model":"gpt-4o-mini"';
  const nothing = hasUsage ? ',"usage":null' : "";
  const chunk = (delta: string, reason: string) =>
    `data: {${head},"choices":[{"index":0,"delta":${delta},"finish_reason":${reason}}]${nothing},"obfuscation":"x7"}`;
  const events = [
    ": comment",
    chunk('{"role":"assistant","content":""}', "null"),
    chunk('{"content":"\\"usage\\":null, {ü🎉"}', "null"),
    chunk("{}", '"stop"'),
    ...(hasUsage ? [`data: {${head},"choices":[],"usage":{"prompt_tokens":900,"completion_tokens":30}}`] : []),
    "data: [DONE]",
  ];
  return Buffer.from(events.map((event) => event + ending + ending).join(""));
}

describe("usage that only we asked for", () => {
  const route = metered("openai", "chat", "openai");

  it("is taken out: the client gets what it would have got, byte for byte", () => {
    const dice = createDice(11);
    for (const ending of ["\n", "\r\n", "\r"]) {
      const bytes = chatStream(true, ending);
      const expected = chatStream(false, ending).toString();
      for (const pieces of [[bytes], [...bytes].map((byte) => Buffer.from([byte])), split(bytes, dice)]) {
        const { body, found } = passed({ route, pieces, asked: { addedUsage: true } });
        expect(body.toString()).toBe(expected);
        expect(found).toHaveLength(1);
        expect(found[0]?.metered).toMatchObject({ estimated: false, lines: [{ input: 900, output: 30 }] });
        expect(found[0]?.after).toBeLessThan(body.length);
      }
    }
  });

  it("stays where the client asked for it", () => {
    const bytes = chatStream(true);
    const { body, metered: used } = passed({ route, pieces: [bytes] });
    expect(body.equals(bytes)).toBe(true);
    expect(used?.lines[0]?.input).toBe(900);
  });

  it("isn't looked for in chunks with choices: some providers send it there unasked", () => {
    const bytes = Buffer.from(
      'data: {"id":"1","object":"chat.completion.chunk","model":"m","choices":[{"delta":{}}],"usage":{"prompt_tokens":5,"completion_tokens":1}}\n\ndata: [DONE]\n\n',
    );
    const { body } = passed({ route, pieces: [bytes], asked: { addedUsage: true } });
    expect(body.equals(bytes)).toBe(true);
  });

  it("leaves a stream that ends without its last blank line, or breaks off, as far as it came", () => {
    const bytes = chatStream(true);
    const expected = chatStream(false);
    const cut = passed({ route, pieces: [bytes.subarray(0, -1)], asked: { addedUsage: true } });
    expect(cut.body.toString()).toBe(expected.subarray(0, -1).toString());
    const broken = passed({ route, pieces: [bytes.subarray(0, 60)], asked: { addedUsage: true }, ends: "broken" });
    expect(broken.body.toString()).toBe(bytes.subarray(0, 60).toString());
    expect(broken.metered?.estimated).toBe(true);
  });

  it("passes an answer that isn't a stream, or an error, as it is", () => {
    const error = Buffer.from('{"error":{"message":"Unknown parameter: stream_options"}}');
    expect(passed({ route, pieces: [error], status: 400, asked: { addedUsage: true } }).body.equals(error)).toBe(true);
  });

  it("passes a huge chunk in pieces, unread for what could be taken out", () => {
    const huge = `data: {"id":"1","choices":[{"delta":{"content":"${"a".repeat(3_000_000)}"}}],"usage":null}\n\n`;
    const bytes = Buffer.from(huge);
    const pieces = Array.from({ length: 46 }, (_, index) => bytes.subarray(index * 65_536, (index + 1) * 65_536));
    const { body, metered: used } = passed({ route, pieces, asked: { addedUsage: true }, ends: "broken" });
    expect(body.equals(bytes)).toBe(true);
    expect(used?.lines[0]?.output).toBe(750_000);
  });
});
