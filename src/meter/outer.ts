import { type ChildProcess, spawn } from "node:child_process";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { INNER, type Started, type ToInner, type ToOuter, whenOver } from "./between.ts";
import { claim, StartError } from "./claim.ts";
import type { MeterFigures } from "./figures.ts";
import { type Memory, noMemory } from "./memory.ts";
import type { Open } from "./opens.ts";
import { keptOf } from "./outside.ts";
import { writeOpens } from "./record-file.ts";
import { type MeterSetup, meterFile } from "./setup.ts";

/** What the outer process needs of the program it is in: how that is started, and its own process. */
export type OuterParts = { readonly command: readonly string[]; readonly self: NodeJS.Process };

/** An inner process that isn't ready after so long is dead. */
const LONGEST_START_MS = 20_000;
/** An inner process that was asked to end is dead after so long. */
const LONGEST_END_MS = 15_000;
const MOST_RESTARTS = 1;
/** No job takes longer; what ends a job ends its meter, but a machine can die in between. */
const LONGEST_REFUSING_MS = 5 * 24 * 60 * 60_000;
/** Garbage is collected sooner: otherwise the process keeps 70 MB of it. */
const INNER_FLAGS = ["--optimize-for-size", "--max-semi-space-size=2"];

type State = {
  readonly setup: MeterSetup;
  readonly parts: OuterParts;
  readonly port: number;
  readonly server: Server;
  inner: ChildProcess | undefined;
  isReady: boolean;
  /** No inner process is started anymore. */
  isDead: boolean;
  isEnding: boolean;
  /** The run's time is over: the inner process ends, and requests are refused until the meter is asked to end. */
  isLate: boolean;
  /** What the inner process said last. */
  figures: MeterFigures | undefined;
  memory: Memory;
  readonly opens: Map<number, Open>;
  /** Connections that wait for an inner process, and those it was given but has not taken, by number. */
  readonly waiting: Set<Socket>;
  readonly given: Map<number, Socket>;
  connections: number;
  unavailable: ((socket: Socket) => void) | undefined;
};

/**
 * The outer process: reads the setup from its input, owns the socket, gives every connection to an inner process and
 * starts that again once if it dies. After that it refuses every request itself, at once: agents try again for minutes
 * where nobody answers. It writes its port, or why it can't start, to its output.
 */
export async function runOuter(parts: OuterParts): Promise<void> {
  const { self } = parts;
  const report = (started: Started) => new Promise((resolve) => self.stdout.write(JSON.stringify(started), resolve));
  // Whoever started it is gone later, and its pipe with it.
  self.stdout.on("error", () => {});
  try {
    const setup = JSON.parse(await text(self.stdin)) as MeterSetup;
    claim(setup);
    const state = await listen(setup, parts);
    await startInner(state);
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) self.on(signal, () => end(state));
    whenOver(setup, { self, late: () => expire(state), alone: () => end(state) });
    await report({ port: state.port, pid: self.pid });
  } catch (error) {
    await report({ failed: error instanceof StartError ? error.message : "The meter's process failed at its start." });
    self.exit(1);
  }
}

function listen(setup: MeterSetup, parts: OuterParts): Promise<State> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  return new Promise((resolve, reject) => {
    server.once("error", () => reject(new StartError("The meter can't listen on 127.0.0.1.")));
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      const state: State = {
        ...{ setup, parts, port, server, inner: undefined, memory: noMemory(), unavailable: undefined },
        ...{ isReady: false, isDead: false, isEnding: false, isLate: false, figures: undefined, connections: 0 },
        ...{ opens: new Map<number, Open>(), waiting: new Set<Socket>(), given: new Map<number, Socket>() },
      };
      server.on("connection", (socket) => {
        socket.on("error", () => {});
        state.waiting.add(socket);
        handOver(state);
      });
      resolve(state);
    });
  });
}

/** Gives what waits to whom it may be given. */
function handOver(state: State): void {
  const { waiting, given, inner } = state;
  if (!state.isDead && (state.isLate || !state.isReady || inner === undefined)) return;
  const sockets = [...waiting];
  waiting.clear();
  for (const socket of sockets) {
    if (state.isDead || inner === undefined) {
      state.unavailable?.(socket);
      continue;
    }
    state.connections += 1;
    given.set(state.connections, socket);
    const message: ToInner = { kind: "connection", number: state.connections };
    // It stays open here: one on its way to a process that dies would have nobody to answer it.
    inner.send(message, socket, { keepOpen: true }, () => {});
  }
}

/** Starts an inner process; rejects with a StartError if the first one doesn't get ready. */
function startInner(state: State): Promise<void> {
  const { setup, parts, port, memory } = state;
  const [file = "", ...args] = parts.command;
  const inner = spawn(file, [...INNER_FLAGS, ...args, INNER], {
    env: keptOf(parts.self.env),
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    windowsHide: true,
  });
  state.inner = inner;
  const timer = setTimeout(() => inner.kill("SIGKILL"), LONGEST_START_MS);
  return new Promise((resolve, reject) => {
    let why = "The meter's process ended at its start.";
    inner.on("message", (message: ToOuter) => {
      if (message.kind === "failed") why = message.text;
      if (message.kind === "ready") {
        clearTimeout(timer);
        state.isReady = true;
        resolve();
        handOver(state);
      } else take(state, message);
    });
    inner.on("error", () => {});
    inner.once("close", () => {
      clearTimeout(timer);
      const isFirst = !state.isReady && memory.restarts === 0;
      state.isReady = false;
      if (isFirst) reject(new StartError(why));
      else lost(state);
    });
    const message: ToInner = { kind: "start", setup, memory, port };
    inner.send(message, () => {});
  });
}

function take(state: State, message: ToOuter): void {
  if (message.kind === "took") {
    state.given.get(message.number)?.destroy();
    state.given.delete(message.number);
  }
  if (message.kind === "memory") state.memory = message.memory;
  if (message.kind === "opens") {
    for (const open of message.change.opened) state.opens.set(open.number, open);
    for (const number of message.change.closed) state.opens.delete(number);
  }
  if (message.kind === "ended") {
    state.figures = message.figures;
    // It has booked what was open.
    state.opens.clear();
    if (state.isLate) return;
    state.isEnding = true;
    leave(state);
  }
}

/** The inner process is gone: what was open is written as far as it is known, and another one takes over, once. */
function lost(state: State): void {
  if (state.isEnding) {
    leave(state);
    return;
  }
  writeLeast(state);
  for (const socket of state.given.values()) state.waiting.add(socket);
  state.given.clear();
  if (!state.isLate && state.memory.restarts < MOST_RESTARTS) {
    state.memory = { ...state.memory, restarts: state.memory.restarts + 1 };
    startInner(state).catch(() => {});
    return;
  }
  refuseAll(state).catch(() => leave(state));
}

function writeLeast({ setup, opens }: State): void {
  writeOpens(meterFile(setup, "jsonl"), [...opens.values()]);
  opens.clear();
}

/** Takes every connection itself from now on. What that needs is 15 MB, which a meter that works doesn't. */
async function refuseAll(state: State): Promise<void> {
  const { serveUnavailable } = await import("./unavailable.ts");
  const why = state.isLate ? "late" : "dead";
  const { figures } = state;
  state.unavailable = serveUnavailable(state.setup, { why, figures, end: () => leave(state) });
  state.isDead = true;
  handOver(state);
}

/**
 * The run's time is over. An agent would try for minutes to reach a meter that is gone: it is refused until the meter is
 * asked to end, or its owner or the runner ends it.
 */
function expire(state: State): void {
  if (state.isEnding || state.isLate) return;
  state.isLate = true;
  setTimeout(() => leave(state), LONGEST_REFUSING_MS);
  // What is dead refuses already.
  if (!state.isDead) askToEnd(state, () => state.inner?.kill("SIGKILL"));
}

/** Ends when the inner process has booked what is open. */
function end(state: State): void {
  if (state.isEnding) return;
  state.isEnding = true;
  if (state.isLate) leave(state);
  else askToEnd(state, () => leave(state));
}

function askToEnd({ inner, isReady }: State, orElse: () => void): void {
  const message: ToInner = { kind: "stop" };
  if (isReady) inner?.send(message, () => {});
  setTimeout(orElse, isReady ? LONGEST_END_MS : 0);
}

function leave(state: State): void {
  const { server, inner, parts, waiting } = state;
  server.close();
  for (const socket of waiting) socket.destroy();
  inner?.kill("SIGKILL");
  // Of one that ended in order none is left.
  writeLeast(state);
  parts.self.exit(0);
}
