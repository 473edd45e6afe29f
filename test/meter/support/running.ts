import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startMeter, stopMeter } from "../../../src/meter/client.ts";
import type { MeterFigures } from "../../../src/meter/figures.ts";
import type { MeterSetup } from "../../../src/meter/setup.ts";
import { recordedIn, SECRET, setupFor } from "./meter.ts";

export const COMMAND = [process.execPath, fileURLToPath(new URL("./meter-process.ts", import.meta.url))];

/** A meter in its two processes. */
export type Running = {
  readonly setup: MeterSetup;
  readonly folder: string;
  readonly pid: number;
  readonly port: number;
  readonly base: string;
  readonly recorded: () => Record<string, unknown>[];
  /** The inner process, 0 if there is none. */
  readonly inner: () => number;
  readonly stop: () => Promise<MeterFigures | undefined>;
  /** Resolves when both processes are gone. */
  readonly gone: () => Promise<void>;
  /** Ends what is left of it. */
  readonly clean: () => void;
};

type Facts = Partial<MeterSetup> & { readonly origin: string };

export async function startRunning(facts: Facts, env: Record<string, string> = {}): Promise<Running> {
  const folder = facts.folder ?? mkdtempSync(join(tmpdir(), "meter-test-"));
  const setup = setupFor({ ...facts, folder });
  const { pid, port } = await startMeter(COMMAND, setup, env);
  const pids = new Set([pid]);
  const inner = () => {
    const [found = 0] = childrenOf(pid);
    pids.add(found);
    return found;
  };
  inner();
  return {
    ...{ setup, folder, pid, port, inner, base: `http://127.0.0.1:${port}/${SECRET}` },
    recorded: () => recordedIn(join(folder, `meter-${setup.hold}.jsonl`)),
    stop: () => stopMeter({ port, control: setup.control }),
    gone: () => until(() => [...pids].every((one) => one === 0 || !isAlive(one))),
    clean() {
      inner();
      for (const one of pids) if (one !== 0 && isAlive(one)) process.kill(one, "SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync("pgrep", ["-P", String(pid)], { encoding: "utf8" });
  return stdout.trim().split("\n").filter(Boolean).map(Number);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that nobody waited for has ended, too.
    return !/^\S*Z/.test(spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim());
  } catch {
    return false;
  }
}

/** Waits for something that will be; the test's own time ends what never is. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
