import { readFile } from "node:fs/promises";
import { Context as RunnerContext } from "@actions/github/lib/context";
import { type Context, contextOf } from "./context.ts";
import type { Environment } from "./inputs.ts";

/** The context of a run, from its environment; a missing or broken event file is as good as an empty one. */
export async function readContext(env: Environment): Promise<Context> {
  const { GITHUB_EVENT_PATH: path } = env;
  return contextIn(env, path === undefined ? {} : await readEvent(path));
}

/** The context of a run, from its environment and its event. */
export function contextIn(env: Environment, payload: RunnerContext["payload"]): Context {
  const { GITHUB_EVENT_PATH: _, ...rest } = env;
  return contextOf(Object.assign(runnerContextIn(rest), { payload }), env);
}

/**
 * The package knows only the process's own environment. It would read the event file itself, throw at what is not JSON,
 * and print a line where there is no file.
 */
function runnerContextIn(env: Environment): RunnerContext {
  const own = process.env;
  process.env = { ...env };
  try {
    return new RunnerContext();
  } finally {
    process.env = own;
  }
}

async function readEvent(path: string): Promise<RunnerContext["payload"]> {
  try {
    const event: unknown = JSON.parse(await readFile(path, "utf8"));
    return typeof event === "object" && event !== null ? event : {};
  } catch {
    return {};
  }
}
