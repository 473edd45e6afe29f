import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { SharedTime } from "./shared-time.ts";

/** What a program did: its exit code (null when a signal ended it) and all it printed. */
export type Ended = {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type Started = {
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
};

export type SpawnOptions = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
  /** How far off the machine's clock is: milliseconds, or the instant it shows at the start. */
  readonly clock?: number | string;
  /** The time it lives in with others, in place of real time; `clock` then says how far its machine's clock is off it. */
  readonly time?: SharedTime;
};

/** The parent's variables a program under test may see. */
export const parentEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    ["PATH", "HOME", "TZ"].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );

/** What the preloaded clocks are told: how far off this machine's clock is, and what the shared one shows. */
export function timeEnvironment(clock: SpawnOptions["clock"] = 0, time?: SharedTime): Record<string, string> {
  const shiftMs = typeof clock === "string" ? Date.parse(clock) - (time?.nowMs() ?? Date.now()) : clock;
  const shared = time === undefined ? {} : { TEST_TIME_MS: String(time.nowMs()) };
  return { TEST_CLOCK_SHIFT_MS: String(shiftMs), ...shared };
}

const PIPES = ["pipe", "pipe", "pipe"] as const;

/** Starts a script with the Node that runs the tests, and nothing in its environment but what is given. */
export function startNode(script: string, args: readonly string[], options: SpawnOptions): Started {
  const { clock, time } = options;
  const isOwnTime = time !== undefined || clock !== undefined;
  const clockFile = time === undefined ? "clock.mjs" : "shared-time.mjs";
  const preload = isOwnTime ? ["--import", new URL(clockFile, import.meta.url).href] : [];
  const env = { ...options.env, ...(isOwnTime ? timeEnvironment(clock, time) : {}) };
  const stdio = time === undefined ? PIPES : ([...PIPES, "ipc"] as const);
  const child = spawn(process.execPath, [...preload, script, ...args], {
    cwd: options.cwd,
    env,
    stdio: [...stdio],
  }) as ChildProcessWithoutNullStreams;
  time?.join(child);
  return startedOf(child, options.input);
}

/** Starts a program with nothing in its environment but what is given; its standard error can be heard as it comes. */
export function startProgram(
  program: string,
  args: readonly string[],
  options: Pick<SpawnOptions, "cwd" | "env"> & {
    readonly onStderr: (text: string) => void;
    /** Whether a signal goes to all that the program started as well. */
    readonly group: boolean;
  },
): Started {
  const { cwd, env, onStderr, group } = options;
  const child = spawn(program, args, { cwd, env, detached: group });
  const started = startedOf(child);
  child.stderr.on("data", (text: string) => onStderr(text));
  return group ? { ...started, kill: (signal) => void process.kill(-started.pid, signal) } : started;
}

function startedOf(child: ChildProcessWithoutNullStreams, input = ""): Started {
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => {}); // a program that ends without reading its input is none of ours
  child.stdin.end(input);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
  });
  return { pid: child.pid ?? 0, kill: (signal) => void child.kill(signal), ended };
}
