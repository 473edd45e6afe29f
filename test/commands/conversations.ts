import type { PatientComments } from "../../src/commands/operation/ports.ts";
import type { PullComment, PullComments } from "../../src/store/github/comments.ts";
import { patiently } from "../../src/store/patient-store.ts";
import type { Place } from "../../src/store/port.ts";
import type { Waiting } from "../../src/store/waiting.ts";

export const BOT = "github-actions[bot]";
const PAGE = 100;

/** The comments on pull requests, and what was asked of them. A test may make any request fail, or do more before it. */
export class Conversations {
  readonly all: PullComment[] = [];
  readonly calls: string[] = [];
  /** Numbers that have no pull request. */
  readonly missing = new Set<number>();
  /** Called before each request; what it throws is the answer. */
  before: (call: keyof PullComments) => Promise<void> | void = () => {};
  #ids = 1000;

  /** A comment as if somebody had written it. */
  add(pull: number, body: string, author = BOT): PullComment {
    this.#ids += 1;
    const comment = { id: this.#ids, body, author, pull };
    this.all.push(comment);
    return comment;
  }

  on(pull: number): readonly PullComment[] {
    return this.all.filter((one) => one.pull === pull);
  }

  port(at: { readonly place: Place; readonly waiting: Waiting }): PatientComments {
    const asked = async <T>(call: keyof PullComments, work: () => T): Promise<T> => {
      this.calls.push(call);
      await this.before(call);
      return work();
    };
    return {
      books: "https://github.com/o/r/tree/token-budget",
      login: patiently(at, () => asked("login", () => BOT)),
      get: patiently(at, (id) => asked("get", () => this.#one(id))),
      page: patiently(at, (pull, page) =>
        asked("page", () => (this.missing.has(pull) ? null : this.on(pull).slice((page - 1) * PAGE, page * PAGE))),
      ),
      create: (pull, body) => asked("create", () => (this.missing.has(pull) ? null : this.add(pull, body))),
      update: patiently(at, (id, body) => asked("update", () => this.#edit(id, body))),
    };
  }

  #one(id: number): PullComment | null {
    return this.all.find((one) => one.id === id) ?? null;
  }

  #edit(id: number, body: string): PullComment | null {
    const index = this.all.findIndex((one) => one.id === id);
    const [old] = this.all.slice(index, index + 1);
    if (index < 0 || old === undefined) return null;
    const edited = { ...old, body };
    this.all[index] = edited;
    return edited;
  }
}
