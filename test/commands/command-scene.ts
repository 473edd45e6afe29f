import type { Approver } from "../../src/store/github/approvals.ts";
import type { Change, CommitResult, Snapshot } from "../../src/store/port.ts";
import { instantOf } from "../../src/values/month.ts";
import { MemoryStore } from "../store/memory-store.ts";
import type { Discord } from "../support/discord/server.ts";

import { Conversations } from "./conversations.ts";

/** When a test begins, unless it says otherwise. */
export const NOON = "2026-02-14T12:00:00Z";
export const REPOSITORY = "o/r";
/** How long a command tries, in milliseconds of the test's time. */
export const PATIENCE_MS = 120_000;

/** Books in memory that count what is asked of them. */
class CountedStore extends MemoryStore {
  readonly calls: ("read" | "commit")[] = [];

  override read(first?: Snapshot): Promise<Snapshot> {
    this.calls.push("read");
    return super.read(first);
  }

  override commit(snapshot: Snapshot, change: Change): Promise<CommitResult> {
    this.calls.push("commit");
    return super.commit(snapshot, change);
  }
}

/** What a test is about: its books, its time, its people. */
export class Scene {
  nowMs = Date.parse(NOON);
  readonly discord: Discord;
  readonly store = new CountedStore({ now: NOON });
  /** Roles by user; "none" where a user isn't there. */
  readonly roles = new Map<string, string>();
  /** Who approved the runs, by environment. */
  readonly approvers = new Map<string, readonly Approver[]>();
  /** The comments on the repository's pull requests. */
  readonly comments = new Conversations();
  readonly waiting = {
    clock: () => this.nowMs,
    sleep: (ms: number) => this.#sleep(ms),
    random: () => 0.5,
    patienceMs: PATIENCE_MS,
  };
  #ids = 0;

  constructor(discord: Discord) {
    this.discord = discord;
  }

  newId(): string {
    this.#ids += 1;
    return `operation-${String(this.#ids).padStart(4, "0")}`;
  }

  setTime(ms: number): void {
    this.nowMs = ms;
    this.store.now = instantOf(ms);
  }

  /** Nothing takes real time, and those who wait at once wait beside each other. */
  async #sleep(ms: number): Promise<void> {
    const dueMs = this.nowMs + ms;
    await new Promise(setImmediate);
    this.setTime(Math.max(this.nowMs, dueMs));
  }
}
