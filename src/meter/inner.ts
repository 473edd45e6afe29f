import { createServer, type Socket } from "node:net";
import { BudgetError } from "../values/errors.ts";
import type { NanoUsd } from "../values/money.ts";
import { type ToInner, type ToOuter, whenOver } from "./between.ts";
import type { Outside } from "./outside.ts";
import { type Meter, serveMeter } from "./server.ts";
import type { MeterHooks, MeterSetup } from "./setup.ts";

/** What the inner process needs of the program it is in. */
export type InnerParts = {
  /** `granted` is what the books granted a process before this one. */
  readonly hooks: (setup: MeterSetup, granted: NanoUsd) => MeterHooks;
  readonly outside: () => Outside;
  readonly self: NodeJS.Process;
};

/** How long a meter that comes to its end waits for open requests. */
const PATIENCE_MS = 2_000;
/** Another process's port is free a moment after its end. */
const LISTEN_TRIES = 50;
const LISTEN_WAIT_MS = 20;

/**
 * The inner process: does what the meter does, with the connections that the outer process accepts. If that dies, it
 * accepts them itself.
 */
export function runInner(parts: InnerParts): void {
  const { self } = parts;
  let meter: Meter | undefined;
  let hasEnded = false;
  const send = (message: ToOuter) =>
    new Promise<void>((resolve) => {
      if (!self.connected || self.send === undefined) return resolve();
      self.send(message, undefined, undefined, () => resolve());
    });
  const end = async () => {
    if (hasEnded) return;
    hasEnded = true;
    const figures = await meter?.stop(PATIENCE_MS);
    if (figures !== undefined) await send({ kind: "ended", figures });
    self.exit(0);
  };
  const start = async ({ setup, memory, port }: Extract<ToInner, { kind: "start" }>) => {
    meter = await serveMeter(setup, {
      hooks: parts.hooks(setup, memory.account.granted),
      outside: parts.outside(),
      memory,
      onOpen: (change) => void send({ kind: "opens", change }),
      onMemory: (kept) => void send({ kind: "memory", memory: kept }),
      onEnd: (figures) => {
        hasEnded = true;
        send({ kind: "ended", figures }).then(() => self.exit(0));
      },
    });
    self.once("disconnect", () => {
      if (!hasEnded) takeOver(meter as Meter, { setup, port, self, end });
    });
    await send({ kind: "ready" });
  };
  self.on("message", (message: ToInner, socket: Socket | undefined) => {
    if (message.kind === "start") start(message).catch((error) => fail(error, { send, self }));
    else if (message.kind === "stop") void end();
    else if (socket !== undefined) {
      void send({ kind: "took", number: message.number });
      meter?.accept(socket);
    }
  });
}

async function fail(
  error: unknown,
  { send, self }: { send: (message: ToOuter) => Promise<void>; self: NodeJS.Process },
) {
  // Other errors may hold anything.
  const text = error instanceof BudgetError || error instanceof RangeError ? error.message : "It failed at its start.";
  await send({ kind: "failed", text });
  self.exit(1);
}

type TakingOver = {
  readonly setup: MeterSetup;
  readonly port: number;
  readonly self: NodeJS.Process;
  readonly end: () => Promise<void>;
};

async function takeOver(meter: Meter, { setup, port, self, end }: TakingOver): Promise<void> {
  whenOver(setup, { self, late: () => void end(), alone: () => void end() });
  for (let tries = 0; tries < LISTEN_TRIES; tries += 1) {
    if (await listened(meter, port)) return;
    await new Promise((resolve) => setTimeout(resolve, LISTEN_WAIT_MS));
  }
  await end();
}

function listened(meter: Meter, port: number): Promise<boolean> {
  const server = createServer({ allowHalfOpen: true }, (socket) => meter.accept(socket));
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
}
