import { readFile } from "node:fs/promises";
import { type Context, contextOf } from "./context.ts";
import type { Environment } from "./inputs.ts";

/** The context of the run this program is part of; a missing event file counts as an empty one. */
export async function readContext(env: Environment): Promise<Context> {
  const { GITHUB_EVENT_PATH: path } = env;
  const text = path ? await readFile(path, "utf8").catch(() => "") : "";
  return contextOf(env, text);
}
