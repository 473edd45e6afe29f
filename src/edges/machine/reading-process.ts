import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Answer, Reading } from "./reading.ts";

/** What the process that reads tells: an answer to each reading in turn, or the stack of a fault of the program's. */
export type Told = { readonly answer: Answer } | { readonly fault: string };

type Bounds = {
  readonly heapMb: number;
  /** How long the signal leaves, for people. */
  readonly seconds: number;
  /** Aborted when time is up. */
  readonly signal: AbortSignal;
  /** Another program to read with. */
  readonly script?: string;
};

const IS_BUILT = import.meta.url.endsWith(".js");
/** The program that reads: beside this one in dist/, as it is named by scripts/build.ts. */
const READER = IS_BUILT ? "./usage-reader.js" : "../../usage-reader.ts";

/**
 * Reads in a process of its own, which a limit of memory or a kill ends without ending this one, whatever it is in the
 * middle of. A thread would not do: when it runs out of memory while it parses JSON the whole process ends, and until
 * it has parsed nothing ends it. What a process dies of is unusable, and another one reads the rest.
 */
export async function readApart(readings: readonly Reading[], bounds: Bounds): Promise<Answer[]> {
  const answers: Answer[] = [];
  while (answers.length < readings.length) {
    if (!bounds.signal.aborted) answers.push(...(await answersOf(readings.slice(answers.length), bounds)));
    if (answers.length < readings.length) answers.push(unread(bounds));
  }
  return answers;
}

/** The answers of one process, as far as it comes. Throws for a fault of the program's. */
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
    child.on("message", (told: Told) => {
      if ("fault" in told) end(() => reject(new Error(told.fault)));
      else if (answers.push(told.answer) === readings.length) end(() => resolve(answers));
    });
    // Where it can't be started, or is gone: what it told before has come by then.
    child.on("error", () => end(() => resolve(answers)));
    child.on("disconnect", () => end(() => resolve(answers)));
    child.send(readings, () => {});
  });
}

/** What the runner finds processes by that outlive a job, and what every program on Windows needs. */
const KEPT = ["RUNNER_TRACKING_ID", "SystemRoot"];

/** The process finds next to nothing of this one's environment, and so no secret. */
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
