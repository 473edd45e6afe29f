import { createHash } from "node:crypto";
import type { Booking } from "../budget/answer.ts";
import type { Note } from "../budget/books.ts";
import { BudgetError } from "../budget/budget-error.ts";
import { decodeState } from "../budget/decode-state.ts";
import type { Entry } from "../budget/entry.ts";
import { findHold } from "../budget/holds.ts";
import { showUsd, usdOf } from "../budget/money.ts";
import { epochOf, instantOf } from "../budget/month.ts";
import type { RecordRequest } from "../budget/request.ts";
import type { Inputs } from "../config/parse-inputs.ts";
import { DEFAULT_TERMS, type Terms, termsOf } from "../config/settings-of.ts";
import type { Snapshot } from "../store/store.ts";
import { deliveryOf } from "./delivery.ts";
import { type Gathered, gatherUsage, priceUsage } from "./gather-usage.ts";
import { type Operated, operate } from "./operate.ts";
import type { Outcome } from "./outcome.ts";
import { bookingOutputs, errorOutputs, outputsOf } from "./outputs-of.ts";
import type { Ports } from "./ports.ts";
import { bookingSentence, milestonesText } from "./sentences.ts";
import { pictures, problemOutcome, whereOf } from "./show.ts";
import { unbookedLine } from "./unbooked.ts";

/** How a booking is asked for: by an explicit step, or by a gate's post step about its own hold. */
export type RecordOrder = {
  readonly id: string;
  /** The caller chose the id. */
  readonly isChosenId: boolean;
  readonly origin: RecordRequest["origin"];
  readonly hold: string | undefined;
  /** The books must exist: this run was let in by them. */
  readonly mustExist: boolean;
  /** Usage files count from here on, milliseconds since 1970. */
  readonly sinceMs: number;
};

/** An explicit booking: finds its hold by `hold:`, by the job's environment, or by the run. */
export function record(ports: Ports, inputs: Inputs): Promise<Outcome> {
  const { caller } = ports;
  return bookUsage(ports, inputs, {
    id: inputs.id ?? ports.newId(),
    isChosenId: inputs.id !== undefined,
    origin: "record",
    hold: inputs.hold,
    mustExist: (inputs.hold ?? caller.jobHold) !== undefined,
    sinceMs: caller.startedMs,
  });
}

/** Books what an execution cost. Nothing stops it but the books themselves. */
export async function bookUsage(ports: Ports, inputs: Inputs, order: RecordOrder): Promise<Outcome> {
  let gathered: Gathered | undefined;
  let asked: RecordRequest | undefined;
  let priceNotes: readonly Note[] = [];
  let onError = inputs.onError ?? DEFAULT_TERMS.onError;
  try {
    const operated = await operate(ports, inputs, {
      strictness: "lenient",
      mustExist: order.mustExist,
      request: async (rules, snapshot) => {
        onError = rules.terms.onError;
        gathered ??= await gatherUsage(ports, inputs, usageSince(ports, order, snapshot));
        const priced = await priceUsage(gathered, snapshot.readAt, rules.prices);
        priceNotes = priced.notes;
        const at = { terms: rules.terms, usage: priced.usage, aheadMs: aheadMs(ports, snapshot) };
        asked = recordRequest(ports, inputs, order, at);
        return asked;
      },
    });
    return booked(ports, inputs, operated, [...(gathered?.notes ?? []), ...priceNotes]);
  } catch (error) {
    if (!(error instanceof BudgetError) || error.code === "bad-input") throw error;
    gathered ??= await gatherUsage(ports, inputs, order.sinceMs);
    const unbooked = await unbookedNote(ports, inputs, order, { error, asked, gathered });
    const notes = [...gathered.notes, ...priceNotes, unbooked];
    return problemOutcome(whereOf(ports), error, {
      title: "The run could not be booked",
      outputs: errorOutputs(error, false),
      isFailure: order.origin === "record" && onError === "deny",
      notes,
    });
  }
}

/**
 * Since when a file that a glob finds counts as this run's: since its hold was made, by this machine's clock, which
 * wrote the file's time; without an open hold since the order says.
 */
function usageSince(ports: Ports, order: RecordOrder, snapshot: Snapshot): number {
  const decoded = snapshot.state === null ? undefined : decodeState(snapshot.state);
  if (order.origin === "post" || decoded?.kind !== "state") return order.sinceMs;
  const found = findHold(decoded.state, order.hold, ports.caller.run);
  if (found.kind !== "open") return order.sinceMs;
  return Math.min(order.sinceMs, epochOf(found.hold.at) + aheadMs(ports, snapshot));
}

/** How far this machine's clock is ahead of the store's. */
function aheadMs(ports: Ports, snapshot: Snapshot): number {
  return ports.now() - epochOf(snapshot.readAt);
}

function recordRequest(
  ports: Ports,
  inputs: Inputs,
  order: RecordOrder,
  {
    terms,
    usage,
    aheadMs,
  }: { readonly terms: Terms; readonly usage: RecordRequest["usage"]; readonly aheadMs: number },
): RecordRequest {
  const { caller } = ports;
  const request: RecordRequest = {
    kind: "record",
    id: order.id,
    origin: order.origin,
    hold: order.hold,
    jobHold: caller.jobHold,
    profile: inputs.profile ?? caller.profile,
    tags: inputs.tags ?? {},
    run: caller.fullRun,
    usage,
    unsettled: terms.unsettled,
    billing: terms.billing,
    startedAt: instantOf(order.sinceMs - aheadMs),
    result: inputs.result ?? caller.result,
    prs: inputs.prs ?? (inputs.pr === undefined ? 0 : 1),
    pr: inputs.pr,
    outcomes: inputs.outcomes ?? {},
  };
  return order.isChosenId ? { ...request, fingerprint: fingerprintOf(request) } : request;
}

/** The same for the same booking, whenever and in whichever run it is asked for again. */
function fingerprintOf({ startedAt: _, run: __, jobHold: ___, ...content }: RecordRequest): string {
  const lines = content.usage.lines.map(({ prices: _prices, price_source: _source, ...line }) => line);
  const text = JSON.stringify({ ...content, usage: { ...content.usage, lines } });
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function booked(ports: Ports, inputs: Inputs, operated: Operated, found: readonly Note[]): Outcome {
  const { answer, state, rules, snapshot, entries } = operated;
  const { booking, figures, admission } = answer;
  if (booking === undefined) throw new Error("a record was answered without a booking");
  const sentence = bookingSentence(booking, figures);
  const notes = [...found, ...estimatedNotes(booking.quality === "estimated", booking.how), ...operated.notes];
  const entry = entries.find((one) => one.id === operated.operation);
  return {
    outputs: {
      ...outputsOf(figures, admission, sentence),
      ...bookingOutputs(booking),
      commit: operated.commit ?? "",
    },
    sentence,
    notes,
    failure: null,
    isDenied: false,
    ...pictures(ports, {
      title: titleOf(booking, entry),
      sentence,
      tone: booking.quality === "estimated" ? "warn" : "good",
      name: rules.settings.name,
      now: snapshot.readAt,
      state,
      figures,
      admission,
      entry,
      booking,
      notes,
    }),
    deliver: deliveryOf(ports, inputs, operated, entry === undefined ? undefined : completeOf(ports, operated, entry)),
  };
}

function titleOf(booking: Booking, entry: Entry | undefined): string {
  if (booking.cost === 0 && entry === undefined) return "Nothing to book";
  const reached = milestonesText(booking);
  return `${showUsd(booking.cost)} booked${reached === "" ? "" : ` · 🚀 ${reached}`}`;
}

function estimatedNotes(isEstimated: boolean, how: string): Note[] {
  if (!isEstimated || how === "repeated") return [];
  const text =
    "What this run used isn't known in full, so the estimate was charged. Name the tool's output with usage-file, or the tokens with model, input-tokens and output-tokens.";
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
      execution: figures.executions,
      cost: usdOf(entry.cost),
      pr: entry.pr ?? null,
      remaining: usdOf(figures.remaining),
    },
  };
}

/** What would have been booked stands in the log: a person can book it by hand, and the hold expires as a charge. */
async function unbookedNote(
  ports: Ports,
  inputs: Inputs,
  order: RecordOrder,
  { error, asked, gathered }: { error: BudgetError; asked: RecordRequest | undefined; gathered: Gathered },
): Promise<Note> {
  const at = instantOf(ports.now());
  const request = asked ?? (await blindRequest(ports, inputs, order, gathered));
  const text = `Not booked: ${error.message} What should have been booked (an open hold expires as a charge): ${unbookedLine(request, at)}`;
  return { level: "warning", text };
}

/** The booking as far as it is known without the books and the policy file. */
async function blindRequest(
  ports: Ports,
  inputs: Inputs,
  order: RecordOrder,
  gathered: Gathered,
): Promise<RecordRequest> {
  const { usage } = await priceUsage(gathered, instantOf(ports.now()), {});
  const terms = termsOf({ inputs, policy: {} });
  return recordRequest(ports, inputs, order, { terms, usage, aheadMs: 0 });
}
