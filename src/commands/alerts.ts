import type { Acknowledged } from "../books/alerts/acknowledge.ts";
import { alertText } from "../books/alerts/alert-text.ts";
import { acknowledgedInTime, type InTime } from "../books/alerts/in-time.ts";
import { alertsIn, announcedUnkept, withForgotten } from "../books/alerts/listed.ts";
import { isOpen } from "../books/alerts/resolve.ts";
import type { Entry } from "../books/entry.ts";
import type { Alert } from "../books/notify-keys.ts";
import type { State } from "../books/state.ts";
import { alertsJson } from "../export/alert-json.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import type { Snapshot } from "../store/port.ts";
import { orThrow } from "../store/transact.ts";
import { BudgetError } from "../values/errors.ts";
import { dayOf } from "../values/month.ts";
import { showAge, showMany, showMonth } from "../values/show.ts";
import { foldDays } from "./operation/fold-days.ts";
import { look } from "./operation/look.ts";
import { mustBeWriter } from "./operation/maintainers.ts";
import { type Operated, operate } from "./operation/operate.ts";
import type { Ports } from "./operation/ports.ts";
import type { Rules } from "./operation/rules.ts";
import { doneOutcome, lookedOutcome } from "./outcome/done.ts";
import { hasNoBooks, noBooksText } from "./outcome/no-books.ts";
import type { Outcome } from "./outcome/outcome.ts";

type AlertInputs = InputsOf<"alerts">;

/**
 * Lists alerts, or acknowledges one. In a workflow a listing also escalates what nobody has acknowledged in time; at a
 * terminal it writes nothing. Throws a BudgetError for an unknown alert, and for people who can't write.
 */
export async function alerts(ports: Ports, inputs: AlertInputs): Promise<Outcome> {
  const { acknowledge, note } = inputs;
  if (acknowledge !== undefined) return acknowledged(ports, inputs, acknowledge);
  if (note !== undefined) {
    const text = "note says something about an alert: name it in acknowledge. Nothing was read or written.";
    throw new BudgetError("bad-input", `Bad input: ${text}`);
  }
  if (ports.edge === "terminal") {
    const looked = await look(ports, inputs);
    const listed = await listingOf(ports, inputs, looked);
    return { ...lookedOutcome(ports, looked, listed.own), details: listed.details };
  }
  const request = { kind: "alerts", id: ports.newId() } as const;
  const operated = orThrow(await operate(ports, inputs, { strictness: "lenient", request: async () => ({ request }) }));
  const listed = await listingOf(ports, inputs, operated);
  return { ...doneOutcome(ports, operated, listed.own), details: listed.details };
}

type Read = { readonly state: State; readonly snapshot: Snapshot; readonly rules: Rules };

async function listingOf(ports: Ports, { all, since }: AlertInputs, { state, snapshot, rules }: Read) {
  const known = state.alerts ?? [];
  const open = known.filter(isOpen);
  const found =
    since === undefined ? known : withForgotten(state, await inLedger(ports, snapshot, { since, state }), since);
  const shown = since !== undefined || all === true ? found : open;
  const inTime = acknowledgedInTime(state, rules.settings.escalateMs);
  const unknown = hasNoBooks(snapshot) ? noBooksText(ports.store.place) : unkeptText(state);
  const isKnown = unknown === undefined;
  return {
    own: {
      title: titleOf(open, isKnown),
      sentence: [...(isKnown || open.length > 0 ? [openText(open)] : []), unknown, inTimeText(inTime)]
        .filter((text) => text !== undefined && text !== "")
        .join(" "),
      tone: open.length === 0 && isKnown ? "good" : "warn",
      alerts: shown,
      outputs: { alerts: String(open.length) },
    } as const,
    details: { alerts: alertsJson(shown, state), acknowledgedInTime: inTime },
  };
}

/** The ledger's alerts since a day, also those that the state has forgotten. */
async function inLedger(
  ports: Ports,
  snapshot: Snapshot,
  { since, state }: { readonly since: string; readonly state: State },
): Promise<Alert[]> {
  const days = { from: since, to: dayOf(snapshot.at, state.timezone) };
  const entries = await foldDays<Entry[]>(ports, snapshot, {
    days,
    start: () => [],
    add: (found, entry) => (entry.kind === "alert" ? [...found, entry] : found),
  });
  return alertsIn(entries);
}

function titleOf(open: readonly Alert[], isKnown: boolean): string {
  if (open.length > 0) return `${showMany(open.length, "alert")} open`;
  return isKnown ? "No alert is open" : "No alert is known";
}

/** What version 0.1 announced this month, which kept no alerts; undefined if the books have all of them. */
function unkeptText(state: State): string | undefined {
  const { percents, isExhausted } = announcedUnkept(state);
  if (isExhausted) return "An earlier release kept no alerts: this month's budget was used up.";
  if (percents.length === 0) return undefined;
  return `An earlier release kept no alerts: ${Math.max(...percents)}% of this month's budget was passed.`;
}

function openText(open: readonly Alert[]): string {
  if (open.length === 0) return "No alert is open.";
  const taken = open.filter(({ acknowledged }) => acknowledged !== undefined).length;
  return `${showMany(open.length, "alert")} open, ${taken === 0 ? "none" : taken} acknowledged.`;
}

function inTimeText(inTime: InTime | null): string {
  return inTime === null
    ? ""
    : `In ${showMonth(inTime.month)}, ${inTime.count} of ${inTime.of} were acknowledged in time.`;
}

async function acknowledged(ports: Ports, inputs: AlertInputs, alert: string): Promise<Outcome> {
  await mustBeWriter(ports, "An acknowledgement");
  const { actor, fullRun: run } = ports.caller;
  const request = { kind: "acknowledge", id: ports.newId(), alert, note: inputs.note, actor, run } as const;
  const operated = orThrow(await operate(ports, inputs, { strictness: "lenient", request: async () => ({ request }) }));
  const open = (operated.state.alerts ?? []).filter(isOpen);
  const outcome = doneOutcome(ports, operated, {
    ...answerOf(operated, alert, open),
    alerts: open,
    outputs: { alerts: String(open.length) },
  });
  return { ...outcome, details: { alerts: alertsJson(open, operated.state) } };
}

function answerOf(operated: Operated, id: string, open: readonly Alert[]) {
  const found: Acknowledged | undefined = operated.answer.acknowledged;
  if (found?.how === "resolved") {
    const ids = open.length === 0 ? "no alert is open" : `open are ${open.map((one) => one.id).join(", ")}`;
    return {
      title: "Already resolved",
      sentence: `${id} is resolved, nothing was changed; ${ids}.`,
      tone: "warn",
    } as const;
  }
  const { by = "someone", at } = found?.alert.acknowledged ?? {};
  if (found?.how !== "acknowledged") {
    const ago = at === undefined ? "" : ` ${showAge(at, operated.snapshot.at)} ago`.replace(" now ago", " just now");
    const sentence = `${id} was already acknowledged by ${by}${ago}, nothing was changed.`;
    return { title: "Already acknowledged", sentence, tone: "warn" } as const;
  }
  const sentence = `${id} acknowledged by ${by}: ${alertText(found.alert)}`;
  return { title: "Alert acknowledged", sentence, tone: "good" } as const;
}
