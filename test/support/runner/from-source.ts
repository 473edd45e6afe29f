import { fileURLToPath } from "node:url";
import { parentEnvironment, type Started, startProgram } from "./spawn.ts";

const HOOKS = fileURLToPath(new URL("./source-hooks.mjs", import.meta.url));
const CLI = fileURLToPath(new URL("../../../src/cli.ts", import.meta.url));

/** Starts the terminal program as it is in src/, with the meter's processes that it starts itself. */
export function startFromSource(args: readonly string[], { cwd, env, onStderr = () => {} }: FromSource): Started {
  const words = ["--import", HOOKS, CLI, ...args];
  return startProgram(process.execPath, words, {
    cwd,
    env: { ...parentEnvironment(), ...env },
    onStderr,
    group: false,
  });
}

type FromSource = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onStderr?: (text: string) => void;
};
