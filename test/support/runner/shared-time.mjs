// Preloaded into a program under test that lives in a time of the test's making (shared-time.ts): its clocks show that
// time, and what it waits for, it tells the test, which lets time pass once everybody waits. TEST_TIME_MS is what it
// shows first, TEST_CLOCK_SHIFT_MS how far its machine's clock is off, TEST_RANDOM_SEED makes its dice the same again.
import { createRequire, syncBuiltinESMExports } from "node:module";

let nowMs = 0;
let shiftMs = 0;
let waits = 0;
let dice = 0;
const waiting = new Map();

/** Begins anew, as the environment says. */
export function enterSharedTime() {
  const { TEST_TIME_MS, TEST_CLOCK_SHIFT_MS, TEST_RANDOM_SEED } = process.env;
  nowMs = Number(TEST_TIME_MS);
  shiftMs = Number(TEST_CLOCK_SHIFT_MS);
  if (TEST_RANDOM_SEED !== undefined) {
    dice = Number(TEST_RANDOM_SEED);
    Math.random = roll;
  }
  waiting.clear();
  process.channel.unref();
}

Date.now = () => nowMs + shiftMs;
performance.now = () => nowMs;
Object.defineProperty(performance, "timeOrigin", { get: () => shiftMs });

// A proxy and not a class of its own: libraries that look at Date's prototype find its methods there.
globalThis.Date = new Proxy(Date, {
  construct: (target, parts, made) => Reflect.construct(target, parts.length === 0 ? [Date.now()] : parts, made),
});

process.on("message", ({ id, now }) => {
  if (now === undefined) return;
  nowMs = now;
  waiting.get(id)?.();
  waiting.delete(id);
});

const wait = (kind, ms, then) => {
  waits += 1;
  waiting.set(waits, then);
  process.send({ id: waits, kind, ms });
};

const promises = createRequire(import.meta.url)("node:timers/promises");
promises.setTimeout = (ms, value) =>
  new Promise((resolve) => {
    process.channel.ref();
    wait("sleep", ms, () => {
      process.channel.unref();
      resolve(value);
    });
  });
syncBuiltinESMExports();

AbortSignal.timeout = (ms) => {
  const controller = new AbortController();
  wait("time-out", ms, () =>
    controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError")),
  );
  return controller.signal;
};

function roll() {
  dice = (Math.imul(dice, 1_664_525) + 1_013_904_223) >>> 0;
  return dice / 2 ** 32;
}

enterSharedTime();
