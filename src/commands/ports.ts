import type { Note } from "../budget/books.ts";
import type { RunResult } from "../budget/entry.ts";
import type { RunRef } from "../budget/fields.ts";
import type { Fetch } from "../notify/discord.ts";
import type { Webhook } from "../notify/webhook.ts";
import type { GitHubFacts } from "../store/github-facts.ts";
import type { Patient, PatientStore } from "../store/patient-store.ts";
import type { Waiting } from "../store/waiting.ts";
import type { Text } from "../usage/text.ts";

export type UsageFile = { readonly path: string; readonly text: Text };

/** The usage files there are, and what kept others from being read. */
export type FoundUsage = { readonly files: readonly UsageFile[]; readonly notes: readonly Note[] };

/** Who runs this, where and for what. */
export type Caller = {
  /** Short: as it is kept with a hold. */
  readonly run: RunRef;
  /** With workflow, actor and address: as it is kept in the ledger. */
  readonly fullRun: RunRef;
  /** The profile where none is given: the workflow's name. */
  readonly profile: string;
  readonly actor: string;
  readonly result: RunResult | undefined;
  /** A fork's or Dependabot's pull request, whose token may not write. */
  readonly isReadOnly: boolean;
  /** `workflow_dispatch` on the default branch; always so at a terminal. */
  readonly mayMaintain: boolean;
  /** When the process began, milliseconds since 1970. */
  readonly startedMs: number;
  /** The hold an earlier step of this job was let in with. */
  readonly jobHold: string | undefined;
  /** The hold an earlier step of this job was let in without, as its books gave no answer: it may have been made. */
  readonly triedHold: string | undefined;
  /** The hold an earlier step of this job has settled. */
  readonly settledHold: string | undefined;
};

/** What GitHub says of a repository and a branch, every question patient. */
export type PatientFacts = { readonly [Question in keyof GitHubFacts]: Patient<GitHubFacts[Question]> };

/** All that a command touches outside itself. What it asks waits out failures that pass. */
export type Ports = {
  readonly store: PatientStore;
  readonly waiting: Waiting;
  readonly caller: Caller;
  /** Where the command is at work: a terminal's outcome never fails a step. */
  readonly edge: "action" | "terminal";
  readonly newId: () => string;
  /** Milliseconds since 1970, by this machine. */
  readonly now: () => number;
  readonly fetch: Fetch;
  readonly webhook: Webhook | null;
  /** A line of the log, folded away from who doesn't look for it. */
  readonly log: (text: string) => void;
  /** Usage files by paths and globs, or in the places of the known tools where none are given. */
  readonly findUsage: (patterns: readonly string[], sinceMs: number) => Promise<FoundUsage>;
  /** The role of a user in the repository of the books; null where nobody asks (a local folder). */
  readonly roleOf: Patient<(user: string) => Promise<string>> | null;
  /** What GitHub says of the repository and the branch themselves; null where the books are in a folder. */
  readonly factsOf: (() => Promise<PatientFacts>) | null;
  /** Who approved a workflow run for an environment; null where there are no workflow runs. */
  readonly approversOf: Patient<
    (asked: {
      readonly repository: string;
      readonly runId: number;
      readonly environment: string;
    }) => Promise<readonly string[]>
  > | null;
};
