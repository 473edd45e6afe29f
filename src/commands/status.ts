import type { Inputs } from "../config/parse-inputs.ts";
import { renderHolds } from "../report/terminal.ts";
import { seenOutcome } from "./done.ts";
import { look } from "./look.ts";
import type { Outcome } from "./outcome.ts";
import type { Ports } from "./ports.ts";
import { standing } from "./sentences.ts";

/** Shows the month: spent, held, remaining, health, pace. One request, nothing written. */
export async function status(ports: Ports, inputs: Inputs): Promise<Outcome> {
  const looked = await look(ports, inputs);
  const { state, figures, snapshot, isNew } = looked;
  const beginning = `No books yet in ${ports.store.place.description}: the first check or record starts them. `;
  const outcome = seenOutcome(ports, looked, {
    title: "Budget status",
    sentence: `${isNew ? beginning : ""}${standing(figures)}.`,
    tone: figures.health === "green" ? "good" : figures.health === "blocked" ? "bad" : "warn",
  });
  if (state.holds.length === 0) return outcome;
  return {
    ...outcome,
    terminal: (terminal) => `${outcome.terminal(terminal)}\n${renderHolds(state.holds, snapshot.readAt, terminal)}`,
  };
}
