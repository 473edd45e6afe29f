import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { preloadPrices } from "../pricing/prices.ts";
import { createAccount } from "./account.ts";
import { guardedLookup } from "./addresses.ts";
import { bookOpens, type Core, write } from "./core.ts";
import { exchange } from "./exchange.ts";
import { type FiguresParts, figuresOf, type MeterFigures } from "./figures.ts";
import { createLiveFile } from "./live-file.ts";
import { type Memory, noMemory } from "./memory.ts";
import { createOpens, type OpenChange } from "./opens.ts";
import type { Outside } from "./outside.ts";
import { createPricing } from "./pricing.ts";
import { createRecordFile } from "./record-file.ts";
import { replyJson, replyShortly } from "./replies.ts";
import { examine, keysOf } from "./request-rules.ts";
import { restore } from "./restore.ts";
import { type MeterHooks, type MeterSetup, meterFile } from "./setup.ts";
import { countsOf, createTally } from "./tally.ts";
import { takeWithoutUpgrade } from "./upgrade.ts";
import { upstreamsOf } from "./upstreams.ts";

/** What a meter has beside its setup. */
export type MeterParts = {
  readonly hooks: MeterHooks;
  readonly outside: Outside;
  /** What the process before this one left. */
  readonly memory?: Memory;
  /** Called with what must outlive this process: what is open, and what isn't in the record. */
  readonly onOpen?: (change: OpenChange) => void;
  readonly onMemory?: (memory: Memory) => void;
  /** Called when it was asked to end, after its last figures. */
  readonly onEnd?: (figures: MeterFigures) => void;
};

/** A meter that is running. */
export type Meter = {
  /** Takes a connection of a client. */
  accept(socket: Socket): void;
  /** Waits at most so long for open requests, breaks off the rest, and returns what it all came to. */
  stop(patienceMs: number): Promise<MeterFigures>;
  figures(): MeterFigures;
};

/** How many requests may be open at once. */
const MOST_OPEN = 200;
const MAX_HEADERS = 64 * 1024;
/** Agents keep connections for the next request. */
const KEPT_MS = 125_000;
/** How long a meter that was asked to end waits for open requests, and for their bookings. */
const PATIENCE_MS = 2_000;

/**
 * Starts a meter that takes connections: it forwards requests, reads what their answers use, and keeps the run within
 * its cap. Throws a BudgetError ("bad-input") for a setup it can't work by.
 */
export async function serveMeter(setup: MeterSetup, parts: MeterParts): Promise<Meter> {
  await preloadPrices();
  const memory = parts.memory ?? noMemory();
  const startedAtMs = memory.startedAtMs ?? Date.now();
  const about = { setup, memory, startedAtMs };
  let isEnding = false;
  let hasEnded = false;
  const now = () => figuresOf(figuresParts(core, { ...about, hasEnded }));
  const core: Core = await createCore(about, parts, () => `${JSON.stringify(now())}\n`);
  const server = createServerFor(core, (request, response) => control(request, response));
  const sockets = new Set<Socket>();
  core.live.touch();
  const stop = async (patienceMs: number): Promise<MeterFigures> => {
    isEnding = true;
    await untilNone(core, patienceMs);
    for (const socket of sockets) socket.destroy();
    await noneOpen(core);
    bookOpens(core);
    await Promise.all([...core.bookings]);
    await core.account.announced();
    core.opens.report();
    write(core, (record) => record.flush());
    // Not before: of one that is killed until then nobody knows all.
    hasEnded = true;
    core.live.close();
    return now();
  };
  const control = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method === "GET") return replyJson(response, now());
    const figures = await stopKeeping(response, core, { stop, sockets });
    parts.onEnd?.(figures);
  };
  const accept = (socket: Socket) => {
    if (isEnding) return void socket.destroy();
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.allowHalfOpen = true;
    socket.setNoDelay(true);
    server.emit("connection", socket);
  };
  return { accept, stop, figures: now };
}

type About = { readonly setup: MeterSetup; readonly memory: Memory; readonly startedAtMs: number };

async function createCore({ setup, memory, startedAtMs }: About, parts: MeterParts, text: () => string): Promise<Core> {
  const now = () => Date.now();
  const upstreams = upstreamsOf(setup);
  const pricing = createPricing(setup.prices, now);
  const tally = createTally(memory.counts);
  const recordPath = meterFile(setup, "jsonl");
  const record = createRecordFile(recordPath);
  const spent = await restore({ path: recordPath, pricing, tally });
  const onChange = () => {
    const { granted, isAlerted } = account.figures();
    parts.onMemory?.({ ...memory, startedAtMs, counts: countsOf(tally), account: { granted, isAlerted } });
  };
  const account = createAccount({ terms: setup, hooks: parts.hooks, spent, memory: memory.account, onChange, now });
  return {
    ...{ setup, upstreams, pricing, tally, record, account, now, onChange },
    dispatcher: parts.outside.agent(guardedLookup),
    trailingAgent: parts.outside.trailing(guardedLookup),
    ...{ tickets: new Map(), pending: new Map() },
    opens: createOpens((change) => parts.onOpen?.(change)),
    live: createLiveFile(meterFile(setup, "json"), text),
    bookings: new Set(),
  };
}

function figuresParts(core: Core, { memory, startedAtMs, hasEnded }: About & { hasEnded: boolean }): FiguresParts {
  return {
    ...{ setup: core.setup, account: core.account.figures(), tally: core.tally, open: core.opens.count() },
    ...{ startedAtMs, nowMs: core.now(), restarts: memory.restarts, hasEnded },
  };
}

function createServerFor(core: Core, control: (...both: [IncomingMessage, ServerResponse]) => Promise<void>): Server {
  const keys = keysOf(core.setup);
  let open = 0;
  const options = { maxHeaderSize: MAX_HEADERS, keepAliveTimeout: KEPT_MS, requestTimeout: 0, noDelay: true };
  const server = createServer(options, (request, response) => {
    const asked = examine(request, keys);
    if (asked.kind === "refused") return replyShortly(response, asked.status, asked.text);
    const fail = () => replyShortly(response, 500, "token-budget's meter failed.");
    if (asked.kind === "control") return void control(request, response).catch(fail);
    if (open >= MOST_OPEN) return replyShortly(response, 503, "token-budget's meter has too many open requests.");
    open += 1;
    response.once("close", () => {
      open -= 1;
    });
    exchange(core, { request, response, word: asked.word, path: asked.path }).catch(fail);
  });
  server.on("upgrade", (request, socket, head) => {
    if (!takeWithoutUpgrade(server, { request, socket, head })) closeWith(socket, "426 Upgrade Required");
  });
  server.on("connect", (_request, socket) => closeWith(socket, "405 Method Not Allowed"));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const isLarge = error.code === "HPE_HEADER_OVERFLOW";
    closeWith(socket, isLarge ? "431 Request Header Fields Too Large" : "400 Bad Request");
  });
  server.timeout = 0;
  return server;
}

function closeWith(socket: Duplex, status: string): void {
  socket.on("error", () => {});
  if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  else socket.destroy();
}

/** The connection that asked for the end is closed last. */
async function stopKeeping(
  response: ServerResponse,
  core: Core,
  { stop, sockets }: { stop: (patienceMs: number) => Promise<MeterFigures>; sockets: Set<Socket> },
): Promise<MeterFigures> {
  if (response.socket !== null) sockets.delete(response.socket);
  const figures = await stop(core.opens.count() === 0 ? 0 : PATIENCE_MS);
  await new Promise<void>((resolve) => {
    response.once("close", resolve);
    response.shouldKeepAlive = false;
    replyJson(response, figures);
  });
  return figures;
}

const POLL_MS = 20;

/** Nobody waits for answers that are made in the background. */
async function untilNone({ opens, pending }: Core, patienceMs: number): Promise<void> {
  const until = Date.now() + patienceMs;
  while (opens.count() > pending.size && Date.now() < until)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

/** Resolves when the requests whose connections were closed are booked, or don't get there. */
async function noneOpen({ opens, pending }: Core): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (opens.count() > pending.size && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 1));
}
