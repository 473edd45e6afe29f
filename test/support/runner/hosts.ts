import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { SharedTime } from "./shared-time.ts";
import { type Ended, parentEnvironment, type SpawnOptions, type Started, timeEnvironment } from "./spawn.ts";

/** A step's options in a process that others played in before: nothing is read from its standard input. */
export type HostedOptions = Omit<SpawnOptions, "input"> & { readonly time: SharedTime };

/**
 * Processes that play one step after another, because starting a Node costs several times what a step does. Who dies
 * in a step, by a signal or by itself, is replaced.
 */
export type Hosts = {
  readonly start: (script: string, options: HostedOptions) => Started;
  readonly close: () => Promise<void>;
};

/** Each step leaves the modules it loaded behind in memory. */
const MAX_STEPS = 40;
/** More of them than this wait for no further step. */
const MAX_IDLE = 4;

export function createHosts(): Hosts {
  const all = new Set<Host>();
  return {
    start(script, options) {
      const host = [...all].find(({ isFree }) => isFree) ?? new Host();
      all.add(host);
      const started = host.play(script, options);
      const over = () => {
        const isSpare = [...all].filter(({ isFree }) => isFree).length > MAX_IDLE;
        if (host.isWorn || isSpare) host.close();
        if (host.isWorn || isSpare || host.isGone) all.delete(host);
      };
      return { ...started, ended: started.ended.finally(over) };
    },
    async close() {
      await Promise.all([...all].map((host) => host.close()));
    },
  };
}

/** Those that the test files of a process share; they end with it. */
export const sharedHosts: Hosts = createHosts();

type Step = { readonly stdout: Said; readonly stderr: Said; exitCode: number | undefined; readonly look: () => void };
type Said = { text: string };

class Host {
  isGone = false;
  #steps = 0;
  #step: Step | undefined;
  readonly #mark = `\n${randomUUID()}\n`;
  readonly #child: ChildProcess;

  constructor() {
    const preload = new URL("shared-time.mjs", import.meta.url).href;
    const script = fileURLToPath(new URL("host.mjs", import.meta.url));
    this.#child = spawn(process.execPath, ["--import", preload, script], {
      cwd: tmpdir(),
      env: { ...parentEnvironment(), TEST_TIME_MS: "0", TEST_CLOCK_SHIFT_MS: "0" },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#hear("stdout");
    this.#hear("stderr");
    this.#child.on("message", ({ exitCode }: { exitCode?: number }) => {
      if (this.#step === undefined || exitCode === undefined) return;
      this.#step.exitCode = exitCode;
      this.#step.look();
    });
    this.#child.once("exit", () => {
      this.isGone = true;
    });
  }

  get isFree(): boolean {
    return this.#step === undefined && !this.isGone && !this.isWorn;
  }

  get isWorn(): boolean {
    return this.#steps >= MAX_STEPS;
  }

  play(script: string, { cwd, env, clock, time }: HostedOptions): Started {
    this.#steps += 1;
    const leave = time.join(this.#child);
    const ended = this.#ended().finally(() => {
      leave();
      this.#step = undefined;
    });
    this.#child.send({
      script: pathToFileURL(script).href,
      cwd,
      env: { ...env, ...timeEnvironment(clock, time) },
      mark: this.#mark,
    });
    return { pid: this.#child.pid ?? 0, kill: (signal) => void this.#child.kill(signal), ended };
  }

  async close(): Promise<void> {
    if (this.isGone) return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await gone;
  }

  /** The step's end: all it printed has come, and its exit code, or its process is gone. */
  #ended(): Promise<Ended> {
    return new Promise((resolve) => {
      const stdout = { text: "" };
      const stderr = { text: "" };
      const whole = ({ text }: Said) => text.replace(this.#mark, "");
      const died = (exitCode: number | null, signal: NodeJS.Signals | null) =>
        resolve({ exitCode, signal, stdout: whole(stdout), stderr: whole(stderr) });
      const step: Step = {
        ...{ stdout, stderr, exitCode: undefined },
        look: () => {
          const isAll = [stdout, stderr].every(({ text }) => text.endsWith(this.#mark));
          if (step.exitCode === undefined || !isAll) return;
          this.#child.off("close", died);
          died(step.exitCode, null);
        },
      };
      this.#child.once("close", died);
      this.#step = step;
    });
  }

  #hear(stream: "stdout" | "stderr"): void {
    this.#child[stream]?.setEncoding("utf8").on("data", (text: string) => {
      if (this.#step === undefined) return;
      this.#step[stream].text += text;
      this.#step.look();
    });
  }
}
