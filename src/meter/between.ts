import type { MeterFigures } from "./figures.ts";
import type { Memory } from "./memory.ts";
import type { OpenChange } from "./opens.ts";
import type { MeterSetup } from "./setup.ts";

/** What the outer process sends to the inner one; a connection's socket comes beside the message. */
export type ToInner =
  | { readonly kind: "start"; readonly setup: MeterSetup; readonly memory: Memory; readonly port: number }
  | { readonly kind: "connection"; readonly number: number }
  | { readonly kind: "stop" };

/** What the inner process sends to the outer one. */
export type ToOuter =
  | { readonly kind: "ready" }
  | { readonly kind: "took"; readonly number: number }
  | { readonly kind: "failed"; readonly text: string }
  | { readonly kind: "opens"; readonly change: OpenChange }
  | { readonly kind: "memory"; readonly memory: Memory }
  | { readonly kind: "ended"; readonly figures: MeterFigures };

/** What the outer process writes to the pipe it was started with, once. */
export type Started = { readonly port: number; readonly pid: number } | { readonly failed: string };

/** The argument that makes a process the inner one. */
export const INNER = "inner";

const MAX_TIMER_MS = 2 ** 31 - 1;
const OWNER_POLL_MS = 1_000;

type Over = {
  readonly self: Pick<NodeJS.Process, "kill">;
  /** The run's time is over. */
  readonly late: () => void;
  /** The process is gone that a meter must not outlive. */
  readonly alone: () => void;
};

/** Calls back at the end of a run's time, and when its owner is gone. */
export function whenOver({ endsAtMs, owner }: Pick<MeterSetup, "endsAtMs" | "owner">, over: Over): void {
  const { self, late, alone } = over;
  callAt(endsAtMs, late);
  if (owner === undefined) return;
  const poll = setInterval(() => {
    if (isAlive(owner, self)) return;
    clearInterval(poll);
    alone();
  }, OWNER_POLL_MS);
}

/** A timer can't wait for as long as a hold may last. */
function callAt(atMs: number, call: () => void): void {
  const leftMs = Math.max(0, atMs - Date.now());
  if (leftMs > MAX_TIMER_MS) setTimeout(() => callAt(atMs, call), MAX_TIMER_MS);
  else setTimeout(call, leftMs);
}

function isAlive(pid: number, self: Over["self"]): boolean {
  try {
    self.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
