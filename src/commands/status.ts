import type { Inputs } from "../config/parse-inputs.ts";
import { renderHolds } from "../report/terminal.ts";
import { look } from "./look.ts";
import type { Outcome } from "./outcome.ts";
import { outputsOf } from "./outputs-of.ts";
import type { Ports } from "./ports.ts";
import { standing } from "./sentences.ts";
import { pictures } from "./show.ts";

/** Shows the month: spent, held, remaining, health, pace. One request, nothing written. */
export async function status(ports: Ports, inputs: Inputs): Promise<Outcome> {
  const { state, figures, admission, rules, snapshot, isNew, notes } = await look(ports, inputs);
  const sentence = isNew
    ? `No books yet in ${ports.store.place.description}: the first check or record starts them. ${standing(figures)}.`
    : `${standing(figures)}.`;
  const shown = pictures(ports, {
    title: "Budget status",
    sentence,
    tone: figures.health === "green" ? "good" : figures.health === "blocked" ? "bad" : "warn",
    name: rules.settings.name,
    now: snapshot.readAt,
    state,
    figures,
    admission,
    notes,
  });
  return {
    outputs: outputsOf(figures, admission, sentence),
    sentence,
    notes,
    failure: null,
    isDenied: false,
    ...shown,
    terminal: (terminal) =>
      state.holds.length === 0
        ? shown.terminal(terminal)
        : `${shown.terminal(terminal)}\n${renderHolds(state.holds, snapshot.readAt, terminal)}`,
    deliver: null,
  };
}
