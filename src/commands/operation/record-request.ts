import { createHash } from "node:crypto";
import type { RunResult } from "../../books/entry.ts";
import { findHold } from "../../books/holds.ts";
import type { RecordRequest } from "../../books/request.ts";
import { countSessions } from "../../books/settle/sessions.ts";
import type { Given } from "../../inputs/options.ts";
import type { RuleInputs, Terms } from "../../inputs/settings-of.ts";
import type { Snapshot } from "../../store/port.ts";
import { epochOf, type Instant, instantOf } from "../../values/month.ts";
import { askedPull, type PullInputs } from "./asked-pull.ts";
import type { Gathered, UsageInputs } from "./gather-usage.ts";
import type { Ports } from "./ports.ts";

/** The inputs that state the results of a run. */
type OutcomeInputs = Pick<Given, "prs" | "pr" | "outcomes"> & PullInputs;

/** The inputs of a booking. */
export type BookingInputs = RuleInputs & UsageInputs & OutcomeInputs;

/** How a booking is requested: by an explicit step, or by a gate's post step for its own hold. */
export type RecordOrder = {
  readonly id: string;
  /** The caller chose the id. */
  readonly isChosenId: boolean;
  readonly origin: RecordRequest["origin"];
  readonly hold: string | undefined;
  /** What the run is booked under. */
  readonly profile: string;
  readonly tags: Readonly<Record<string, string>>;
  /** How the run ended, if that is known. */
  readonly result: RunResult | undefined;
  /** The books must exist: they allowed this run. */
  readonly mustExist: boolean;
  /** Usage files count from this time, milliseconds since 1970. */
  readonly sinceMs: number;
  /** What was used, if that is already known. */
  readonly gathered?: Gathered;
  /** The part that the steps which settled the hold can't have booked: a further charge if it is new. */
  readonly later?: Gathered | undefined;
};

/** The order for these books: what is new since an earlier step of the job booked comes first. */
export function orderFor(order: RecordOrder, ports: Ports, snapshot: Snapshot): RecordOrder {
  const { state: read } = snapshot;
  if (order.later === undefined || read.kind !== "state") return order;
  // Whatever the job's environment says, the hold is open: all of it is still to be booked.
  if (read.state.holds.some(({ id }) => id === ports.caller.jobHold)) return order;
  const { lines } = countSessions(read.state.sessions, order.later.lines, snapshot.at);
  if (lines.length === 0) return order;
  // It was counted after what is booked: with an older time, lower figures of a session would count as a repeat.
  return { ...order, origin: "record", gathered: order.later, sinceMs: ports.now() };
}

/**
 * Since when a file that a glob finds counts as this run's: since its hold was made, by this machine's clock, which
 * wrote the file's time; without an open hold, since the order's time.
 */
export function usageSince(ports: Ports, order: RecordOrder, snapshot: Snapshot): number {
  const { state: read } = snapshot;
  if (order.origin === "post" || read.kind !== "state") return order.sinceMs;
  const { run, jobHold, triedHold } = ports.caller;
  const found = findHold(read.state, { hold: order.hold, jobHold, triedHold, run });
  if (found.kind !== "open") return order.sinceMs;
  return Math.min(order.sinceMs, epochOf(found.hold.at) + aheadMs(ports, snapshot));
}

/** How far this machine's clock is ahead of the store's. */
export function aheadMs(ports: Ports, snapshot: Snapshot): number {
  return ports.now() - epochOf(snapshot.at);
}

/** When the run began by the store's clock. */
export function startedAt({ sinceMs }: RecordOrder, aheadMs: number): Instant {
  return instantOf(sinceMs - aheadMs);
}

/** The booking as plain data. `aheadMs` is how far this machine's clock is ahead of the store's. */
export function recordRequest(
  ports: Ports,
  inputs: OutcomeInputs,
  given: {
    readonly order: RecordOrder;
    readonly terms: Terms;
    readonly usage: RecordRequest["usage"];
    readonly aheadMs: number;
  },
): RecordRequest {
  const { order, terms, usage, aheadMs } = given;
  const { caller } = ports;
  const request: RecordRequest = {
    kind: "record",
    id: order.id,
    origin: order.origin,
    hold: order.hold,
    jobHold: caller.jobHold,
    triedHold: caller.triedHold,
    settledHold: caller.settledHold,
    profile: order.profile,
    tags: order.tags,
    run: caller.fullRun,
    usage,
    unsettled: terms.unsettled,
    billing: terms.billing,
    startedAt: startedAt(order, aheadMs),
    result: order.result,
    prs: inputs.prs ?? (inputs.pr === undefined ? 0 : 1),
    pr: inputs.pr,
    outcomes: inputs.outcomes ?? {},
    pull: askedPull(ports, inputs),
  };
  return order.isChosenId ? { ...request, fingerprint: fingerprintOf(request) } : request;
}

/** The same for the same booking, whenever and in whichever run it is repeated. */
function fingerprintOf(request: RecordRequest): string {
  const {
    startedAt: _,
    run: __,
    jobHold: ___,
    triedHold: ____,
    settledHold: _____,
    pull: ______,
    ...content
  } = request;
  const lines = content.usage.lines.map(({ prices, price_source, factor, unknown, closest, parts, ...line }) => line);
  const text = JSON.stringify({ ...content, usage: { ...content.usage, lines } });
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
