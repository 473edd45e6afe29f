import { move } from "../../commands/move.ts";
import type { Outcome } from "../../commands/outcome/outcome.ts";
import type { InputsOf } from "../../inputs/commands/table.ts";
import { BudgetError } from "../../values/errors.ts";
import type { Environment } from "../action/inputs.ts";
import { machineWaiting } from "../machine/waiting.ts";
import { placeNamed } from "./places.ts";
import { progressOn } from "./progress.ts";

const PATIENCE_MS = 120_000;

/** Moves books as asked at a terminal. Throws a BudgetError for what can't be moved. */
export async function moveAt(
  inputs: InputsOf<"move">,
  {
    env,
    folder,
    err,
    isQuiet,
  }: {
    readonly env: Environment;
    readonly folder: string;
    readonly err: NodeJS.WriteStream;
    readonly isQuiet: boolean;
  },
): Promise<Outcome> {
  // Who may move the books of all is for people to decide, not for what can start a workflow.
  if (env["GITHUB_ACTIONS"] === "true" && inputs.copy !== true) {
    throw new BudgetError(
      "not-allowed",
      "In a workflow, move only makes copies, with --copy: move books at a terminal.",
    );
  }
  const opening = { env, folder, inputs };
  const [from, to] = [await placeNamed("from", opening), await placeNamed("to", opening)];
  return move({
    ...{ inputs, from, to, now: Date.now, waiting: machineWaiting(PATIENCE_MS) },
    progress: isQuiet ? () => {} : progressOn(err, Date.now),
    tell: (text) => {
      if (!isQuiet) err.write(`${text}\n`);
    },
  });
}
