import { fileURLToPath } from "node:url";
import { parentEnvironment, type Started, startProgram } from "./spawn.ts";

const HOOKS = fileURLToPath(new URL("./source-hooks.mjs", import.meta.url));
const CLI = fileURLToPath(new URL("../../../src/cli.ts", import.meta.url));

/** The words that start the terminal program as it is in src/. */
export const FROM_SOURCE = [process.execPath, "--import", HOOKS, CLI];

/** Starts the terminal program as it is in src/, with the meter's processes that it starts itself. */
export function startFromSource(args: readonly string[], { cwd, env, onStderr = () => {} }: FromSource): Started {
  const [node = "", ...words] = [...FROM_SOURCE, ...args];
  return startProgram(node, words, {
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
