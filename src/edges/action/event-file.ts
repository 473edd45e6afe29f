import { readFile } from "node:fs/promises";
import { Context as RunnerContext } from "@actions/github/lib/context";
import { type Context, contextOf } from "./context.ts";

const EVENT = "GITHUB_EVENT_PATH";

/**
 * The context of the run this program is part of, from the process's own environment; a missing or broken event file
 * is as good as an empty one.
 */
export async function readContext(env: NodeJS.ProcessEnv): Promise<Context> {
  const path = env[EVENT];
  const payload = path === undefined ? {} : await readEvent(path);
  const runner = withoutEvent(env, () => new RunnerContext());
  runner.payload = payload;
  return contextOf(runner, env);
}

/** The package reads the event file itself, throws at what is not JSON, and prints a line where there is no file. */
function withoutEvent<T>(env: NodeJS.ProcessEnv, work: () => T): T {
  const path = env[EVENT];
  delete env[EVENT];
  try {
    return work();
  } finally {
    if (path !== undefined) env[EVENT] = path;
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
