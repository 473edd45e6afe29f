import { type Deciding, type Decision, decide } from "../../src/books/decide.ts";
import type { Books, Circumstances } from "../../src/books/draft.ts";
import { type Entry, encodeEntry } from "../../src/books/entry.ts";
import { newState } from "../../src/books/new-state.ts";
import { decideOther } from "../../src/books/operations.ts";
import type { CheckRequest, RecordRequest, ReleaseRequest, Request } from "../../src/books/request.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/books/settings.ts";
import type { Hold, QueuedMessage, State } from "../../src/books/state.ts";
import type { PricedLine } from "../../src/pricing/unit-prices.ts";
import { usageLine } from "../../src/usage/usage.ts";
import type { RunRef } from "../../src/values/codecs.ts";
import { type NanoUsd, nanoOf } from "../../src/values/money.ts";
import { type Instant, ledgerHourOf, monthOf } from "../../src/values/month.ts";

export const NOW: Instant = "2026-02-14T10:00:00Z";
export const RUN: RunRef = { repository: "o/r", run_id: 1, attempt: 1, job: "agent", index: 0 };

/** Books of the month of `now` with nothing spent, and what is changed in them. */
export function freshState(change: Partial<State> = {}, now: Instant = NOW): State {
  return { ...newState(monthOf(now, change.timezone ?? "UTC"), now, DEFAULT_SETTINGS), ...change };
}

export function settingsWith(change: Partial<Settings> = {}): Settings {
  return { ...DEFAULT_SETTINGS, ...change };
}

export type When = Partial<Omit<Circumstances, "settings">> & { readonly settings?: Partial<Settings> };

export function circumstances({ settings, ...rest }: When = {}): Deciding {
  const now = rest.now ?? NOW;
  return { now, settings: settingsWith(settings), channels: {}, operation: "op", others: decideOther, ...rest };
}

/** A run billed at so many dollars. */
export function billed(dollars: number, model = "claude-sonnet-4-5"): PricedLine {
  const line = usageLine({ provider: "anthropic", model, input: 1000, output: 500, requests: 1 });
  return { ...line, reported_cost: nanoOf(dollars), billed: true };
}

/** A run whose price nobody knows. */
export function unpriced(model = "mystery-1"): PricedLine {
  return usageLine({ provider: "acme", model, input: 1000, output: 500, requests: 1 });
}

export const NO_USAGE: RecordRequest["usage"] = { lines: [], incomplete: false, found: false, source: "none" };

export function usageOf(...lines: PricedLine[]): RecordRequest["usage"] {
  return { lines, incomplete: false, found: true, source: "inputs" };
}

export function check(change: Partial<CheckRequest> = {}): CheckRequest {
  return { kind: "check", id: "hold-1", profile: "ai-pr", tags: {}, run: RUN, holdMs: 6 * 3_600_000, ...change };
}

export function record(change: Partial<RecordRequest> = {}): RecordRequest {
  return {
    kind: "record",
    id: "record-1",
    origin: "record",
    profile: "ai-pr",
    tags: {},
    run: RUN,
    usage: usageOf(billed(0.05)),
    unsettled: "charge",
    billing: "metered",
    prs: 0,
    outcomes: {},
    ...change,
  };
}

export function release(change: Partial<ReleaseRequest> = {}): ReleaseRequest {
  return { kind: "release", id: "release-1", run: RUN, ...change };
}

export function hold(change: Partial<Hold> = {}): Hold {
  return {
    id: "hold-1",
    amount: nanoOf(0.055),
    at: "2026-02-14T09:00:00Z",
    expires_at: "2026-02-14T15:00:00Z",
    profile: "ai-pr",
    run: RUN,
    tags: {},
    ...change,
  };
}

/** Books on which one request after the other is decided, each on what the one before left. */
export class Bookkeeper {
  state: State;
  entries: Entry[] = [];
  #lines: { readonly hour: string; readonly line: string }[] = [];

  constructor(state: State = freshState()) {
    this.state = state;
  }

  /** The books as an operation of that hour reads them. */
  books(hour: string): Books {
    return { state: this.state, lines: this.#lines.filter((one) => one.hour === hour).map(({ line }) => line) };
  }

  /** `hour` is the hour in which the operation began, where that was before this try. */
  do(request: Request, { hour, ...when }: When & { readonly hour?: string } = {}): Decision {
    const at = circumstances({ operation: request.id, ...when });
    const ofHour = hour ?? ledgerHourOf(at.now);
    const decision = decide(this.books(ofHour), request, at);
    if (decision.isChanged) this.keep(decision, ofHour);
    return decision;
  }

  keep({ state, entries }: Pick<Decision, "state" | "entries">, hour: string): void {
    this.state = state;
    this.entries.push(...entries);
    this.#lines.push(...entries.map((entry) => ({ hour, line: encodeEntry(entry) })));
  }

  /** The entries, apart from those of alerts. */
  get booked(): readonly Entry[] {
    return this.entries.filter(({ kind }) => kind !== "alert");
  }

  /** The messages of a kind that wait to be sent. */
  queued(kind: QueuedMessage["kind"]): readonly QueuedMessage[] {
    return this.state.outbox.filter((message) => message.kind === kind);
  }
}

export function sumOf(amounts: readonly NanoUsd[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
