import {
  type ChildProcessByStdio,
  type SpawnOptionsWithStdioTuple,
  type StdioNull,
  type StdioPipe,
  spawn,
} from "node:child_process";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";
import type { Ended } from "../../commands/run.ts";

/** How much of a command's output is kept for reading its usage; the beginning is dropped. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;

type Call = {
  readonly file: string;
  readonly args: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
};

/** What a command gets besides this terminal. */
export type ChildOptions = {
  readonly variables?: Readonly<Record<string, string>>;
  /** Called with what ends it, once it runs. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
};

/**
 * Runs a command with this terminal's input and error output, shows and keeps what it prints, and passes signals on.
 * Undefined if it could not be started.
 */
export async function runChild(
  command: readonly string[],
  out: Writable & { readonly isTTY?: boolean },
  { variables = {}, onStart }: ChildOptions = {},
): Promise<Ended | undefined> {
  const [file = "", ...args] = command;
  const child = started(await spawner(), { file, args, variables });
  if (child === undefined) return undefined;
  onStart?.((signal) => child.kill(signal));
  return new Promise((resolve, reject) => {
    const kept: Buffer[] = [];
    let bytes = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      out.write(chunk);
      kept.push(chunk);
      bytes += chunk.length;
      while (bytes > MAX_KEPT_BYTES && kept.length > 1) bytes -= kept.shift()?.length ?? 0;
    });
    const passOn = (signal: NodeJS.Signals) => {
      // Ctrl-C has reached the command, too, and agents take a second one as "at once".
      if (signal !== "SIGINT" || !isAtTerminal()) child.kill(signal);
    };
    const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.on(signal, passOn);
    const done = () => {
      for (const signal of signals) process.off(signal, passOn);
    };
    child.on("error", (error: NodeJS.ErrnoException) => {
      done();
      if (child.pid === undefined) resolve(undefined);
      else reject(error);
    });
    child.on("close", (code, signal) => {
      done();
      const stdout = Buffer.concat(kept).toString("utf8");
      // What follows begins on a line of its own.
      if (out.isTTY === true && stdout !== "" && !stdout.endsWith("\n")) out.write("\n");
      const exitCode = signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0);
      resolve({ exitCode, stdout, isCancelled: signal !== null });
    });
  });
}

function isAtTerminal(): boolean {
  return [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY === true);
}

type Stdio = SpawnOptionsWithStdioTuple<StdioNull, StdioPipe, StdioNull>;
type Spawn = (file: string, args: readonly string[], options: Stdio) => ChildProcessByStdio<null, Readable, null>;

/** Windows can't start a `.cmd` file directly, and most agents come as one. */
async function spawner(): Promise<Spawn> {
  if (process.platform !== "win32") return spawn;
  const { default: crossSpawn } = await import("cross-spawn");
  return crossSpawn as unknown as Spawn;
}

/** Some errors of the system are thrown, others are emitted later. */
function started(start: Spawn, { file, args, variables }: Call) {
  try {
    const env = { ...process.env, ...variables };
    return start(file, args, { stdio: ["inherit", "pipe", "inherit"], shell: false, windowsHide: true, env });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall?.startsWith("spawn") !== true) throw error;
    return undefined;
  }
}
