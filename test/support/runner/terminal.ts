import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import type { SharedTime } from "./shared-time.ts";
import { type Ended, parentEnvironment, type Started, startNode } from "./spawn.ts";

export type TerminalOptions = {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What the program reads on its standard input; nothing unless told. */
  readonly input?: string;
  /** In the test's own process: what is read and printed is a person's terminal. */
  readonly tty?: true;
  /** In the test's own process: a screen of so many columns shows both outputs, in order; it is all of stdout. */
  readonly columns?: number;
  readonly clock?: number | string;
  /** The time it lives in with others, in place of real time. */
  readonly time?: SharedTime;
  /** The script to run; the project's `dist/cli.js` when left out. */
  readonly script?: string;
  /**
   * Runs the program's source in the test's own process, a hundred times faster: for what isn't a matter of processes.
   * The test's clock shows `clock` meanwhile, so nothing else may run then.
   */
  readonly inProcess?: boolean;
};

const CLI = join(fileURLToPath(new URL("../../..", import.meta.url)), "dist/cli.js");

/** Runs `token-budget <args>` to its end, with PATH, HOME, TZ and `env` alone in its environment. */
export const runTerminal = (args: readonly string[], options: TerminalOptions): Promise<Ended> =>
  options.inProcess === true ? runInProcess(args, options) : startTerminal(args, options).ended;

/** Starts `token-budget <args>`; it can be killed on the way. */
export function startTerminal(
  args: readonly string[],
  { cwd, env = {}, script = CLI, ...rest }: TerminalOptions,
): Started {
  return startNode(script, args, { cwd, env: { ...parentEnvironment(), ...env }, ...rest });
}

let isRunning = false;

async function runInProcess(args: readonly string[], options: TerminalOptions): Promise<Ended> {
  if (isRunning) throw new Error("One process runs one program at a time: leave out inProcess");
  isRunning = true;
  const { cwd, env = {}, input = "", clock, columns } = options;
  const { runTerminal } = await import("../../../src/edges/terminal/terminal.ts");
  const out = new Printed();
  const err = columns === undefined ? new Printed() : out;
  if (columns !== undefined) Object.assign(out, { isTTY: true, columns });
  const terminal = Readable.from([input]);
  if (options.tty === true) for (const stream of [terminal, out, err]) Object.assign(stream, { isTTY: true });
  const leave = enter({ cwd, clock, out, err });
  try {
    const exitCode = await runTerminal(args, {
      env: { ...parentEnvironment(), ...env },
      folder: cwd,
      in: terminal as unknown as NodeJS.ReadStream,
      out: out as unknown as NodeJS.WriteStream,
      err: err as unknown as NodeJS.WriteStream,
    });
    return { exitCode, signal: null, stdout: out.text, stderr: err === out ? "" : err.text };
  } finally {
    leave();
    isRunning = false;
  }
}

type Surroundings = {
  readonly cwd: string;
  readonly clock: number | string | undefined;
  readonly out: Writable;
  readonly err: Writable;
};

/** Makes the test's process one for the program, until the answered function is called. */
function enter({ cwd, clock, out, err }: Surroundings): () => void {
  const before = process.cwd();
  process.chdir(cwd);
  // Commander writes help, and what is wrong with the command line, by itself.
  const writes = [
    vi.spyOn(process.stdout, "write").mockImplementation((text) => out.write(text)),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => err.write(text)),
  ];
  if (clock !== undefined) {
    const now = typeof clock === "string" ? Date.parse(clock) : Date.now() + clock;
    vi.useFakeTimers({ now, toFake: ["Date"] });
  }
  return () => {
    if (clock !== undefined) vi.useRealTimers();
    for (const write of writes) write.mockRestore();
    process.chdir(before);
  };
}

/** A stream that is no terminal and keeps what is written to it. */
class Printed extends Writable {
  text = "";

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
