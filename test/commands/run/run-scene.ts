import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Outcome } from "../../../src/commands/outcome/outcome.ts";
import { type RunFrom, run } from "../../../src/commands/run.ts";
import { terminalPorts } from "../../../src/edges/terminal/ports.ts";
import { parseInputs } from "../../../src/inputs/parse-inputs.ts";
import { emptyFolder } from "../../support/runner/action.ts";

/** A run at a terminal, with a stand-in for its command. */
export type Ran = {
  readonly exitCode: number;
  readonly shown: readonly Outcome[];
  /** Whether COMMAND was started. */
  readonly isStarted: boolean;
  readonly state: { readonly holds: readonly unknown[]; readonly total_spent: number };
};

/** `run` on the books of an empty folder; what isn't given of its surroundings is a command that ends well. */
export async function ranWith(
  from: Partial<RunFrom>,
  raw: Readonly<Record<string, string>> = {},
  folder = emptyFolder("run"),
): Promise<Ran> {
  const inputs = parseInputs("run", raw, "terminal");
  if (inputs.command !== "run") throw new Error("these are the inputs of run");
  const shown: Outcome[] = [];
  let isStarted = false;
  const exitCode = await run(await terminalPorts({ HOME: folder }, folder, inputs), inputs, {
    command: ["agent"],
    show: async (outcome) => void shown.push(outcome),
    ...from,
    start: async (...of) => {
      isStarted = true;
      return (await from.start?.(...of)) ?? { exitCode: 0, stdout: "", isCancelled: false };
    },
  });
  return { exitCode, shown, isStarted, state: stateIn(folder) };
}

/** The state of the books in a folder. */
export function stateIn(folder: string): Ran["state"] {
  return JSON.parse(readFileSync(join(folder, "token_budget.json"), "utf8"));
}
