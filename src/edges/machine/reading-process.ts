import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Answer, Reading } from "./reading.ts";

/** What the reading process sends: an answer to each reading in turn, or the stack of a bug. */
export type Message = { readonly answer: Answer } | { readonly fault: string };

type Bounds = {
  readonly heapMb: number;
  /** How much time the signal leaves, for messages. */
  readonly seconds: number;
  /** Aborted when time is up. */
  readonly signal: AbortSignal;
  /** A different program to read with. */
  readonly script?: string;
};

const IS_BUILT = import.meta.url.endsWith(".js");
/** The reading program: next to this one in dist/, named by scripts/build.ts. */
const READER = IS_BUILT ? "./usage-reader.js" : "../../usage-reader.ts";

/**
 * Reads in a separate process, so that running out of memory or being killed doesn't end this one. A thread isn't
 * enough: if it runs out of memory while parsing JSON, the whole process ends, and nothing can stop it while it parses.
 * The text that a process dies of is unusable, and another process reads the rest.
 */
export async function readApart(readings: readonly Reading[], bounds: Bounds): Promise<Answer[]> {
  const answers: Answer[] = [];
  while (answers.length < readings.length) {
    if (!bounds.signal.aborted) answers.push(...(await answersOf(readings.slice(answers.length), bounds)));
    if (answers.length < readings.length) answers.push(unread(bounds));
  }
  return answers;
}

/** The answers of one process until it ends. Throws for a bug. */
function answersOf(readings: readonly Reading[], { heapMb, signal, script }: Bounds): Promise<Answer[]> {
  return new Promise((resolve, reject) => {
    const answers: Answer[] = [];
    const child = started(script ?? fileURLToPath(new URL(READER, import.meta.url)), heapMb);
    const kill = () => child.kill("SIGKILL");
    signal.addEventListener("abort", kill);
    const end = (settle: () => void) => {
      signal.removeEventListener("abort", kill);
      kill();
      settle();
    };
    child.on("message", (message: Message) => {
      if ("fault" in message) end(() => reject(new Error(message.fault)));
      else if (answers.push(message.answer) === readings.length) end(() => resolve(answers));
    });
    // If it can't be started or is gone; everything it sent before has arrived.
    child.on("error", () => end(() => resolve(answers)));
    child.on("disconnect", () => end(() => resolve(answers)));
    child.send(readings, () => {});
  });
}

/**
 * The variables by which the runner finds processes that outlive a job, and those that every program on Windows needs.
 */
const KEPT = ["RUNNER_TRACKING_ID", "SystemRoot"];

/** The process gets almost nothing of this environment, and therefore no secrets. */
function started(script: string, heapMb: number): ChildProcess {
  const { env } = process;
  return fork(script, {
    execArgv: [`--max-old-space-size=${heapMb}`],
    env: Object.fromEntries(KEPT.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    windowsHide: true,
  });
}

function unread({ heapMb, seconds, signal }: Bounds): Answer {
  const message = signal.aborted
    ? `It could not be read in time: all usage files of a step together have ${seconds} seconds.`
    : `Reading it takes more than ${heapMb} MB of memory, or its process was killed.`;
  return { kind: "unusable", code: "too-much", message };
}
