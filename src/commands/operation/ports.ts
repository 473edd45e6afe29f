import type { Note } from "../../books/draft.ts";
import type { NamedChannel } from "../../notify/channel.ts";
import type { Webhook } from "../../notify/discord/webhook.ts";
import type { Fetch } from "../../notify/sending.ts";
import type { Approver, AskedApproval } from "../../store/github/approvals.ts";
import type { PullComments } from "../../store/github/comments.ts";
import type { GitHubFacts } from "../../store/github/facts.ts";
import type { Patient, PatientStore } from "../../store/patient-store.ts";
import type { DatabaseFacts } from "../../store/postgres/facts.ts";
import type { Waiting } from "../../store/waiting.ts";
import type { LoggedSession } from "../../usage/session-log.ts";
import type { TextRef } from "../../usage/text.ts";
import type { UsageReport } from "../../usage/usage.ts";
import type { UsageError } from "../../usage/usage-error.ts";
import type { RunRef } from "../../values/codecs.ts";
import type { LedgerHour } from "../../values/month.ts";
import type { MeterRead } from "../meter/meter-read.ts";

export type UsageFile = { readonly path: string; readonly text: TextRef };

/** The usage files found, and why others can't be read. */
export type FoundUsage = { readonly files: readonly UsageFile[]; readonly notes: readonly Note[] };

/** A file as it was at some moment; its size in bytes, its time in milliseconds since 1970. */
export type NotedFile = { readonly path: string; readonly size: number; readonly modifiedMs: number };

/** Which usage files are a run's. */
export type UsageSince = {
  /** Those modified since this time, milliseconds since 1970; a file named by its path counts whatever its age. */
  readonly sinceMs: number;
  /** Files that are unchanged since they were noted don't count. */
  readonly noted?: readonly NotedFile[];
};

/** What steps of a job have booked, for a later step that finds the same usage again. */
export type BookedBefore = {
  /** The sessions they booked, by format and id, each with a digest of what a file reported; empty if none did. */
  readonly sessions: ReadonlyMap<string, string>;
  /**
   * They also booked figures without a session, which cover all sessions that began before this instant, milliseconds
   * since 1970.
   */
  readonly untilMs?: number | undefined;
};

/** Who runs this, where and for what. */
export type Caller = {
  /** Short: as it is kept with a hold. */
  readonly run: RunRef;
  /** With workflow, actor, event, ref and URL: as it is kept in the ledger. */
  readonly fullRun: RunRef;
  /** The default profile: the workflow's name. */
  readonly profile: string;
  readonly actor: string;
  /** The number of the pull request that the run's event is about. */
  readonly pull: number | undefined;
  /** A fork's or Dependabot's pull request, whose token may not write. */
  readonly isReadOnly: boolean;
  /** `workflow_dispatch` on the default branch; always so at a terminal. */
  readonly mayMaintain: boolean;
  /** An input may change the rules of other runs: not on a pull request, nor off the default branch. */
  readonly maySetBudget: boolean;
  /** When the job began, at a terminal the process; milliseconds since 1970. */
  readonly startedMs: number;
  /** The hold that an earlier step of this job got. */
  readonly jobHold: string | undefined;
  /** The hold that an earlier step of this job requested when the books gave no answer: it may have been made. */
  readonly triedHold: string | undefined;
  /** The hold an earlier step of this job has settled. */
  readonly settledHold: string | undefined;
  /** What earlier steps of this job have booked; undefined if none did. */
  readonly booked: BookedBefore | undefined;
};

/** What GitHub says about a repository and a branch; every request is retried. */
export type PatientFacts = { readonly [Question in keyof GitHubFacts]: Patient<GitHubFacts[Question]> };

/** The comments on pull requests of the run's repository; every request but the one that creates is retried. */
export type PatientComments = {
  readonly [Ask in Exclude<keyof PullComments, "create">]: Patient<PullComments[Ask]>;
} & Pick<PullComments, "create"> & {
    /** The page of the books, if everyone who reads the comment may know it. */
    readonly books: string | undefined;
  };

/** How many lines of the ledger were read, and up to which hour. */
export type LedgerProgress = { readonly lines: number; readonly hour: LedgerHour };

/** A text that is made piece by piece. */
export type Draft = {
  /** Secrets are removed from a text; bytes stay as they are. */
  readonly write: (content: string | Uint8Array) => Promise<void>;
  /** Drops what was written so far. */
  readonly restart: () => Promise<void>;
};

/** Makes a text. If it fails, nobody sees any of it. */
export type Fill = (draft: Draft) => Promise<void>;

type SiteFile = { readonly path: string; readonly text: string; readonly rest?: Iterable<string> };

/** A folder that is being filled: a text for each place in it, with slashes; `rest` follows it. */
export type FolderDraft = {
  readonly write: (file: SiteFile) => Promise<void>;
  /** Drops what was written so far. */
  readonly restart: () => Promise<void>;
};

/** The answers that a meter recorded, as plain data for another process: their ids, hashed with this salt. */
export type MeteredAnswers = { readonly salt: string; readonly ids: readonly string[] };

/** Everything that a command reaches outside itself. Its requests retry transient failures. */
export type Ports = {
  readonly store: PatientStore;
  readonly waiting: Waiting;
  readonly caller: Caller;
  /** The site of the repository with the books, "https://github.com"; undefined if there is none. */
  readonly server?: string | undefined;
  /** Where the command runs: at a terminal no step fails. */
  readonly edge: "action" | "terminal";
  readonly newId: () => string;
  /** Milliseconds since 1970, by this machine. */
  readonly now: () => number;
  readonly fetch: Fetch;
  /** The default channel. */
  readonly webhook: Webhook | null;
  /** The channels of the input `channels`. */
  readonly channels: readonly NamedChannel[];
  /** A text without secrets: everything that is kept, committed or sent passes through it. */
  readonly redact: (text: string) => string;
  /** A line of the log, in a folded group. */
  readonly log: (text: string) => void;
  /** Reports how much of the ledger was read; null once it is read. */
  readonly progress: (read: LedgerProgress | null) => void;
  /**
   * Writes a whole file or nothing, with the folders on its way; its path may begin at the workspace or the current
   * folder. Throws a BudgetError for a place where no file can be written.
   */
  readonly writeFile: (path: string, fill: Fill) => Promise<void>;
  /**
   * Writes files into a folder, with what it replaces of an earlier time, and says how many; all of them or none. Throws a
   * BudgetError for a folder that has files of others.
   */
  readonly writeFolder: (path: string, fill: (draft: FolderDraft) => Promise<void>) => Promise<number>;
  /** Prints a whole text or nothing; null where nobody reads it. */
  readonly print: ((fill: Fill) => Promise<void>) | null;
  /** Usage files by paths and globs, or in the places of the known tools if none are given. */
  readonly findUsage: (patterns: readonly string[], since: UsageSince) => Promise<FoundUsage>;
  /**
   * What each usage text reports, or why it can't be used, such as its size. What a meter recorded, by the hashed ids of
   * its answers, is in lines of its own.
   */
  readonly readUsage: (
    texts: readonly TextRef[],
    metered?: MeteredAnswers,
  ) => Promise<readonly (UsageReport | UsageError)[]>;
  /** What this job's meter has recorded since a step of it booked last; null if there is none. */
  readonly metered: (() => Promise<MeterRead>) | null;
  /** What tools logged about their own sessions on this machine since then, milliseconds since 1970. */
  readonly findSessions: (sinceMs: number, metered?: MeteredAnswers) => Promise<readonly LoggedSession[]>;
  /** The role of a user in the repository of the books; null if roles don't apply (a local folder). */
  readonly roleOf: Patient<(user: string) => Promise<string>> | null;
  /** What GitHub says about the repository and the branch; null if the books are in a folder. */
  readonly factsOf: (() => Promise<PatientFacts>) | null;
  /** What the database of the books says about itself; undefined if they are elsewhere. */
  readonly databaseOf?: Patient<() => Promise<DatabaseFacts>>;
  /** Who approved a workflow run for an environment; null if there are no workflow runs. */
  readonly approversOf: Patient<(asked: AskedApproval) => Promise<readonly Approver[]>> | null;
  /** The PNG of an SVG in one theme. Rejects if it can't be drawn. */
  readonly png: (svg: string) => Promise<Uint8Array>;
  /** Comments on pull requests; null if none are wanted. */
  readonly comments: (() => Promise<PatientComments>) | null;
};
