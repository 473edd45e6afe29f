import { spawn } from "node:child_process";

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
};

/** The parent's variables a program under test may see. */
export const parentEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    ["PATH", "HOME", "TZ"].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );

/** Starts a script with the Node that runs the tests, and nothing in its environment but what is given. */
export function startNode(script: string, args: readonly string[], options: SpawnOptions): Started {
  const { clock } = options;
  const shiftMs = typeof clock === "string" ? Date.parse(clock) - Date.now() : clock;
  const preload = shiftMs === undefined ? [] : ["--import", new URL("clock.mjs", import.meta.url).href];
  const env = shiftMs === undefined ? options.env : { ...options.env, TEST_CLOCK_SHIFT_MS: String(shiftMs) };
  const child = spawn(process.execPath, [...preload, script, ...args], { cwd: options.cwd, env });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => {}); // a program that ends without reading its input is none of ours
  child.stdin.end(options.input ?? "");
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
  });
  return { pid: child.pid ?? 0, kill: (signal) => void child.kill(signal), ended };
}
