import { forecastOf } from "../books/forecast.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import { outlookOf } from "../insight/outlook.ts";
import { expiredHolds, renderExpiredTerminal } from "../report/expired-holds.ts";
import { renderHolds } from "../report/terminal/answer.ts";
import { renderOutlookTerminal } from "../report/terminal/outlook.ts";
import { look } from "./operation/look.ts";
import type { Ports } from "./operation/ports.ts";
import { seenOutcome } from "./outcome/done.ts";
import type { Outcome } from "./outcome/outcome.ts";
import { standing } from "./outcome/sentences.ts";
import { statusDetails } from "./outcome/status-details.ts";

/** Shows the month and its budgets: spent, held, remaining, health, pace. One request, nothing written. */
export async function status(ports: Ports, inputs: InputsOf<"status">): Promise<Outcome> {
  const looked = await look(ports, inputs);
  const { state, figures, admission, snapshot, rules, isNew } = looked;
  const now = snapshot.readAt;
  const forecast = forecastOf({ figures, state, now, estimate: admission.estimate });
  const outlook = outlookOf({ state, figures, forecast, settings: rules.settings, now });
  const beginning = `No books yet in ${ports.store.place.description}: the first check or record starts them. `;
  const outcome = seenOutcome(ports, looked, {
    title: "Budget status",
    sentence: `${isNew ? beginning : ""}${standing(figures)}.`,
    tone: figures.health === "green" ? "good" : figures.health === "blocked" ? "bad" : "warn",
    outlook,
  });
  const expired = expiredHolds(state, now, "seven days");
  const clock = { now, timezone: state.timezone };
  return {
    ...outcome,
    details: statusDetails(forecast, outlook),
    terminal: (terminal) =>
      [
        outcome.terminal(terminal),
        renderOutlookTerminal(outlook, clock, terminal),
        ...(state.holds.length === 0 ? [] : [renderHolds(state.holds, now, terminal)]),
        ...(expired.length === 0 ? [] : [renderExpiredTerminal(expired, state.timezone, terminal)]),
      ].join("\n"),
  };
}
