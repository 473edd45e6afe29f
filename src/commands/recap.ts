import type { RecapFacts } from "../books/messages/facts.ts";
import {
  daysFacts,
  hasDays,
  hasMonth,
  hasMonths,
  lastClosedMonth,
  monthsFacts,
  recapFacts,
} from "../books/messages/recap-facts.ts";
import type { HistoryLine, State } from "../books/state.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import { firstDayKnown } from "../insight/first-day.ts";
import { type RecapView, recapSentence } from "../report/recap-text.ts";
import { orThrow } from "../store/transact.ts";
import { type DateSpan, monthsOf, showSpan, spanKey, spanOf } from "../values/date-span.ts";
import { BudgetError } from "../values/errors.ts";
import { boundedSum } from "../values/money.ts";
import { type Day, dayOf } from "../values/month.ts";
import { showDate } from "../values/show.ts";
import { sumsInLedger } from "./operation/ledger-sums.ts";
import { type Look, look } from "./operation/look.ts";
import { type Operated, operate } from "./operation/operate.ts";
import type { Ports } from "./operation/ports.ts";
import { doneOutcome, lookedOutcome } from "./outcome/done.ts";
import { hasNoBooks, noBooksText } from "./outcome/no-books.ts";
import type { Outcome } from "./outcome/outcome.ts";
import { recapDetails } from "./outcome/recap-details.ts";

type RecapInputs = InputsOf<"recap">;

/**
 * Recaps a month or another span. Without either it closes the month if it is over and posts the recap of the last
 * closed one, once; with one of them it only shows that one, unless `post` or `force` is true. Throws a BudgetError.
 */
export async function recap(ports: Ports, inputs: RecapInputs): Promise<Outcome> {
  if (inputs.month !== undefined && inputs.period !== undefined) {
    throw new BudgetError("bad-input", "month and period both say what to recap: give one of them.");
  }
  const isNamed = inputs.month !== undefined || inputs.period !== undefined;
  const isPosting = inputs.post ?? (!isNamed || inputs.force === true);
  return isPosting ? postRecap(ports, inputs) : showRecap(ports, inputs);
}

/** Nothing is written and nothing is posted. */
async function showRecap(ports: Ports, inputs: RecapInputs): Promise<Outcome> {
  const looked = await look(ports, inputs);
  if (hasNoBooks(looked.snapshot)) return lookedOutcome(ports, looked, noBooks(ports));
  const found = await recapOf(ports, inputs, looked);
  const { timezone } = looked.state;
  if (found.facts === undefined) return lookedOutcome(ports, looked, nothingIn(found));
  const view = { facts: found.facts, name: looked.rules.settings.name, timezone };
  const notes = [...looked.notes, ...beginNotes(looked.state, view.facts), ...importNotes(found.importedUntil)];
  return withRecap(lookedOutcome(ports, { ...looked, notes }, recapText(view)), view);
}

type Found = {
  readonly name: string | undefined;
  /** It begins after today. */
  readonly isAhead?: boolean;
  readonly facts?: RecapFacts;
  readonly importedUntil?: string | undefined;
};

async function recapOf(ports: Ports, inputs: RecapInputs, { state, snapshot }: Look): Promise<Found> {
  const seen = { runUrl: ports.caller.fullRun.url, server: ports.server, now: snapshot.at };
  const today = dayOf(snapshot.at, state.timezone);
  const days = inputs.period === undefined ? undefined : spanNamed(inputs.period, today);
  if (days !== undefined && days.from > today) return foundNothing(days, today);
  if (days === undefined || days.kind === "month") {
    const month = days === undefined ? (inputs.month ?? lastClosedMonth(state)) : spanKey(days);
    if (month === undefined || !hasMonth(state, month)) return { name: month };
    return { name: month, facts: recapFacts(state, month, seen) };
  }
  if (monthsOf(days).length > 0) {
    return hasMonths(state, days)
      ? { name: showSpan(days), facts: monthsFacts(state, days, seen) }
      : { name: showSpan(days) };
  }
  if (!hasDays(state, days)) return { name: showSpan(days) };
  const sums = await sumsInLedger(ports, snapshot, { days, timezone: state.timezone });
  return { name: showSpan(days), facts: daysFacts(state, sums, seen), importedUntil: sums.importedUntil };
}

async function postRecap(ports: Ports, inputs: RecapInputs): Promise<Outcome> {
  const id = ports.newId();
  const operated = orThrow(
    await operate(ports, inputs, {
      strictness: "lenient",
      request: async (_, snapshot) => {
        const request = { kind: "recap", id, month: inputs.month, force: inputs.force ?? false } as const;
        // Books that begin with this operation have nothing to recap.
        if (hasNoBooks(snapshot)) return { request: { ...request, month: undefined } };
        if (inputs.period === undefined) return { request };
        const timezone = snapshot.state.kind === "state" ? snapshot.state.state.timezone : "UTC";
        const days = spanNamed(inputs.period, dayOf(snapshot.at, timezone));
        if (monthsOf(days).length > 0) return { request: { ...request, span: { days } } };
        const sums = await sumsInLedger(ports, snapshot, { days, timezone });
        return { request: { ...request, span: { days, sums } } };
      },
    }),
  );
  return postedOutcome(ports, inputs, operated);
}

function postedOutcome(ports: Ports, inputs: RecapInputs, operated: Operated): Outcome {
  const { state, rules } = operated;
  const { facts, queued = false } = operated.answer.recapped ?? {};
  if (hasNoBooks(operated.snapshot)) return doneOutcome(ports, operated, noBooks(ports));
  if (facts === undefined) {
    const today = dayOf(operated.snapshot.at, state.timezone);
    const days = inputs.period === undefined ? undefined : spanNamed(inputs.period, today);
    return doneOutcome(
      ports,
      operated,
      nothingIn(days === undefined ? { name: inputs.month } : foundNothing(days, today)),
    );
  }
  const view = { facts, name: rules.settings.name, timezone: state.timezone };
  const notes = [...operated.notes, ...beginNotes(state, facts), ...deliveryNotes(ports, queued)];
  return withRecap(doneOutcome(ports, operated, { ...recapText(view), notes }), view);
}

/** The span of an input, which has the form of one. */
function spanNamed(text: string, today: string): DateSpan {
  const span = spanOf(text, today);
  if (span === undefined) throw new Error(`${text} is no span`);
  return span;
}

function withRecap(outcome: Outcome, recap: RecapView): Outcome {
  const { title, sentence } = recapText(recap);
  return { ...outcome, details: { recap: recapDetails(recap.facts) }, view: { title, sentence, recap } };
}

function recapText(view: RecapView) {
  const title = view.facts.period === undefined ? "Monthly recap" : "Recap";
  return { title, sentence: recapSentence(view), tone: "good" } as const;
}

function nothingIn({ name, isAhead }: Omit<Found, "facts">) {
  const sentence = isAhead === true ? `${name} hasn't begun.` : unknownText(name);
  return { title: "Nothing to recap", sentence, tone: "warn" } as const;
}

function foundNothing(days: DateSpan, today: Day): Omit<Found, "facts"> {
  const isAhead = days.from > today;
  return { name: days.kind === "month" && !isAhead ? spanKey(days) : showSpan(days), isAhead };
}

function noBooks({ store }: Ports) {
  return { title: "Nothing to recap", sentence: noBooksText(store.place), tone: "warn" } as const;
}

function unknownText(name: string | undefined): string {
  return name === undefined
    ? "No month has been closed yet: there is nothing to recap."
    : `The books have ${/^\d{4}-\d\d$/.test(name) ? "no month" : "nothing of"} ${name}.`;
}

/** Where the span begins before the books do. */
function beginNotes(state: State, { month, period }: RecapFacts) {
  const from = period === undefined ? `${month}-01` : spanNamed(period, "").from;
  const since = firstDayKnown(state);
  // An import brings what was spent before its first day.
  const isImported = state.total_spent > boundedSum(Object.values(state.daily).map(({ spent }) => spent));
  if (since === undefined || since <= from || (isImported && since.startsWith(state.current_month))) return [];
  // A closed month without any cost is known, too.
  const isClosed = ({ month: closed }: HistoryLine) => closed <= from.slice(0, 7) && closed < since.slice(0, 7);
  if (state.history.some(isClosed)) return [];
  const text = `The books begin on ${showDate(since)}: what was spent before isn't known.`;
  return [{ level: "notice" as const, text }];
}

function importNotes(importedUntil: string | undefined) {
  if (importedUntil === undefined) return [];
  const text = `What was spent before ${importedUntil} was imported without its days: this recap doesn't have it.`;
  return [{ level: "warning" as const, text }];
}

function deliveryNotes(ports: Ports, isQueued: boolean) {
  if (!isQueued) {
    const again = ports.edge === "terminal" ? "--force" : "force: true";
    const text = `This recap was already posted or queued; ${again} posts it again.`;
    return [{ level: "notice" as const, text }];
  }
  if (ports.webhook !== null || ports.channels.length > 0) return [];
  const text = "The recap is in the queue: a run with a Discord webhook posts it.";
  return [{ level: "notice" as const, text }];
}
