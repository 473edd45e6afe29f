import { isOpen } from "../books/alerts/resolve.ts";
import { monthPace } from "../books/month-pace.ts";
import { alertsJson } from "../export/alert-json.ts";
import { outlookOf } from "../insight/outlook.ts";
import type { Tone } from "../report/model/view.ts";
import { type Look, type LookInputs, look } from "./operation/look.ts";
import type { Ports } from "./operation/ports.ts";
import { lookedOutcome } from "./outcome/done.ts";
import { hasNoBooks, noBooksText } from "./outcome/no-books.ts";
import type { Outcome } from "./outcome/outcome.ts";
import { standing } from "./outcome/sentences.ts";
import { pausedDetails, statusDetails } from "./outcome/status-details.ts";

/** Shows the month and its budgets: spent, held, remaining, health, forecast. One request, nothing written. */
export async function status(ports: Ports, inputs: LookInputs): Promise<Outcome> {
  const looked = await look(ports, inputs);
  const { state, figures, admission, ahead, snapshot, rules, isNew } = looked;
  const now = snapshot.at;
  const pace = monthPace({ figures, state, now, estimate: admission.estimate });
  const outlook = outlookOf({ state, figures, ahead, settings: rules.settings, now });
  const beginning = isNew ? `${noBooksText(ports.store.place)} ` : "";
  const alerts = (state.alerts ?? []).filter(isOpen);
  const outcome = lookedOutcome(ports, looked, {
    title: "Budget status",
    sentence: `${beginning}${standing(figures)}.`,
    tone: toneOf(looked),
    outlook,
    alerts,
    outputs: { alerts: String(alerts.length) },
  });
  return {
    ...outcome,
    details: {
      ...statusDetails({ pace, ahead, outlook, isUnknown: hasNoBooks(snapshot) }),
      paused: pausedDetails(state),
      alerts: alertsJson(alerts, state),
    },
  };
}

function toneOf({ figures, state }: Pick<Look, "figures" | "state">): Tone {
  if (figures.health === "blocked") return "bad";
  return figures.health === "green" && state.paused === undefined ? "good" : "warn";
}
