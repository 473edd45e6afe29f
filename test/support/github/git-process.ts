import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";

const IDENTITY_FREE = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  LC_ALL: "C",
};

/** The environment git runs in: nothing of the user's own configuration. */
export const gitEnvironment = (): NodeJS.ProcessEnv => ({ PATH: process.env["PATH"], ...IDENTITY_FREE });

type Waiting = { resolve: (answer: Buffer) => void; reject: (cause: Error) => void };

/** Takes one whole answer off the front of what git has printed, or says it isn't all there yet. */
export type TakeAnswer = (printed: Buffer) => { answer: Buffer; rest: Buffer } | undefined;

/** One answer a line. */
export const takeLine: TakeAnswer = (printed) => {
  const end = printed.indexOf(10);
  return end < 0 ? undefined : { answer: printed.subarray(0, end), rest: printed.subarray(end + 1) };
};

/**
 * A git command that stays up and answers questions in order, because starting git for every object would make each
 * request of the stand-in several times slower. When git dies over a question, that question fails and the next one
 * starts it again.
 */
export class GitProcess {
  readonly #dir: string;
  readonly #args: readonly string[];
  readonly #take: TakeAnswer;
  #child: ChildProcessWithoutNullStreams | undefined;
  #waiting: Waiting[] = [];
  #printed: Buffer = Buffer.alloc(0);
  #complaints = "";

  constructor(dir: string, args: readonly string[], take: TakeAnswer) {
    this.#dir = dir;
    this.#args = args;
    this.#take = take;
  }

  ask(question: string | Buffer): Promise<Buffer> {
    const child = this.#child ?? this.#start();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      child.stdin.write(question);
    });
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const gone = new Promise((resolve) => child.once("close", resolve));
    child.stdin.end();
    await gone;
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = spawn("git", this.#args, { cwd: this.#dir, env: gitEnvironment() });
    this.#child = child;
    this.#printed = Buffer.alloc(0);
    this.#complaints = "";
    child.stdin.on("error", () => {});
    child.stderr.on("data", (chunk: Buffer) => {
      this.#complaints += chunk.toString();
    });
    child.stdout.on("data", (chunk: Buffer) => this.#read(chunk));
    child.on("error", (cause) => this.#end(child, cause));
    child.on("close", () => this.#end(child, new Error(`git ${this.#args.join(" ")}: ${this.#complaints.trim()}`)));
    return child;
  }

  #read(chunk: Buffer): void {
    this.#printed = this.#printed.length === 0 ? chunk : Buffer.concat([this.#printed, chunk]);
    for (;;) {
      const taken = this.#waiting.length === 0 ? undefined : this.#take(this.#printed);
      if (taken === undefined) return;
      this.#printed = taken.rest;
      this.#waiting.shift()?.resolve(taken.answer);
    }
  }

  #end(child: ChildProcessWithoutNullStreams, cause: Error): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(cause);
  }
}
