import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SharedTime } from "./shared-time.ts";
import { type Ended, parentEnvironment, type Started, startNode } from "./spawn.ts";

export type TerminalOptions = {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What the program reads on its standard input; nothing unless told. */
  readonly input?: string;
  readonly clock?: number | string;
  /** The time it lives in with others, in place of real time. */
  readonly time?: SharedTime;
  /** The script to run; the project's `dist/cli.js` when left out. */
  readonly script?: string;
};

const CLI = join(fileURLToPath(new URL("../../..", import.meta.url)), "dist/cli.js");

/** Runs `token-budget <args>` to its end, with PATH, HOME, TZ and `env` alone in its environment. */
export const runTerminal = (args: readonly string[], options: TerminalOptions): Promise<Ended> =>
  startTerminal(args, options).ended;

/** Starts `token-budget <args>`; it can be killed on the way. */
export function startTerminal(
  args: readonly string[],
  { cwd, env = {}, script = CLI, ...rest }: TerminalOptions,
): Started {
  return startNode(script, args, { cwd, env: { ...parentEnvironment(), ...env }, ...rest });
}
