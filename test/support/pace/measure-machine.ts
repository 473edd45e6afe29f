import { spawn } from "node:child_process";

/** What the work takes on a good day of a machine with two cores, in milliseconds. */
const GOOD_DAY_MS = 240;
/** The best of several measurements counts, because one may meet a hiccup. */
const MAX_TRIES = 3;
/** A machine so slow that measuring took this long is not asked again. */
const MAX_MS = 5_000;

/** What the tests do most: start a Node, and keep a core busy with small objects and texts. */
const WORK = `
  let lengths = 0;
  for (let i = 0; i < 120_000; i += 1) {
    lengths += JSON.parse(JSON.stringify({ i, list: [i, "x".repeat(i % 40)] })).list.length;
  }
  process.exitCode = lengths === 240_000 ? 0 : 1;
`;

/** Measures how many times slower than on a good day with two cores this machine works now: 1 or more. */
export async function measureMachine(measure: () => Promise<number> = workOnTwoCores): Promise<number> {
  let bestMs = Number.POSITIVE_INFINITY;
  let spentMs = 0;
  for (let tries = 0; tries < MAX_TRIES && spentMs < MAX_MS && bestMs > GOOD_DAY_MS; tries += 1) {
    const ms = await measure();
    bestMs = Math.min(bestMs, ms);
    spentMs += ms;
  }
  return Math.max(1, Math.round((bestMs / GOOD_DAY_MS) * 10) / 10);
}

/** Does the work in two processes at once, and answers how many milliseconds that took. */
async function workOnTwoCores(): Promise<number> {
  const startMs = performance.now();
  await Promise.all([workInProcess(), workInProcess()]);
  return performance.now() - startMs;
}

function workInProcess(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--eval", WORK], { stdio: "ignore" });
    child.once("error", reject);
    child.once("exit", (exitCode) =>
      exitCode === 0 ? resolve() : reject(new Error(`The measuring work ended with ${exitCode}`)),
    );
  });
}
