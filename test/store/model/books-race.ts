import type fc from "fast-check";
import { expect } from "vitest";
import { encodeState } from "../../../src/books/file/encode.ts";
import type { Snapshot } from "../../../src/store/port.ts";
import { orThrow, transact } from "../../../src/store/transact.ts";
import type { Transacted } from "../../../src/store/turn.ts";
import { BudgetError } from "../../../src/values/errors.ts";
import { epochOf } from "../../../src/values/month.ts";
import { differencesOf, readLedger } from "../../support/replayed.ts";
import { ScriptedStore } from "../scripted-store.ts";
import { ENVIRONMENT } from "./admission-model.ts";
import { answerOf, figuresIn, figuresOf, requestOf, rulesFor, stateOf } from "./as-model.ts";
import { apply, begin, type Circumstances, written } from "./books-model.ts";
import { type Answer, type Books, dayAt, type Operation, Refusal } from "./model-books.ts";
import { expectAdmission, expectApproval, expectOnce, expectPeriods, expectSums } from "./part-laws.ts";
import { type Luck, RacingWriter, type Watch } from "./racing-writer.ts";

const DAY_MS = 24 * 3_600_000;
const GIVEN_UP = ["state-unreachable", "state-contended"];

/** One try of a writer: the books it was decided on, what it would write, and what the model says of it. */
type Try = {
  readonly base: string | null;
  readonly at: Circumstances;
  readonly text: string;
  readonly says: ReturnType<typeof apply>;
};

/**
 * Many writers at the same books, and the model beside them. Every commit that lands is compared with what the model
 * makes of the same operation on the version before; every answer with what the model says in that place.
 */
export class BooksRace {
  /** What came about on the way, for who wants to know whether all of it does. */
  readonly met = new Set<string>();
  /** Operations in the order in which they were begun. */
  readonly begun: { readonly operation: Operation; readonly atMs: number }[] = [];
  #nowMs: number;
  #budget: number;
  readonly #scheduler: fc.Scheduler;
  readonly #books: ScriptedStore;
  readonly #versions = new Map<string, Books>();
  /** Every state that was written. */
  readonly #written = new Set<string>();
  /** The latest period that each sub-budget was seen in. */
  readonly #periods = new Map<string, string>();
  readonly #underWay: Promise<void>[] = [];
  #failure: { readonly error: unknown } | undefined;

  constructor(
    scheduler: fc.Scheduler,
    start: { readonly nowMs: number; readonly budget: number; readonly books?: ScriptedStore },
  ) {
    this.#books = start.books ?? new ScriptedStore({});
    this.#scheduler = scheduler;
    this.#nowMs = start.nowMs;
    this.#budget = start.budget;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** The newest books as the model has them, undefined before the first commit. */
  get newest(): Books | undefined {
    return this.#versions.get(this.#books.snapshot().version ?? "");
  }

  /** Sends a writer off with an operation. */
  send(operation: Operation, luck: Luck): void {
    this.begun.push({ operation, atMs: this.#nowMs });
    const died = Promise.withResolvers<void>();
    const work = this.#write(operation, luck, () => died.resolve()).catch((error: unknown) => {
      this.#failure ??= { error };
    });
    this.#underWay.push(Promise.race([work, died.promise]));
  }

  /** Minutes pass at a moment while writers are under way. */
  pass(ms: number): void {
    this.#happen("minutes pass", () => {
      this.#nowMs += ms;
    });
  }

  /** The policy's budget changes at a moment while writers are under way. */
  changeBudget(budget: number): void {
    this.#happen("the policy changes", () => {
      this.#budget = budget;
    });
  }

  /** Time goes on while nobody is under way: no operation takes hours. */
  async waitUntil(atMs: number): Promise<void> {
    await this.settle();
    this.#nowMs = Math.max(this.#nowMs, atMs);
  }

  wait(ms: number): Promise<void> {
    return this.waitUntil(this.#nowMs + ms);
  }

  /** Lets some of the requests under way arrive or be answered, in whatever order. */
  async goOn(requests: number): Promise<void> {
    await this.#scheduler.waitNext(Math.min(requests, this.#scheduler.count()));
  }

  /** Lets every writer come to its end. Throws what was found wrong. */
  async settle(): Promise<void> {
    await this.#scheduler.waitFor(Promise.all(this.#underWay.splice(0)));
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /**
   * The ledger computed again gives the state's figures, and no line stands twice; the sub-budgets' figures are its
   * sums.
   */
  expectLedgerToAgree(): void {
    if (this.#books.state === null) return;
    const { entries, problems } = readLedger(this.#books.parts);
    expect(problems).toEqual([]);
    const state = stateOf(this.#books.state);
    expect(differencesOf(state, entries)).toEqual([]);
    expectSums(state, entries);
    expectOnce(entries);
    if (entries.some(({ adjustment }) => adjustment === "return")) this.met.add("money went back");
  }

  /** Whether an operation may be sent once more: ids are remembered for seven days. */
  isRepeatable(index: number): boolean {
    const { operation, atMs } = this.begun[index] ?? {};
    if (operation === undefined || atMs === undefined || this.#nowMs - atMs > 6 * DAY_MS) return false;
    // A gate has one post step, and who resets or recaps twice means it.
    return operation.kind === "record" ? operation.origin === "record" : ["check", "release"].includes(operation.kind);
  }

  #happen(what: string, change: () => void): void {
    this.#underWay.push(this.#scheduler.schedule(Promise.resolve(), what).then(change));
  }

  /** One operation, from its first read to its answer. */
  async #write(operation: Operation, luck: Luck, died: () => void): Promise<void> {
    const request = requestOf(operation, this.begun.length);
    const tries: Try[] = [];
    let budget = this.#budget;
    let read: Snapshot | undefined;
    const watch: Watch = {
      tried: ({ version, at: readAt }, { state }) => {
        const at = { now: epochOf(readAt), budget };
        tries.push({
          base: version,
          at,
          text: encodeState({ ...state, last_entry: null }),
          says: apply(this.#booksAt(version, at), operation, at),
        });
      },
      landed: (snapshot, next) => this.#land(operation, tries.at(-1), { at: epochOf(snapshot.at), next }),
      died: () => {
        this.met.add("died");
        died();
      },
    };
    const way = { books: this.#books, scheduler: this.#scheduler, nowMs: () => this.#nowMs };
    const store = new RacingWriter(operation.id, luck, { ...way, watch });
    const work = transact({
      store,
      plan: async (snapshot) => {
        read = snapshot;
        budget = this.#budget;
        return { request, circumstances: rulesFor(operation, budget) };
      },
      describe: () => ({ message: operation.id, page: null }),
      waiting: store.waiting,
    }).then(orThrow);
    const done = await work.catch((error: unknown) => {
      if (error instanceof BudgetError && luck.isHasty && GIVEN_UP.includes(error.code)) return "gave up";
      if (error instanceof BudgetError && read !== undefined && error.code !== "state-unreachable") {
        this.#expectRefusal(operation, error, { snapshot: read, budget });
        return error.code;
      }
      throw error;
    });
    if (typeof done === "string") this.met.add(done);
    else this.#expectAnswer(operation, done, { tries, budget });
  }

  /** A try has landed: its books are the next version, and what was written has the model's figures. */
  #land(operation: Operation, one: Try | undefined, { at, next }: { at: number; next: string }): void {
    if (one === undefined) throw new Error("a commit that was never tried");
    const books = written(one.says.books, at);
    this.#written.add(one.text);
    this.#versions.set(next, books);
    const state = stateOf(one.text);
    expect(figuresIn(state), `${operation.id} landed as ${next}`).toEqual(figuresOf(books));
    for (const kind of expectPeriods(state, this.#periods)) this.met.add(`${kind} turned`);
    if (books.loans.some(({ until }) => until <= dayAt(at))) this.met.add("still owed");
    const known = this.#versions.get(one.base ?? "")?.holds ?? [];
    if (operation.kind !== "check" || known.some(({ id }) => id === operation.id)) return;
    if (expectAdmission(state, operation.id).isByGrant) this.met.add("by a grant");
    expectApproval(state, { id: operation.id, run: operation.run, environment: operation.approval?.environment });
  }

  #booksAt(version: string | null, at: Circumstances): Books {
    const books = version === null ? begin(at) : this.#versions.get(version);
    if (books === undefined) throw new Error(`no version ${version}`);
    return books;
  }

  /** What was answered is what the model says of the try that landed, or of books in which nothing was to be done. */
  #expectAnswer(operation: Operation, done: Transacted, met: { tries: readonly Try[]; budget: number }): void {
    const answer = answerOf(done.answer);
    this.#note(operation, answer);
    if (done.commit !== null) {
      expect(answer, operation.id).toEqual(met.tries.at(-1)?.says.answer);
      return;
    }
    // Of two who try the same operation, either may have written a state that says the same.
    const landed = met.tries.filter(({ text }) => this.#written.has(text));
    const at = { now: epochOf(done.snapshot.at), budget: met.budget };
    const books = this.#booksAt(done.snapshot.version, at);
    const idle = apply(books, operation, at);
    const fitting = landed.flatMap((one) => this.#answersBy(one, operation, met.tries));
    expect([...fitting, ...(idle.books === books ? [idle.answer] : [])], operation.id).toContainEqual(answer);
    this.met.add(landed.length > 0 ? "landed unheard" : "nothing to write");
  }

  /**
   * What a landed try may be answered: two tries may have written the same line under two policies, and nobody can tell
   * by which of them it was.
   */
  #answersBy(landed: Try, operation: Operation, tries: readonly Try[]): Answer[] {
    const others = tries.filter(({ at }) => at.budget !== landed.at.budget);
    return [landed.says.answer, ...others.flatMap(({ at }) => this.#answerBy(landed, operation, at.budget) ?? [])];
  }

  #answerBy({ base, at }: Try, operation: Operation, budget: number): Answer | undefined {
    try {
      return apply(this.#booksAt(base, at), operation, { ...at, budget }).answer;
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }

  /** Whoever is refused is refused by the model too, on the books that were read last. */
  #expectRefusal(
    operation: Operation,
    { code }: BudgetError,
    { snapshot, budget }: { snapshot: Snapshot; budget: number },
  ): void {
    const at = { now: epochOf(snapshot.at), budget };
    const refuse = () => apply(this.#booksAt(snapshot.version, at), operation, at);
    expect(refuse, `${operation.id}: ${code}`).toThrow(expect.objectContaining({ name: Refusal.name, code }));
  }

  #note(operation: Operation, answer: Answer): void {
    const { kind } = operation;
    this.met.add(kind === "adjust" ? operation.adjustment : kind);
    if (
      kind === "check" &&
      operation.approval?.environment === ENVIRONMENT &&
      answer.admission.decision === "approve"
    ) {
      this.met.add(operation.approval.approvers.length > 0 ? "approved once" : "nobody yet");
    }
    if (kind === "check") this.met.add(`${answer.admission.decision} ${answer.admission.reason}`);
    if (answer.booking !== undefined) this.met.add(answer.booking.how);
    if (answer.recapped?.queued === true) this.met.add("recap queued");
    if (typeof answer.released === "string") this.met.add("hold let go");
  }
}
