import { readFileSync } from "node:fs";
import { answerMeter } from "../../../src/meter/reading/answer-meter.ts";
import type { Answered, Metered } from "../../../src/meter/reading/answer-usage.ts";
import type { Api, Route, Word } from "../../../src/meter/reading/route.ts";
import type { Dice } from "../../faults/dice.ts";

/** A request of which nothing is known but what is said here. */
export function askedOf(facts: Partial<Answered & { addedUsage: boolean }> = {}) {
  return {
    ...{
      model: undefined,
      stream: false,
      includeUsage: undefined,
      background: false,
      bodyBytes: 0,
      inputTokensAtLeast: 0,
    },
    ...{ agentPart: undefined, client: "other" as const, dearestModel: undefined, addedUsage: false },
    ...facts,
  };
}

export function metered(word: Word, api: Api, provider = ""): Route {
  return { word, api, provider, kind: "metered" };
}

/** What a fixture of usage has, byte for byte. */
export function fixture(path: string): Buffer {
  return readFileSync(new URL(`../../fixtures/usage/${path}`, import.meta.url));
}

export type Exchange = {
  readonly route: Route;
  readonly pieces: readonly Uint8Array[];
  readonly asked?: Partial<Answered & { addedUsage: boolean }>;
  readonly status?: number;
  readonly contentType?: string;
  readonly ends?: "whole" | "broken";
};

/** Lets an answer pass: what passed, what was metered, how often, and how many bytes had passed before. */
export function passed({ route, pieces, asked, status = 200, contentType = "", ends = "whole" }: Exchange) {
  const meter = answerMeter(route, askedOf(asked), { status, contentType });
  const bytes: Uint8Array[] = [];
  const found: { metered: Metered; after: number }[] = [];
  const steps = [...pieces.map((piece) => () => meter.push(piece)), () => meter.end(ends), () => meter.end("broken")];
  for (const step of steps) {
    const { pass, metered } = step();
    if (metered) found.push({ metered, after: Buffer.concat(bytes).length });
    bytes.push(...pass);
  }
  return { body: Buffer.concat(bytes), found, metered: found[0]?.metered };
}

/** Pieces of random sizes, most of them small. */
export function split(bytes: Buffer, dice: Dice): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = dice.chance(0.7) ? dice.number(1, 9) : dice.number(1, 400);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

/** A message of Amazon's event stream. */
export function frame(type: string, payload: string): Buffer {
  const header = (name: string, value: string) => {
    const size = Buffer.alloc(2);
    size.writeUInt16BE(Buffer.byteLength(value));
    return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([7]), size, Buffer.from(value)]);
  };
  const headers = Buffer.concat([
    header(":event-type", type),
    header(":content-type", "application/json"),
    header(":message-type", "event"),
  ]);
  const body = Buffer.from(payload);
  const message = Buffer.alloc(16 + headers.length + body.length);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(headers.length, 4);
  headers.copy(message, 12);
  body.copy(message, 12 + headers.length);
  return message;
}
