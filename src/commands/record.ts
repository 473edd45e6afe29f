import type { Booking } from "../books/answer.ts";
import type { Note } from "../books/draft.ts";
import type { Entry } from "../books/entry.ts";
import { judgeBooking } from "../books/judge.ts";
import type { RecordRequest, Request } from "../books/request.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import { DEFAULT_TERMS } from "../inputs/settings-of.ts";
import { showUsd, usdOf } from "../values/money.ts";
import { agentStart, releaseUnstarted, USED_ALL_THE_SAME } from "./operation/agent-outcome.ts";
import { isCommentWanted } from "./operation/asked-pull.ts";
import { digestsIn, type Gathered, priceUsage } from "./operation/gather-usage.ts";
import { gatherInStep } from "./operation/job-usage.ts";
import { once } from "./operation/once.ts";
import { type Operated, operate, type Unanswered } from "./operation/operate.ts";
import type { BookedBefore, Ports } from "./operation/ports.ts";
import {
  aheadMs,
  type BookingInputs,
  orderFor,
  type RecordOrder,
  recordRequest,
  startedAt,
  usageSince,
} from "./operation/record-request.ts";
import { unbookedNote } from "./operation/unbooked.ts";
import { doneOutcome } from "./outcome/done.ts";
import { type Outcome, withNotes } from "./outcome/outcome.ts";
import { bookingOutputs, errorOutputs } from "./outcome/outputs-of.ts";
import { problemOutcome, whereOf } from "./outcome/problem.ts";
import { bookingSentence, milestonesText } from "./outcome/sentences.ts";

/**
 * An explicit booking: finds its hold by `hold:`, by the job's environment, or by the run. If no agent started and
 * nothing was used, the hold is released.
 */
export async function record(ports: Ports, inputs: InputsOf<"record">): Promise<Outcome> {
  const { caller } = ports;
  const { id = ports.newId(), hold, result, onError = DEFAULT_TERMS.onError } = inputs;
  const { hasStarted, notes } = agentStart(inputs, result);
  if (!hasStarted) {
    const { found } = await gatherInStep(ports, inputs, { sinceMs: caller.startedMs });
    if (!found) return releaseUnstarted(ports, inputs, { id, hold, onError, notes });
  }
  const outcome = await bookUsage(ports, inputs, {
    id,
    isChosenId: inputs.id !== undefined,
    origin: "record",
    hold,
    profile: inputs.profile ?? caller.profile,
    tags: inputs.tags ?? {},
    result,
    mustExist: (hold ?? caller.jobHold) !== undefined,
    sinceMs: caller.startedMs,
  });
  return withNotes(outcome, hasStarted ? notes : [USED_ALL_THE_SAME]);
}

/** Books what an execution cost. Only problems with the books themselves stop it. */
export async function bookUsage(ports: Ports, inputs: BookingInputs, order: RecordOrder): Promise<Outcome> {
  // Gathered once, however often the books are tried: the usage doesn't change in between.
  const gather: Gather = once(async (sinceMs) => order.gathered ?? gatherInStep(ports, inputs, { sinceMs }));
  void preload(inputs);
  const operated = await operate(ports, inputs, {
    strictness: "lenient",
    mustExist: order.mustExist,
    judge: judgeBooking,
    commentsIn: ports.comments === null || ports.caller.isReadOnly ? undefined : ports.caller.run.repository,
    request: async (rules, snapshot) => {
      const due = orderFor(order, ports, snapshot);
      const gathered = due.gathered ?? (await gather(usageSince(ports, order, snapshot)));
      const time = { startedAt: startedAt(order, aheadMs(ports, snapshot)), now: snapshot.at };
      const { usage, notes } = await priceUsage(gathered, time, rules.prices);
      const at = { order: due, terms: rules.terms, usage, aheadMs: aheadMs(ports, snapshot) };
      return { request: recordRequest(ports, inputs, at), gathered, notes: [...gathered.notes, ...notes] };
    },
  });
  if (!operated.ok) return unbooked(ports, inputs, { order, gather, unanswered: operated });
  const { gathered, notes } = operated.known;
  const { hold } = operated.answer.booking ?? {};
  // Only a run that comments needs this code.
  const wanted = isCommentWanted(inputs) ? await import("./operation/pull-comments.ts") : undefined;
  const outcome = booked(ports, operated, [...notes, ...(wanted?.commentNotes(ports, inputs) ?? [])]);
  const comments = wanted?.commentsOf(operated, inputs) ?? null;
  return {
    ...(await withMetered(outcome, gathered)),
    ...{ comments, booked: bookedWith(gathered, ports) },
    ...(hold !== undefined && { closedHold: hold }),
  };
}

/** The outcome with what the run's meter says: that a run was stopped isn't good news. */
async function withMetered(outcome: Outcome, { meter }: Gathered): Promise<Outcome> {
  if (meter === undefined) return outcome;
  const { figures } = meter;
  if (figures === undefined) return { ...outcome, meter };
  // Only a metered run needs the code.
  const { meterDetails, stoppedNotes } = await import("./meter/stopped.ts");
  const stopped = stoppedNotes(figures);
  const { view } = outcome;
  const tone = stopped.length > 0 && "tone" in view && view.tone === "good" ? { tone: "warn" as const } : {};
  return withNotes(
    {
      ...outcome,
      view: "month" in view ? { ...view, ...tone, metered: figures } : view,
      details: { ...outcome.details, meter: meterDetails(figures) },
      meter,
    },
    stopped,
  );
}

/** Loads what a booking needs later while the books are being read. */
async function preload({ used = [], usageFile }: BookingInputs): Promise<void> {
  const pricing = async () => (await import("../pricing/prices.ts")).preloadPrices();
  const isPriced = used.length > 0 || usageFile !== undefined;
  // What can't be loaded fails where it is needed.
  await Promise.allSettled([import("../books/operations.ts"), ...(isPriced ? [pricing()] : [])]);
}

type Gather = (sinceMs: number) => Promise<Gathered>;

type Known = { readonly gathered: Gathered; readonly notes: readonly Note[] };
type Unbooked = {
  readonly order: RecordOrder;
  readonly gather: Gather;
  readonly unanswered: Unanswered<Known>;
};

/** The log has what should have been booked, and the step fails unless `on-error` is allow. */
async function unbooked(
  ports: Ports,
  inputs: BookingInputs,
  { order, gather, unanswered }: Unbooked,
): Promise<Outcome> {
  const { error, rules, known } = unanswered;
  if (error.code === "bad-input") throw error;
  const gathered = known?.gathered ?? (await gather(order.sinceMs));
  const asked = known?.request.kind === "record" ? known.request : undefined;
  const onError = rules?.terms.onError ?? inputs.onError ?? DEFAULT_TERMS.onError;
  const note = await unbookedNote(ports, inputs, { order, error, asked, gathered });
  return problemOutcome(whereOf(ports), error, {
    title: "The run could not be booked",
    outputs: errorOutputs(error, false),
    isFailure: order.origin === "record" && onError === "deny",
    notes: [...(known?.notes ?? gathered.notes), note],
  });
}

/** What a booking covers: the sessions it names, or all that ran until now if it booked anything else. */
function bookedWith({ isStated, incomplete, lines, logged }: Gathered, ports: Ports): BookedBefore {
  const before = ports.caller.booked;
  // Apart from sessions that only the logs have, whose lines name none, every line names its session.
  const areNamed = logged.length > 0 || (lines.length > 0 && lines.every(({ session }) => session !== undefined));
  const named = [...digestsIn(lines), ...logged.map((session) => [session, ""] as const)];
  return {
    sessions: new Map([...(before?.sessions ?? []), ...named]),
    untilMs: areNamed && !isStated && !incomplete ? before?.untilMs : ports.now(),
  };
}

function booked(
  ports: Ports,
  operated: Operated<Known & { readonly request: Request }>,
  found: readonly Note[],
): Outcome {
  const { booking, figures } = operated.answer;
  if (booking === undefined) throw new Error("a record was answered without a booking");
  const entry = operated.entries.find((one) => one.id === operated.operation);
  const isEstimated = booking.quality === "estimated";
  const { request } = operated.known;
  const isApproximate = request.kind === "record" && isByLength(request.usage);
  // What to do about a model without a price, or what can't be priced at all, is among the notes already.
  const isSaid = operated.known.gathered.isPartial === true;
  const isUnpriced = entry?.usage?.some(({ model, cost }) => model !== "" && cost === undefined) === true;
  return doneOutcome(ports, operated, {
    title: titleOf(booking, entry),
    sentence: bookingSentence(booking, figures, isApproximate && !isUnpriced),
    tone: isEstimated ? "warn" : "good",
    outputs: bookingOutputs(booking),
    notes: [
      ...found,
      ...estimatedNotes(isEstimated && !isUnpriced && !isSaid, booking.how, isApproximate),
      ...operated.notes,
    ],
    chatter: entry === undefined ? undefined : completeOf(ports, operated, entry),
  });
}

/** Whether an estimate is one because a part of the usage was counted by length, and nothing is missing. */
function isByLength({ lines, found, incomplete, cutShort }: RecordRequest["usage"]): boolean {
  return found && !incomplete && cutShort !== true && lines.some(({ estimated }) => estimated === true);
}

function titleOf(booking: Booking, entry: Entry | undefined): string {
  if (booking.cost === 0 && entry === undefined) return "Nothing to book";
  const reached = milestonesText(booking);
  return `${showUsd(booking.cost)} booked${reached === "" ? "" : ` · 🚀 ${reached}`}`;
}

function estimatedNotes(isEstimated: boolean, how: string, isApproximate: boolean): Note[] {
  if (!isEstimated || how === "repeated") return [];
  if (isApproximate) {
    const text =
      "A part of this run's usage was counted by the length of what was sent and answered, because its provider didn't report it: what is booked is a minimum.";
    return [{ level: "warning", text }];
  }
  const text =
    "This run's usage isn't fully known, so the estimate was charged. Name the tool's output in usage-file, or state the tokens in model, input-tokens and output-tokens.";
  return [{ level: "warning", text }];
}

function completeOf(ports: Ports, { answer: { figures } }: Operated, entry: Entry) {
  const { repository, url } = ports.caller.fullRun;
  return {
    kind: "complete" as const,
    facts: {
      health: figures.health,
      repository,
      url,
      page: ports.store.place.page,
      execution: figures.executions,
      cost: usdOf(entry.cost),
      pr: entry.pr ?? null,
      remaining: usdOf(figures.remaining),
    },
  };
}
