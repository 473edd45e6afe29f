import { Agent } from "node:http";
import * as zlib from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hashedId } from "../../src/meter/record.ts";
import { readUsage } from "../../src/usage/read-usage.ts";
import { createDice, type Dice } from "../faults/dice.ts";
import { countOf } from "../support/pace/pace.ts";
import { type Made, makeExchange } from "./support/answers.ts";
import { type Answer, ask } from "./support/asking.ts";
import { CONTROL, startTestMeter, type TestMeter } from "./support/meter.ts";
import { type Plan, type Provider, startProvider } from "./support/provider.ts";

const EXCHANGES = countOf("meterExchanges");
const LANES = 4;

/** Where an exchange goes wrong, if it does. */
type Fate = "whole" | "client leaves" | "provider breaks off" | "refused" | "failed" | "early";

type Exchange = {
  readonly number: number;
  readonly made: Made;
  readonly fate: Fate;
  readonly coding: string;
  /** The answer's bytes on the wire, and the request's. */
  readonly answer: Buffer;
  readonly body: Buffer;
  readonly requestCoding: string;
  readonly plan: Plan;
  readonly isSlow: boolean;
  readonly isChunked: boolean;
  /** What follows its body, and whether its headers say so. */
  readonly checks: [string, string][];
  readonly isAnnounced: boolean;
  readonly leavesAfter: number | undefined;
};

const CODERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  identity: (bytes) => bytes,
  gzip: (bytes) => zlib.gzipSync(bytes),
  br: (bytes) => zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
  deflate: (bytes) => zlib.deflateSync(bytes),
  zstd: (bytes) => zlib.zstdCompressSync(bytes),
};

const exchanges = new Map<number, Exchange>();
let provider: Provider;
let meter: TestMeter;

beforeAll(async () => {
  provider = await startProvider(({ headers }) => exchanges.get(Number(headers["x-exchange"]))?.plan ?? { pieces: [] });
  meter = await startTestMeter({ origin: provider.origin });
});
afterAll(async () => {
  await meter?.stop();
  await provider?.stop();
});

/** Pieces that end anywhere: inside a character, a line, a compressed block. */
function split(bytes: Buffer, dice: Dice): Buffer[] {
  const most = dice.oneOf([7, 100, 2_000, 70_000, bytes.length]);
  const least = Math.max(1, Math.ceil(bytes.length / 60));
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = Math.max(least, dice.number(1, Math.max(1, most)));
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

function create(number: number): Exchange {
  const dice = createDice(number);
  const length = dice.weighted([
    [8, dice.number(1, 400)],
    [3, dice.number(400, 20_000)],
    [1, 1_000_000],
  ]);
  const made = makeExchange(dice, `id-${number}-${dice.number(0, 1e9)}`, length);
  const fate = dice.weighted<Fate>([
    [12, "whole"],
    [2, "client leaves"],
    [2, "provider breaks off"],
    [1, "refused"],
    [1, "failed"],
    [1, "early"],
  ]);
  const coding = dice.oneOf(Object.keys(CODERS));
  const requestCoding = dice.weighted([
    [6, "identity"],
    [1, "zstd"],
    [1, "gzip"],
  ]);
  const isRefusal = fate === "refused" || fate === "failed" || fate === "early";
  const error = JSON.stringify({ type: "error", error: { type: "some_error", message: `Nö ${made.id}` } });
  const answer = CODERS[coding]?.(Buffer.from(isRefusal ? error : made.answer)) ?? Buffer.alloc(0);
  const body = CODERS[requestCoding]?.(Buffer.from(made.body)) ?? Buffer.alloc(0);
  const isCut = fate === "provider breaks off";
  const sent = isCut ? answer.subarray(0, Math.max(1, answer.length - dice.number(1, answer.length))) : answer;
  const isLong = dice.chance(0.5) || isCut;
  const trailers = isLong ? undefined : dice.chance(0.5) ? { "x-checksum": `sum-${number}` } : undefined;
  const plan: Plan = {
    status: fate === "refused" ? 429 : fate === "failed" ? 529 : fate === "early" ? 413 : 200,
    headers: {
      "content-type": isRefusal ? "application/json" : made.contentType,
      ...(coding === "identity" ? {} : { "content-encoding": coding }),
      ...(isLong ? { "content-length": String(answer.length) } : {}),
      ...(trailers === undefined ? {} : { trailer: "x-checksum" }),
      ...{ "request-id": `req-${number}`, "X-Mixed-Case": "Ä".normalize("NFC"), "retry-after": "2" },
    },
    pieces: split(sent, dice),
    isEarly: fate === "early",
    isCut,
    ...(trailers === undefined ? {} : { trailers }),
  };
  const leavesAfter = fate === "client leaves" ? dice.number(1, answer.length) : undefined;
  const [isSlow, isChunked] = [dice.chance(0.1), dice.chance(0.3)];
  const checks: [string, string][] =
    isChunked && dice.chance(0.6)
      ? [
          ["X-Checksum", `sü-${number}`],
          ["x-two", "2"],
        ]
      : [];
  const isAnnounced = dice.chance(0.5);
  const about = { isSlow, isChunked, checks, isAnnounced, leavesAfter };
  return { number, made, fate, coding, answer: sent, body, requestCoding, plan, ...about };
}

async function run(exchange: Exchange, agent: Agent): Promise<Answer> {
  const { number, made, body, requestCoding, isChunked, isSlow, checks, isAnnounced, leavesAfter } = exchange;
  const headers = {
    "x-exchange": String(number),
    "content-type": "application/json",
    "accept-encoding": "gzip, br;q=0.9, deflate, zstd, identity",
    ...(requestCoding === "identity" ? {} : { "content-encoding": requestCoding }),
    ...(isChunked ? { "transfer-encoding": "chunked" } : { "content-length": String(body.length) }),
    ...(checks.length > 0 && isAnnounced ? { trailer: "X-Checksum, x-two" } : {}),
    ...{ "Anthropic-Beta": "one, two", "x-api-key": "sk-ant-test" },
  };
  const pieces = split(body, createDice(number));
  const url = `${meter.base}/${made.word}${made.path}`;
  return ask({
    url,
    headers,
    pieces,
    trailers: checks,
    agent,
    isSlow,
    ...(leavesAfter === undefined ? {} : { leavesAfter }),
  });
}

const HOP_BY_HOP = ["connection", "keep-alive", "transfer-encoding", "host", "date"];
const named = (raw: readonly string[]) => {
  const pairs = raw.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${raw[at + 1]}`] : []));
  return pairs.filter((pair) => !HOP_BY_HOP.includes((pair.split(":")[0] ?? "").toLowerCase())).sort();
};

function judgeAnswer({ plan, answer, fate }: Exchange, got: Answer): void {
  expect(got.status).toBe(plan.status);
  const planned = Object.entries(plan.headers ?? {}).flat();
  expect(named(got.rawHeaders)).toEqual(named(planned));
  const isPart = fate === "client leaves" || fate === "provider breaks off";
  expect((isPart ? answer.subarray(0, got.body.length) : answer).equals(got.body)).toBe(true);
  if (fate === "client leaves") return;
  expect(got.isCut).toBe(fate === "provider breaks off");
  expect({ ...got.trailers }).toEqual(plan.trailers ?? {});
}

function judgeRequest({ number, made, body, requestCoding, checks, isAnnounced, fate }: Exchange): void {
  const got = provider.got.find(({ headers }) => headers["x-exchange"] === String(number));
  if (fate === "early" && got === undefined) return;
  expect(got?.method).toBe("POST");
  expect(got?.path).toBe(made.path);
  expect(got?.body.equals(body)).toBe(true);
  expect(got?.rawTrailers).toEqual(checks.flat());
  expect(got?.headers["trailer"]).toBe(checks.length > 0 && isAnnounced ? "X-Checksum, x-two" : undefined);
  expect(got?.headers.host).toBe(provider.host);
  expect(got?.headers["accept-encoding"]).toBe("gzip, br;q=0.9, deflate, zstd, identity");
  expect(got?.headers["content-encoding"]).toBe(requestCoding === "identity" ? undefined : requestCoding);
  expect(got?.rawHeaders).toContain("Anthropic-Beta");
}

/** What the record has of whole answers is what their reader says; of broken ones it has something, of refusals nothing. */
function judgeRecord(all: readonly Exchange[]): void {
  const recorded = meter.recorded();
  const byId = new Map(recorded.map((element) => [element["id"], element]));
  for (const { made, fate } of all) {
    const element = byId.get(hashedId(CONTROL, made.id));
    if (fate !== "whole") continue;
    const [line] = readUsage(made.answer).lines;
    const { input, output, cache_read, model } = line ?? { input: -1, output: -1, cache_read: -1, model: "" };
    expect(element, made.answer.slice(0, 300)).toMatchObject({ input, output, model });
    expect(element?.["cache_read"] ?? 0).toBe(cache_read);
    expect(element?.["estimated"]).toBeUndefined();
  }
  const isBooked = ({ fate }: Exchange) => !["refused", "failed", "early"].includes(fate);
  expect(recorded).toHaveLength(all.filter(isBooked).length);
  const broken = all.filter(({ fate }) => fate === "provider breaks off" || fate === "client leaves");
  expect(recorded.filter(({ estimated }) => estimated === true).length).toBeLessThanOrEqual(broken.length);
}

it(`passes ${EXCHANGES} exchanges byte for byte and reads what they used`, async () => {
  const agent = new Agent({ keepAlive: true });
  const all = Array.from({ length: EXCHANGES }, (_, at) => create(at + 1));
  for (const exchange of all) exchanges.set(exchange.number, exchange);
  const waiting = [...all];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const exchange = next;
      const got = await run(exchange, agent);
      try {
        judgeAnswer(exchange, got);
        judgeRequest(exchange);
      } catch (error) {
        const { number, fate, coding, made, isSlow } = exchange;
        throw new Error(`exchange ${number} (${fate}, ${coding}, ${made.path}, slow ${isSlow})`, { cause: error });
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  agent.destroy();
  const figures = await meter.meter.stop(1_000);
  judgeRecord(all);
  expect(figures).toMatchObject({ open: 0, unread: 0, unwritten: 0, unpriced: 0 });
});
