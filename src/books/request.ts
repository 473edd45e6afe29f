import type { PricedLine } from "../pricing/unit-prices.ts";
import type { RunRef, Tags } from "../values/codecs.ts";
import type { DateSpan } from "../values/date-span.ts";
import type { Day, Instant, Month } from "../values/month.ts";
import type { Quantity } from "../values/quantity.ts";
import type { Adjustment, RunResult } from "./entry.ts";
import type { Priority } from "./part-rule.ts";
import type { ExtendRequest, OverrunRequest } from "./running-requests.ts";
import type { SpanSums } from "./span-sums.ts";
import type { State } from "./state.ts";
import type { IssuedStatement } from "./statement-keys.ts";

// Requests are plain data: a request is created once, before the books are read, and decided as often as needed.

/** The pull request that a run belongs to, "owner/name#12", and whether a comment there is wanted. */
export type AskedPull = {
  readonly of: string;
  readonly isWanted: boolean;
  /** The comment also shows what is left of the month. */
  readonly isFull?: boolean | undefined;
};

export type CheckRequest = {
  readonly kind: "check";
  /** The id of the new hold, created before the first try. */
  readonly id: string;
  readonly profile: string;
  readonly model?: string | undefined;
  readonly tags: Tags;
  /** All that is known of it; the hold keeps what its bookings look for. */
  readonly run: RunRef;
  readonly holdMs: number;
  /** Asked by `guard`: its post part settles the hold. */
  readonly isGate?: boolean | undefined;
  readonly billing?: RecordRequest["billing"] | undefined;
  readonly unsettled?: RecordRequest["unsettled"] | undefined;
  readonly priority?: Priority | undefined;
  /** The people who approved the run for an environment; nobody yet if the list is empty. */
  readonly approval?: { readonly environment: string; readonly approvers: readonly string[] } | undefined;
  readonly pull?: AskedPull | undefined;
};

export type RecordRequest = {
  readonly kind: "record";
  readonly id: string;
  /** Given where the caller chose the id: distinguishes the same request from another one with the same id. */
  readonly fingerprint?: string | undefined;
  /** A gate's post step books nothing if an explicit `record` was first. */
  readonly origin: "record" | "post";
  readonly hold?: string | undefined;
  /** The hold that admitted an earlier step of the same job: used if none is named. */
  readonly jobHold?: string | undefined;
  /** The hold that an earlier step of the same job requested without getting an answer: it may or may not exist. */
  readonly triedHold?: string | undefined;
  /** The hold that an earlier step of the same job has settled. */
  readonly settledHold?: string | undefined;
  readonly profile: string;
  readonly tags: Tags;
  readonly run: RunRef;
  readonly usage: {
    readonly lines: readonly PricedLine[];
    /** Something was used that no line shows: a file is missing or can't be read. */
    readonly incomplete: boolean;
    /** The lines show a run up to where it was interrupted: what its open request used is missing. */
    readonly cutShort?: boolean;
    /** The lines are a minimum: something else was used that nobody can price. */
    readonly isPartial?: boolean;
    /** It is known that nothing was used: each request was refused, or answered with an error. */
    readonly isUnused?: boolean;
    /** There was a usage file, or figures in the inputs. */
    readonly found: boolean;
    /** All of it was booked by earlier runs of the same sessions. */
    readonly isBookedBefore?: boolean;
    /** Where the figures come from, "inputs" or the format's name. */
    readonly source: string;
  };
  readonly unsettled: "charge" | "release";
  readonly billing: "metered" | "subscription";
  readonly startedAt?: string | undefined;
  readonly result?: RunResult | undefined;
  readonly prs: number;
  readonly pr?: string | undefined;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly pull?: AskedPull | undefined;
};

export type ReleaseRequest = {
  readonly kind: "release";
  readonly id: string;
  readonly hold?: string | undefined;
  /** The hold that admitted an earlier step of the same job: used if none is named. */
  readonly jobHold?: string | undefined;
  readonly run: RunRef;
  readonly reason?: string | undefined;
};

export type ResetRequest = {
  readonly kind: "reset";
  readonly id: string;
  readonly actor: string;
  readonly reason: string;
  readonly run: RunRef;
};

export type PauseRequest = {
  readonly kind: "pause";
  readonly id: string;
  readonly actor: string;
  readonly reason: string;
  /** A day, whose start in the books' time zone it is, or an instant. */
  readonly until?: Day | Instant | undefined;
  readonly below?: "normal" | undefined;
  readonly run: RunRef;
};

export type ResumeRequest = {
  readonly kind: "resume";
  readonly id: string;
  readonly actor: string;
  readonly reason?: string | undefined;
  readonly run: RunRef;
};

export type AdjustRequest = {
  readonly kind: "adjust";
  readonly id: string;
  readonly adjustment: Adjustment;
  /** Signed for a correction alone. */
  readonly amount: Quantity;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** The day on which the unused part of a transfer is returned. */
  readonly until?: Day | undefined;
  /** They say which sub-budgets a correction counts in. */
  readonly tags: Tags;
  readonly actor: string;
  readonly reason: string;
  readonly run: RunRef;
};

export type AcknowledgeRequest = {
  readonly kind: "acknowledge";
  readonly id: string;
  /** The alert's id. */
  readonly alert: string;
  readonly note?: string | undefined;
  readonly actor: string;
  readonly run: RunRef;
};

export type StatementRequest = {
  readonly kind: "statement";
  readonly id: string;
  /** Statements of closed months, with numbers that weren't given before; or the number of one that was issued. */
  readonly act: { readonly issue: readonly IssuedStatement[] } | { readonly paid: string } | { readonly void: string };
  /** The statement as the ledger has it, if the state no longer lists it. */
  readonly listed?: IssuedStatement | undefined;
  readonly actor: string;
  readonly reason?: string | undefined;
  readonly run: RunRef;
};

/** Does only what is due: resolves and escalates alerts. */
export type AlertsRequest = { readonly kind: "alerts"; readonly id: string };

export type RecapRequest = {
  readonly kind: "recap";
  readonly id: string;
  readonly month?: Month | undefined;
  /** Instead of a month. What the ledger has of days is in `days`; months are in the state. */
  readonly span?: { readonly days: DateSpan; readonly sums?: SpanSums | undefined } | undefined;
  readonly force: boolean;
};

export type RepairRequest = {
  readonly kind: "repair";
  readonly id: string;
  readonly actor: string;
  readonly run: RunRef;
  /** The figures as the ledger has them. */
  readonly figures: Partial<State>;
  /** What differs, for the ledger. */
  readonly differences: readonly string[];
};

export type SentRequest = {
  readonly kind: "sent";
  readonly id: string;
  /** Ids of messages that were delivered, or that the channel refuses permanently, by channel. */
  readonly messages: Readonly<Record<string, readonly string[]>>;
};

/** Lets a channel have another address: the one given, or else that of the next run that has the channel. */
export type ChannelRequest = {
  readonly kind: "reset-channel";
  readonly id: string;
  readonly channel: string;
  /** Its digest. */
  readonly address?: string | undefined;
  readonly actor: string;
};

export type CommentedRequest = {
  readonly kind: "commented";
  readonly id: string;
  /** The operation that leased the comments. */
  readonly by: string;
  readonly comments: readonly {
    /** The pull request, "owner/name#12". */
    readonly of: string;
    /** The id of the entry up to which its figures were shown. */
    readonly shown: string;
    /** The comment's id; undefined if GitHub takes none there. */
    readonly comment?: number | undefined;
  }[];
  /** The run writes nothing more, whatever has changed since. */
  readonly isLast: boolean;
};

export type Request =
  | CheckRequest
  | ExtendRequest
  | OverrunRequest
  | RecordRequest
  | ReleaseRequest
  | ResetRequest
  | AdjustRequest
  | PauseRequest
  | ResumeRequest
  | AcknowledgeRequest
  | AlertsRequest
  | StatementRequest
  | RecapRequest
  | RepairRequest
  | SentRequest
  | CommentedRequest
  | ChannelRequest;
