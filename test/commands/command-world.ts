import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { MemoryStore } from "../store/memory-store.ts";
import { type Discord, type DiscordMessage, startDiscord } from "../support/discord/server.ts";
import { type Books, expectSums, type Seed, seededBooks } from "../support/seeded-books.ts";
import { createJob, type Job, type Result, type RunOptions } from "./command-job.ts";
import { REPOSITORY, Scene } from "./command-scene.ts";

export { cutShort, type Job, type Result } from "./command-job.ts";
export { NOON, REPOSITORY } from "./command-scene.ts";

/** What a command that writes asks of the books when nobody else does. */
export const READ_AND_COMMIT = ["read", "commit"];

/** A maintainer's run, started by hand on the default branch. */
export const BY_HAND = { event: { name: "workflow_dispatch" }, run: { actor: "maintainer" } } as const;

/** Commands at work on books in memory: no process, no git, and no HTTP but the loopback Discord's. */
export type CommandWorld = Pick<Scene, "store" | "discord" | "roles" | "approvers" | "comments"> & {
  /** Sets the time of the books and of the runner, NOON before it. It moves while somebody waits, and at no other time. */
  readonly at: (instant: string) => void;
  readonly seed: (seed: Seed) => void;
  /** The policy file of the default branch; null where there is none, as before it. */
  readonly policy: (text: string | null) => void;
  readonly job: (options?: RunOptions) => Job;
  /** A job of one step. */
  readonly run: (command: string, inputs?: Readonly<Record<string, string>>, options?: RunOptions) => Promise<Result>;
  readonly books: () => Books;
  /** What was asked of the books since the test began or asked for it last. */
  readonly calls: () => readonly string[];
  /** The messages of the commits since the seed. */
  readonly commits: () => readonly string[];
  /** What reached the channel, in order, and the titles of its embeds. */
  readonly messages: () => readonly DiscordMessage[];
  readonly titles: () => readonly (string | undefined)[];
};

/** A new scene for every test of a file, and one Discord for all of them; after every test its books are checked. */
export function useCommandWorld(): CommandWorld {
  let discord: Discord;
  let scene: Scene;
  beforeAll(async () => {
    discord = await startDiscord();
  });
  beforeEach(() => {
    scene = new Scene(discord);
  });
  afterEach(() => {
    discord.faults.clear();
    discord.clear();
    const { state, lines } = scene.store;
    expect(JSON.stringify([state, lines, scene.store.messages])).not.toContain(discord.webhookToken);
    if (isState(state)) expectSums(booksIn(scene.store));
  });
  afterAll(() => discord.stop());

  const job = (options: RunOptions = {}): Job => createJob(scene, options);
  return {
    get store() {
      return scene.store;
    },
    get discord() {
      return discord;
    },
    get roles() {
      return scene.roles;
    },
    get comments() {
      return scene.comments;
    },
    get approvers() {
      return scene.approvers;
    },
    at: (instant) => scene.setTime(Date.parse(instant)),
    seed(seed) {
      const { state, entry } = seededBooks(REPOSITORY, seed);
      scene.store.put({ state: JSON.stringify(state, null, 2), lines: [JSON.stringify(entry)] });
    },
    policy(text) {
      scene.store.policy = text === null ? null : { path: ".github/token-budget.yml", text };
    },
    job,
    run: (command, inputs, options) => job(options).run(command, inputs),
    books: () => booksIn(scene.store),
    calls: () => scene.store.calls.splice(0),
    commits: () => scene.store.messages,
    messages: () => discord.messages,
    titles: () => discord.messages.flatMap(embedsOf).map(({ title }) => title),
  };
}

/** The texts of a step's notes of one level, a line each. */
export function said(result: Result | null, level: "warning" | "notice" = "warning"): string {
  return (result?.notes ?? []).flatMap((note) => (note.level === level ? [note.text] : [])).join("\n");
}

/** The embeds of a message. */
export const embedsOf = ({ payload }: DiscordMessage) => payload.embeds ?? [];

/** The fields of a message's embed by name. */
export function fieldsOf(message: DiscordMessage | undefined, index = 0): Readonly<Record<string, string | undefined>> {
  const fields = message?.payload.embeds?.[index]?.fields ?? [];
  return Object.fromEntries(fields.map(({ name = "", value }) => [name, value]));
}

function booksIn({ state, lines }: MemoryStore): Books {
  return { state: JSON.parse(state ?? "null"), entries: lines.map((line) => JSON.parse(line)) };
}

/** Whether the text is a state that adds up; some tests damage theirs on purpose. */
function isState(text: string | null): boolean {
  try {
    return JSON.parse(text ?? "").version === "2.0";
  } catch {
    return false;
  }
}
