import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { type Discord, type DiscordMessage, startDiscord } from "../support/discord/server.ts";
import type { Repository, RepositoryOptions } from "../support/github/repository.ts";
import { type GitHub, startGitHub } from "../support/github/server.ts";
import { type ActionOptions, type ActionResult, createJob, type Job } from "../support/runner/action.ts";
import { type Hosts, sharedHosts } from "../support/runner/hosts.ts";
import { SharedTime } from "../support/runner/shared-time.ts";
import { booksOn, expectSoundBooks } from "./books-on-branch.ts";

/** When a test begins, unless it says otherwise: nothing is a matter of the hour or day it is run in. */
export const NOON = "2026-02-14T12:00:00Z";

export type JobOptions = Partial<Omit<ActionOptions, "github" | "discord">> & {
  readonly discord?: ActionOptions["discord"] | null;
};

/** One test's GitHub and Discord: a repository of its own, and a runner that lives in GitHub's time. */
export type World = {
  readonly github: GitHub;
  readonly discord: Discord;
  /** The workflow's repository, begun again for every test. */
  readonly repo: Repository;
  readonly createRepository: (options?: RepositoryOptions) => Promise<Repository>;
  /** Sets the time of GitHub and of the jobs, NOON before it. It stands still, unless every process waits for it. */
  readonly at: (instant: string) => void;
  /** The time that GitHub and the runner live in. */
  readonly time: SharedTime;
  /** The processes that steps are played in; none where each starts its own. */
  readonly hosts: Hosts | undefined;
  /** A job of the repository's workflow; with `discord: null` its steps have no webhook. */
  readonly job: (options?: JobOptions) => Job;
  /** A job of one step: its command, its other inputs, and what else is special about it. */
  readonly step: (
    command: string,
    inputs?: Readonly<Record<string, string>>,
    options?: JobOptions,
  ) => Promise<ActionResult>;
  /** What GitHub was asked since the test began or asked for it last: operations and REST calls by name. */
  readonly requests: () => readonly string[];
  /** Titles of the embeds that reached the channel, in order. */
  readonly titles: () => readonly (string | undefined)[];
};

/**
 * Starts one GitHub and one Discord for a test file; after every test its books are looked over. Steps are played in
 * processes that others were played in before, unless each is to start its own.
 */
export function useWorld({ ownProcesses = false } = {}): World {
  const hosts = ownProcesses ? undefined : sharedHosts;
  let github: GitHub;
  let discord: Discord;
  let repo: Repository;
  let repositories: Repository[] = [];
  let results: ActionResult[] = [];
  let time: SharedTime;
  let seen = 0;
  /** All that were made for this file, and those among them that any test may begin again. */
  const all: Repository[] = [];
  const plain: Repository[] = [];
  let plainOnesUsed = 0;

  const at = (instant: string): void => github.clock.set(instant);
  const newRepository = async (options: RepositoryOptions): Promise<Repository> => {
    const made = await github.createRepository(`o/r${all.length + 1}`, options);
    all.push(made);
    return made;
  };
  const plainRepository = async (): Promise<Repository> => {
    const known = plain[plainOnesUsed];
    plainOnesUsed += 1;
    await known?.renew();
    const made = known ?? (await newRepository({}));
    if (known === undefined) plain.push(made);
    return made;
  };
  const createRepository = async (options?: RepositoryOptions): Promise<Repository> => {
    const made = options === undefined ? await plainRepository() : await newRepository(options);
    repositories.push(made);
    return made;
  };
  const common = ({ discord: told, ...options }: JobOptions): ActionOptions => {
    const channel = told === undefined ? discord : told;
    return {
      ...(process.env["TEST_ACTION"] === undefined ? {} : { action: process.env["TEST_ACTION"] }),
      github,
      ...(channel === null ? {} : { discord: channel }),
      repository: repo.nameWithOwner,
      time,
      ...(hosts === undefined ? {} : { hosts }),
      ...options,
    };
  };
  const noted = async (result: Promise<ActionResult>) => {
    results.push(await result);
    return result;
  };
  const job = (options: JobOptions = {}): Job => {
    const started = createJob(common(options));
    return {
      ...started,
      step: (more) => noted(started.step(more)),
      post: (more) => noted(started.post(more)),
    };
  };

  beforeAll(async () => {
    [github, discord] = await Promise.all([startGitHub({ repositories: {} }), startDiscord()]);
    time = new SharedTime(github.clock);
  });
  beforeEach(async () => {
    at(NOON);
    repositories = [];
    plainOnesUsed = 0;
    results = [];
    repo = await createRepository();
    seen = github.log.length;
  });
  afterEach(async () => {
    expect(github.faults.pending(), "faults that nothing has met").toBe(0);
    github.faults.clear();
    discord.faults.clear();
    discord.clear();
    const secrets = ["ghs_write", "ghs_read", "ghs_pulls", discord.webhookToken];
    for (const one of repositories) await expectSoundBooks(one, secrets);
    for (const { outputs, summary, log, env, state } of results) {
      const shown = JSON.stringify({ outputs, summary, log, env, state });
      for (const secret of secrets) expect(shown).not.toContain(secret);
    }
  });
  afterAll(async () => {
    // Git looks over all that the tests of the file committed.
    for (const one of all) await one.fsck();
    await Promise.all([github.stop(), discord.stop()]);
  });

  return {
    get github() {
      return github;
    },
    get discord() {
      return discord;
    },
    get repo() {
      return repo;
    },
    get time() {
      return time;
    },
    hosts,
    createRepository,
    at,
    job,
    step: (command, inputs = {}, options = {}) => job(options).step({ inputs: { command, ...inputs } }),
    requests() {
      const since = github.log.slice(seen);
      seen = github.log.length;
      return since.map(({ method, path, operationName }) => operationName ?? `${method} ${path}`);
    },
    titles: () => discord.messages.flatMap(embedsOf).map((embed) => embed.title),
  };
}

/** The embeds of a message. */
export const embedsOf = ({ payload }: DiscordMessage) => payload.embeds ?? [];

/** An embed's fields by name. */
export function fieldsOf(message: DiscordMessage | undefined, index = 0): Readonly<Record<string, string | undefined>> {
  const fields = message?.payload.embeds?.[index]?.fields ?? [];
  return Object.fromEntries(fields.map(({ name = "", value }) => [name, value]));
}

export { booksOn };
/** The two requests of a command that writes when nobody else does. */
export const READ_AND_COMMIT = ["TokenBudgetRead", "TokenBudgetCommit"];
