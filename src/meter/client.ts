import { spawn } from "node:child_process";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { BudgetError } from "../values/errors.ts";
import type { Started } from "./between.ts";
import type { MeterFigures } from "./figures.ts";
import { type Environment, keptOf } from "./outside.ts";
import type { MeterSetup } from "./setup.ts";

/** Where a meter listens, and its process. */
export type RunningMeter = { readonly port: number; readonly pid: number };

/** A meter that isn't up after so long isn't waited for. */
const LONGEST_START_MS = 30_000;
/** Longer than a meter takes to end. */
const LONGEST_STOP_MS = 20_000;

/**
 * Starts a meter in a process that outlives this one, and waits until it listens. `command` starts the program that is
 * the meter's outer process. Throws a BudgetError ("meter-unavailable") if it can't be started.
 */
export async function startMeter(
  command: readonly string[],
  setup: MeterSetup,
  env: Environment,
): Promise<RunningMeter> {
  const [file = "", ...args] = command;
  const child = spawn(file, args, {
    detached: true,
    env: keptOf(env),
    stdio: ["pipe", "pipe", "ignore"],
    windowsHide: true,
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), LONGEST_START_MS);
  try {
    child.stdin.on("error", () => {});
    child.stdin.end(JSON.stringify(setup));
    const ended = new Promise<undefined>((resolve) => child.once("error", () => resolve(undefined)));
    const started = await Promise.race([firstOf(child.stdout), ended]);
    if (started !== undefined && "port" in started) return started;
    throw new BudgetError(
      "meter-unavailable",
      `The meter could not be started. ${started === undefined ? "Its process ended, or said nothing in time." : started.failed}`,
    );
  } finally {
    clearTimeout(timer);
    child.stdout.destroy();
    child.stdin.destroy();
    child.unref();
  }
}

/** What the process reports: one JSON object; undefined if it ends without. */
async function firstOf(output: AsyncIterable<Buffer>): Promise<Started | undefined> {
  let said = "";
  for await (const piece of output) {
    said += piece.toString();
    try {
      return JSON.parse(said) as Started;
    } catch {
      // More of it is to come.
    }
  }
  return undefined;
}

/** How a meter is reached by who started it. */
export type MeterControl = { readonly port: number; readonly control: string };

/**
 * Ends a meter, which waits a few seconds for open requests, and returns what it knows. Undefined if it is dead: its
 * record has what it counted.
 */
export async function stopMeter(at: MeterControl): Promise<MeterFigures | undefined> {
  return asked(at, "POST");
}

/** What a meter knows now; undefined if it is dead. */
export async function meterFigures(at: MeterControl): Promise<MeterFigures | undefined> {
  return asked(at, "GET");
}

function asked({ port, control }: MeterControl, method: "GET" | "POST"): Promise<MeterFigures | undefined> {
  return new Promise((resolve) => {
    const asking = request(
      { host: "127.0.0.1", port, method, path: `/${control}/`, agent: false, timeout: LONGEST_STOP_MS },
      (answer) => {
        text(answer)
          .then((body) => resolve((JSON.parse(body) as MeterFigures | null) ?? undefined))
          .catch(() => resolve(undefined));
      },
    );
    asking.once("timeout", () => asking.destroy());
    asking.once("error", () => resolve(undefined));
    asking.end();
  });
}
