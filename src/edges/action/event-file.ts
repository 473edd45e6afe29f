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
  if (path === undefined || (await isEvent(path))) return contextOf(new RunnerContext(), env);
  // The package throws at what is no JSON, and prints a line of its own where there is no file.
  delete env[EVENT];
  try {
    return contextOf(new RunnerContext(), env);
  } finally {
    env[EVENT] = path;
  }
}

async function isEvent(path: string): Promise<boolean> {
  try {
    const event: unknown = JSON.parse(await readFile(path, "utf8"));
    return typeof event === "object" && event !== null;
  } catch {
    return false;
  }
}
