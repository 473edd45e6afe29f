import { setTimeout as sleep } from "node:timers/promises";
import type { Request } from "../../../src/books/request.ts";
import type { Store } from "../../../src/store/port.ts";
import { type Result, transact } from "../../../src/store/transact.ts";
import type { Waiting } from "../../../src/store/waiting.ts";
import { circumstances, type When } from "../../books/sample-books.ts";

/** Waits as the program does, `pace` times as fast. */
export function realWaiting(pace = 1, patienceMs = 120_000): Waiting {
  return { clock: () => performance.now(), sleep: (ms) => sleep(ms / pace), random: Math.random, patienceMs };
}

/** Runs a request on a store, like a command. */
export function ask(
  store: Store,
  request: Request,
  { when = {}, waiting = realWaiting(10) }: { readonly when?: When; readonly waiting?: Waiting } = {},
): Promise<Result> {
  const { now: _, operation: __, ...given } = circumstances(when);
  return transact({
    store,
    waiting,
    plan: async () => ({ request, circumstances: given }),
    describe: () => ({ message: request.id, page: null }),
  });
}
