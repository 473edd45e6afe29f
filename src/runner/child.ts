import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Writable } from "node:stream";

/** How much of a command's output is kept for reading its usage; what came first is let go. */
const MOST_KEPT_BYTES = 64 * 1024 * 1024;

export type Ended = {
  /** The command's exit code; 128 + the signal's number where one ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly isCancelled: boolean;
};

/**
 * Runs a command with this terminal's input and error output, shows and keeps what it prints, and passes signals on.
 * Undefined where it could not be started.
 */
export function runChild(command: readonly string[], out: Writable): Promise<Ended | undefined> {
  const [file = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = started(file, args);
    if (child === undefined) {
      resolve(undefined);
      return;
    }
    const kept: Buffer[] = [];
    let bytes = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      out.write(chunk);
      kept.push(chunk);
      bytes += chunk.length;
      while (bytes > MOST_KEPT_BYTES && kept.length > 1) bytes -= kept.shift()?.length ?? 0;
    });
    const passOn = (signal: NodeJS.Signals) => child.kill(signal);
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
      const exitCode = signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0);
      resolve({ exitCode, stdout, isCancelled: signal !== null });
    });
  });
}

/** Some refusals of the system are thrown at once, others told later. */
function started(file: string, args: readonly string[]) {
  try {
    return spawn(file, args, { stdio: ["inherit", "pipe", "inherit"], shell: false, windowsHide: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall?.startsWith("spawn") !== true) throw error;
    return undefined;
  }
}
