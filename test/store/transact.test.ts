import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEntry, encodeEntry, type LedgerPart } from "../../src/books/entry.ts";
import { decodeState } from "../../src/books/file/decode.ts";
import { encodeState } from "../../src/books/file/encode.ts";
import type { Request } from "../../src/books/request.ts";
import type { State } from "../../src/books/state.ts";
import { patientStore } from "../../src/store/patient-store.ts";
import { type Snapshot, StoreFault } from "../../src/store/port.ts";
import { orThrow, transact } from "../../src/store/transact.ts";
import type { Transacted } from "../../src/store/turn.ts";
import type { Waiting } from "../../src/store/waiting.ts";
import { BudgetError } from "../../src/values/errors.ts";
import { nanoOf } from "../../src/values/money.ts";
import {
  billed,
  check,
  circumstances,
  freshState,
  hold,
  NO_USAGE,
  RUN,
  record,
  release,
  usageOf,
} from "../books/sample-books.ts";
import { countOf } from "../support/pace/pace.ts";
import { differencesOf, readLedger } from "../support/replayed.ts";
import { type CommitStep, patience, type ReadStep, ScriptedStore } from "./scripted-store.ts";
import { entryOf } from "./store-contract.ts";

const { now: _, operation: __, ...GIVEN } = circumstances();

type Options = { readonly waiting?: Waiting; readonly mustExist?: boolean; readonly from?: Snapshot };

async function run(store: ScriptedStore, request: Request, options: Options = {}): Promise<Transacted> {
  const { mustExist } = options;
  const result = await transact({
    store,
    plan: async () => ({ request, circumstances: GIVEN, ...(mustExist !== undefined && { mustExist }) }),
    describe: () => ({ message: request.id, page: null }),
    waiting: options.waiting ?? patience(60_000),
    from: options.from,
  });
  return orThrow(result);
}

/** The books another writer would leave, made before our own operation begins. */
async function booksAfter(state: State, request: Request, now?: string): Promise<(store: ScriptedStore) => void> {
  const twin = new ScriptedStore({ state: encodeState(state), ...(now !== undefined && { now }) });
  await run(twin, request);
  return (store) => store.put(twin.kept);
}

function stateOf(store: ScriptedStore): State {
  const decoded = decodeState(store.state ?? "");
  if (decoded.kind !== "state") throw new Error("the store's state can't be read");
  return decoded.state;
}

function booksWith(change: Partial<State> = {}): string {
  return encodeState(freshState(change));
}

async function failureOf(work: Promise<unknown>): Promise<BudgetError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof BudgetError)) throw new Error(`not a BudgetError: ${String(error)}`);
  return error;
}

/** Patience in which another run is let in while the operation waits for the second time. */
function withCheckAtSecondWait(store: ScriptedStore): Waiting {
  const waiting = patience(60_000);
  return {
    ...waiting,
    sleep: async (ms) => {
      await waiting.sleep(ms);
      if (waiting.slept.length === 2) await run(store, check({ id: "hold-2" }));
    },
  };
}

const fault = () => new StoreFault("502");

/** Takes off what was booked wrongly. */
function correction(dollars: number): Request {
  const amount = { unit: "USD", amount: nanoOf(dollars) } as const;
  const given = { kind: "adjust", id: "adjust-1", adjustment: "correct", amount } as const;
  return { ...given, tags: {}, actor: "octocat", reason: "twice", run: RUN };
}

describe("what an operation came to", () => {
  const describe = () => ({ message: "", page: null });

  it("has the plan it was answered by, with what that knew", async () => {
    const store = new ScriptedStore({ state: booksWith() });
    const plan = async () => ({ request: record(), circumstances: GIVEN, known: "of the plan" });
    const result = await transact<{ readonly known: string }>({ store, plan, describe, waiting: patience(60_000) });
    expect(result).toMatchObject({ ok: true, commit: "v1", plan: { known: "of the plan" } });
  });

  it("is an error with the last plan made, where there is no answer", async () => {
    const store = new ScriptedStore({ state: booksWith() });
    const error = new BudgetError("bad-input", "why");
    const refusing = async () => ({ refused: error, known: "as far as it came" });
    const waiting = patience(60_000);
    const refused = await transact<{ readonly known: string }>({ store, plan: refusing, describe, waiting });
    expect(refused).toEqual({ ok: false, error, plan: { refused: error, known: "as far as it came" } });
    const plan = async () => Promise.reject(error);
    expect(await transact({ store, plan, describe, waiting })).toEqual({ ok: false, error, plan: undefined });
    expect(store.commitCount).toBe(0);
  });

  it("is no result where the program itself is at fault", async () => {
    const store = new ScriptedStore({ state: booksWith() });
    const plan = async () => Promise.reject(new TypeError("a bug"));
    await expect(transact({ store, plan, describe, waiting: patience(60_000) })).rejects.toThrow("a bug");
  });
});

describe("one operation when nobody else writes", () => {
  it("reads once, commits once and says which commit it was", async () => {
    const store = new ScriptedStore({ state: booksWith() });
    const done = await run(store, record());
    expect([store.readCount, store.commitCount, done.commit]).toEqual([1, 1, "v1"]);
    expect(stateOf(store).total_spent).toBe(nanoOf(0.05));
    expect(store.lines.map((line) => decodeEntry(line).id)).toEqual(["record-1"]);
    expect(done.after).toEqual(store.snapshot());
  });

  it("commits nothing where nothing changes, and reads twice", async () => {
    const store = new ScriptedStore({
      state: booksWith({
        exhausted_at: "2026-02-10T00:00:00Z",
        warned: { denied: "2026-02-14" },
        total_spent: nanoOf(15),
        milestones_reached: [nanoOf(15)],
        alerts_sent: [75, 90],
      }),
    });
    const before = store.state;
    const done = await run(store, check());
    expect(done.answer.admission.reason).toBe("exhausted");
    expect([store.readCount, store.commitCount, done.commit, store.state]).toEqual([2, 0, null, before]);
  });

  it("starts books where there are none", async () => {
    const store = new ScriptedStore({});
    await run(store, check());
    expect(stateOf(store).holds.map(({ id }) => id)).toEqual(["hold-1"]);
    expect(store.lines).toEqual([]);
  });

  it("begins with books it has just written, without reading them", async () => {
    const store = new ScriptedStore({ state: booksWith() });
    const first = await run(store, check());
    await run(store, record({ hold: "hold-1" }), { from: first.after ?? store.snapshot() });
    expect([store.readCount, store.commitCount]).toEqual([1, 2]);
    expect(stateOf(store).total_spent).toBe(nanoOf(0.05));
  });

  it("reads after all where the books it has just written are no longer the newest", async () => {
    const store = new ScriptedStore({ state: booksWith() });
    const first = await run(store, check());
    await run(store, check({ id: "hold-2", run: { ...hold().run, run_id: 2 } }));
    await run(store, record({ hold: "hold-1" }), { from: first.after ?? store.snapshot() });
    expect(stateOf(store).holds.map(({ id }) => id)).toEqual(["hold-2"]);
    expect(stateOf(store).total_spent).toBe(nanoOf(0.05));
  });
});

describe("a lost race", () => {
  it("is decided again on the new books: two runs can't both take the last dollar", async () => {
    const state = freshState({ total_spent: nanoOf(14.9), milestones_reached: [nanoOf(10)], alerts_sent: [75, 90] });
    const other = await booksAfter(state, check({ id: "hold-2" }));
    const store = new ScriptedStore({ state: encodeState(state), commits: [other] });
    const done = await run(store, check());
    expect(done.answer.admission).toMatchObject({ decision: "deny", reason: "insufficient" });
    expect(stateOf(store).holds.map(({ id }) => id)).toEqual(["hold-2"]);
  });

  it("loses neither booking", async () => {
    const other = await booksAfter(freshState(), record({ id: "other", usage: usageOf(billed(1)) }));
    const store = new ScriptedStore({ state: booksWith(), commits: [other] });
    const waiting = patience(60_000);
    await run(store, record(), { waiting });
    expect(store.lines.map((line) => decodeEntry(line).id)).toEqual(["other", "record-1"]);
    expect(stateOf(store).total_spent).toBe(nanoOf(1.05));
    expect(waiting.slept).toHaveLength(1);
  });

  it("at the turn of the month isn't taken for its own success: both write the same rollover line", async () => {
    const state = freshState({ holds: [hold({ expires_at: "2026-02-20T00:00:00Z" })] });
    const now = "2026-03-01T00:00:05Z";
    const other = await booksAfter(state, record({ id: "other", usage: usageOf(billed(1)) }), now);
    const store = new ScriptedStore({ now, state: encodeState(state), commits: [other] });
    const done = await run(store, record());
    expect(done.answer.booking?.how).toBe("unheld");
    const ids = store.lines.map((line) => decodeEntry(line).id);
    expect(ids).toEqual(["hold-1:expire", "rollover-2026-02", "other", "record-1"]);
    expect(stateOf(store).total_spent).toBe(nanoOf(1.05));
    expect(stateOf(store).history.map(({ month }) => month)).toEqual(["2026-02"]);
  });

  it("of a check at the turn sets its money aside all the same", async () => {
    const state = freshState();
    const now = "2026-03-01T00:00:05Z";
    const other = await booksAfter(state, check({ id: "hold-2" }), now);
    const store = new ScriptedStore({ now, state: encodeState(state), commits: [other] });
    await run(store, check());
    expect(stateOf(store).holds.map(({ id }) => id)).toEqual(["hold-2", "hold-1"]);
  });

  it("isn't waited for longer because the operation was slow to be planned", async () => {
    const other = await booksAfter(freshState(), record({ id: "other", usage: usageOf(billed(1)) }));
    const store = new ScriptedStore({ state: booksWith(), commits: [other] });
    const waiting = patience(60_000);
    const plan = async () => {
      if (waiting.slept.length === 0) await waiting.sleep(20_000);
      return { request: record(), circumstances: GIVEN };
    };
    orThrow(await transact({ store, plan, describe: () => ({ message: "", page: null }), waiting }));
    expect(waiting.slept).toEqual([20_000, 125]);
  });

  it("is tried at least twelve times within its patience before it is given up", async () => {
    const store = new ScriptedStore({ state: booksWith() });
    const again = (on: ScriptedStore) => {
      on.put({});
      on.commits.push(again);
    };
    store.commits.push(again);
    const waiting = patience(600_000);
    const error = await failureOf(run(store, record(), { waiting }));
    expect(error.code).toBe("state-contended");
    expect(store.commitCount).toBeGreaterThanOrEqual(12);
    expect(waiting.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(600_000);
    expect(store.lines).toEqual([]);
  });

  it("stops in time all the same where every try takes long", async () => {
    const store = new ScriptedStore({ state: booksWith() });
    const again = (on: ScriptedStore) => {
      on.put({});
      on.commits.push(again);
    };
    store.commits.push(again);
    const error = await failureOf(run(store, record(), { waiting: patience(60_000, 10_000) }));
    expect(error.code).toBe("state-contended");
    expect(store.commitCount).toBeLessThan(12);
  });

  it("after a dropped connection is still a lost race", async () => {
    const store = new ScriptedStore({ state: booksWith(), reads: [fault()] });
    const again = (on: ScriptedStore) => {
      on.put({});
      on.commits.push(again);
    };
    store.commits.push(again);
    expect((await failureOf(run(store, record(), { waiting: patience(60_000) }))).code).toBe("state-contended");
  });
});

describe("an answer that never came", () => {
  it("after the commit landed: the books are found as they were written", async () => {
    const store = new ScriptedStore({ state: booksWith(), commits: ["lost"] });
    const done = await run(store, record());
    expect(done.answer.booking).toMatchObject({ how: "unheld", cost: nanoOf(0.05) });
    expect(done.entries.map(({ id }) => id)).toEqual(["record-1"]);
    expect([store.commitCount, store.lines.length]).toEqual([1, 1]);
  });

  it("after the commit landed and others wrote: its own line is found, and the first answer given", async () => {
    const store = new ScriptedStore({ state: booksWith({ holds: [hold()] }), commits: ["lost"] });
    const waiting = patience(60_000);
    const between: Waiting = {
      ...waiting,
      sleep: async () => {
        await run(store, record({ id: "other", hold: "unknown", usage: usageOf(billed(1)) }));
      },
    };
    const done = await run(store, record({ hold: "hold-1" }), { waiting: between });
    expect(done.answer.booking).toMatchObject({ how: "settled", hold: "hold-1", cost: nanoOf(0.05) });
    expect(store.lines.map((line) => decodeEntry(line).id)).toEqual(["record-1", "other"]);
    expect(done.state.total_spent).toBe(nanoOf(1.05));
  });

  it("after a check was quicker in the same second: the answer is that of the try that landed, not of the same line before", async () => {
    const state = freshState();
    const other = await booksAfter(state, check());
    const store = new ScriptedStore({ state: encodeState(state), commits: [other, "lost"] });
    const done = await run(store, record({ hold: "unknown" }), { waiting: withCheckAtSecondWait(store) });
    expect(done.answer.figures.openHolds).toBe(1);
    expect(stateOf(store).holds).toHaveLength(2);
  });

  it("and a later try goes by books from before a check: the answer is that of the try that landed", async () => {
    const store = new ScriptedStore({ state: encodeState(freshState()) });
    await run(store, check());
    store.reads.push("ok", { stale: 2 });
    store.commits.push("lost", new StoreFault("nobody knows"));
    const done = await run(store, record({ hold: "unknown" }), { waiting: withCheckAtSecondWait(store) });
    expect(done.answer.figures.openHolds).toBe(1);
    expect(store.commitCount).toBe(4);
  });

  it.each([1, 2, 3])("and reads %i versions old: nothing is booked twice", async (stale) => {
    const store = new ScriptedStore({
      state: booksWith(),
      commits: ["lost"],
      reads: ["ok", { stale }, { stale: 1 }],
    });
    const done = await run(store, record());
    expect(done.answer.booking?.how).toBe("unheld");
    expect(store.lines).toHaveLength(1);
    expect(stateOf(store).executions).toBe(1);
  });

  it("and a read from before the hold that was in the way let go: the run that was let in isn't denied", async () => {
    const other = hold({ id: "all", amount: nanoOf(15), run: { ...hold().run, run_id: 9 } });
    // That runs are denied was told today: another denial writes nothing.
    const full = freshState({ holds: [other], warned: { denied: "2026-02-14" } });
    const store = new ScriptedStore({ state: encodeState(full), commits: ["ok", "lost"] });
    await run(store, release({ hold: "all" }));
    store.reads.push("ok", { stale: 2 });
    const done = await run(store, check());
    expect(done.answer.admission.decision).toBe("allow");
    expect(stateOf(store).holds.map(({ id }) => id)).toEqual(["hold-1"]);
  });

  it("of a check, and others wrote: the hold is there once and the run is let in", async () => {
    const store = new ScriptedStore({ state: booksWith(), commits: ["lost"] });
    const between: Waiting = {
      ...patience(60_000),
      sleep: async () => {
        await run(store, record({ id: "other", hold: "unknown" }));
      },
    };
    const done = await run(store, check(), { waiting: between });
    expect(done.answer.admission.decision).toBe("allow");
    expect(stateOf(store).holds.map(({ id }) => id)).toEqual(["hold-1"]);
  });

  it("before anything was written: it is written at the next try", async () => {
    const store = new ScriptedStore({ state: booksWith(), commits: [fault(), fault()] });
    await run(store, record());
    expect([store.commitCount, store.lines.length]).toEqual([3, 1]);
  });

  it("in the last second of an hour: the line is looked for since the first try", async () => {
    const store = new ScriptedStore({ now: "2026-02-14T10:59:59Z", state: booksWith(), commits: ["lost"] });
    const between: Waiting = {
      ...patience(60_000),
      sleep: async () => {
        store.now = "2026-02-14T11:00:01Z";
        await run(store, record({ id: "other", hold: "unknown" }));
      },
    };
    await run(store, record(), { waiting: between });
    expect(store.lines.map((line) => decodeEntry(line).at.slice(11, 13))).toEqual(["10", "11"]);
    expect(stateOf(store).executions).toBe(2);
  });

  it("of a release: let go once", async () => {
    const store = new ScriptedStore({ state: booksWith({ holds: [hold()] }), commits: ["lost"] });
    const done = await run(store, release({ hold: "hold-1" }));
    expect(done.answer.released).toEqual({ amount: nanoOf(0.055), hold: "hold-1" });
    expect(store.lines).toHaveLength(1);
  });
});

describe("an answer for which nothing is written", () => {
  const other = hold({ id: "all", amount: nanoOf(15), run: { ...hold().run, run_id: 9 } });
  const full = (): State => freshState({ holds: [other], warned: { denied: "2026-02-14" } });
  const sum = (waits: readonly number[]): number => waits.reduce((total, ms) => total + ms, 0);
  it("is no denial by a read from before the money was free", async () => {
    const store = new ScriptedStore({ state: encodeState(full()) });
    await run(store, release({ hold: "all" }));
    store.reads.push({ stale: 1 });
    const waiting = patience(60_000);
    const done = await run(store, check(), { waiting });
    expect(done.answer.admission.decision).toBe("allow");
    expect([store.readCount, store.commitCount, waiting.slept.length]).toEqual([3, 2, 1]);
  });

  it("is a denial where a read of ten seconds later denies as well, for one more read", async () => {
    const store = new ScriptedStore({ state: encodeState(full()) });
    const waiting = patience(60_000);
    const done = await run(store, check(), { waiting });
    expect(done.answer.admission).toMatchObject({ decision: "deny", reason: "insufficient" });
    expect([store.readCount, store.commitCount, waiting.slept.length]).toEqual([2, 0, 1]);
    expect(waiting.slept[0]).toBeGreaterThanOrEqual(10_000);
    expect(waiting.slept[0]).toBeLessThan(11_000);
  });

  it("finds the hold it names as soon as a read shows it", async () => {
    const store = new ScriptedStore({ state: booksWith() });
    await run(store, check());
    store.reads.push({ stale: 1 }, { stale: 1 });
    const waiting = patience(60_000);
    const done = await run(store, release({ hold: "hold-1" }), { waiting });
    expect(done.answer.released).toEqual({ amount: nanoOf(0.055), hold: "hold-1" });
    expect(stateOf(store).holds).toEqual([]);
    expect(sum(waiting.slept)).toBeLessThan(3_000);
  });

  it("says that a hold is unknown after it was looked for some seconds", async () => {
    const store = new ScriptedStore({ state: booksWith() });
    const waiting = patience(60_000);
    const done = await run(store, release({ hold: "nobody's" }), { waiting });
    expect(done.answer.notes.map(({ text }) => text).join()).toContain("not in these books");
    expect(store.commitCount).toBe(0);
    expect(store.readCount).toBeLessThanOrEqual(7);
    expect(sum(waiting.slept)).toBeGreaterThanOrEqual(12_000);
    expect(sum(waiting.slept)).toBeLessThan(13_000);
  });

  it.each([
    ["it names", { hold: "hold-2" }],
    ["its job was let in with", { jobHold: "hold-2" }],
    ["its job may have been let in with", { triedHold: "hold-2" }],
    ["of its run", {}],
  ])("lets the hold %s go, though a read didn't show it at first", async (_, named) => {
    const store = new ScriptedStore({ state: booksWith() });
    const own = { ...hold().run, run_id: 2 };
    await run(store, check({ id: "hold-2", run: own }));
    store.reads.push({ stale: 1 });
    await run(store, record({ usage: NO_USAGE, unsettled: "release", run: own, ...named }));
    expect(stateOf(store)).toMatchObject({ holds: [], closed_holds: [{ id: "hold-2", how: "released" }] });
  });

  it("is no refusal by a read from before what it is about was booked", async () => {
    const store = new ScriptedStore({ state: booksWith() });
    await run(store, record({ usage: usageOf(billed(3)) }));
    store.reads.push({ stale: 1 });
    const done = await run(store, correction(-2));
    expect(done.entries).toMatchObject([{ kind: "correction", cost: nanoOf(-2) }]);
  });

  it("is a refusal where a later read refuses as well", async () => {
    const store = new ScriptedStore({ state: booksWith() });
    const waiting = patience(60_000);
    expect((await failureOf(run(store, correction(-2), { waiting }))).code).toBe("not-allowed");
    expect([store.readCount, waiting.slept.length]).toEqual([2, 1]);
  });

  it("is given at once where the operation's own mark stands in the books", async () => {
    const store = new ScriptedStore({ state: booksWith() });
    await run(store, check());
    await run(store, record({ hold: "hold-1" }));
    const reads = store.readCount;
    const waiting = patience(60_000);
    const again = await run(store, record({ hold: "hold-1" }), { waiting });
    expect(again.answer.booking?.how).toBe("repeated");
    const post = record({ id: "hold-1:settle", origin: "post", hold: "hold-1", settledHold: "hold-1" });
    expect((await run(store, post, { waiting })).answer.booking?.how).toBe("booked-already");
    const late = await run(store, release({ hold: "hold-1" }), { waiting });
    expect(late.answer.notes.map(({ text }) => text).join()).toContain("settled");
    await expect(run(store, release({ id: "record-1", hold: "hold-1" }), { waiting })).rejects.toMatchObject({
      code: "id-reused",
    });
    expect([store.readCount - reads, waiting.slept]).toEqual([4, []]);
  });

  it("is given at once where reads show the books as they are", async () => {
    const store = new ScriptedStore({ state: encodeState(full()), staleMs: 0 });
    const waiting = patience(60_000);
    expect((await run(store, check(), { waiting })).answer.admission.decision).toBe("deny");
    await run(store, release({ hold: "nobody's" }), { waiting });
    const gone = run(new ScriptedStore({ staleMs: 0 }), record({ hold: "hold-1" }), { mustExist: true, waiting });
    expect((await failureOf(gone)).code).toBe("books-vanished");
    expect([store.readCount, waiting.slept]).toEqual([2, []]);
  });

  it("needs no second read where the first was only answered after ten seconds of failures", async () => {
    const limited = new StoreFault("429", { waitMs: 12_000 });
    const store = new ScriptedStore({ state: encodeState(full()), reads: [limited] });
    expect((await run(store, check())).answer.admission.decision).toBe("deny");
    expect(store.readCount).toBe(2);
  });

  it("rests on no books that this process wrote before it was asked", async () => {
    const store = new ScriptedStore({ state: encodeState(full()) });
    const before = store.snapshot();
    await run(store, release({ hold: "all" }));
    const done = await run(store, check(), { from: before });
    expect(done.answer.admission.decision).toBe("allow");
  });

  it.each([
    ["a policy that nobody can read", new BudgetError("bad-policy", "broken")],
    ["books that nobody can read", new BudgetError("state-unreadable", "broken")],
  ])("is no error about %s by a read from before it was restored", async (_, error) => {
    const store = new ScriptedStore({ state: booksWith() });
    let looks = 0;
    const plan = async () => {
      looks += 1;
      if (looks === 1) throw error;
      return { request: check(), circumstances: GIVEN };
    };
    const describe = () => ({ message: "", page: null });
    const done = orThrow(await transact({ store, plan, describe, waiting: patience(60_000) }));
    expect(done.answer.admission.decision).toBe("allow");
  });

  it("after a try of which nobody heard rests on books no older than that try", async () => {
    const limited = new StoreFault("429", { waitMs: 12_000 });
    const store = new ScriptedStore({ state: booksWith(), reads: [limited, "ok", { stale: 1 }], commits: ["lost"] });
    let looks = 0;
    const plan = async () => {
      looks += 1;
      // Meanwhile the policy leaves no room for it.
      const settings = { ...GIVEN.settings, budgetCap: looks > 1 ? nanoOf(0.01) : undefined };
      return { request: check(), circumstances: { ...GIVEN, settings } };
    };
    const describe = () => ({ message: "", page: null });
    const done = orThrow(await transact({ store, plan, describe, waiting: patience(60_000) }));
    expect(done.answer.admission.decision).toBe("allow");
  });
});

describe("failures that pass", () => {
  it("are bounded: then the books are unreachable, and what was met last is said", async () => {
    const store = new ScriptedStore({ state: booksWith(), reads: Array.from({ length: 50 }, fault) });
    const error = await failureOf(run(store, record(), { waiting: patience(3_600_000) }));
    expect(error.code).toBe("state-unreachable");
    expect(error.message).toContain("502");
    expect(store.readCount).toBe(8);
  });

  it.each([
    ["no patience is left", patience(1_000), undefined],
    ["the server asks to wait longer than that", patience(60_000), 120_000],
  ])("end at once where %s", async (_why, waiting, waitMs) => {
    const asked = () => new StoreFault("429", waitMs === undefined ? {} : { waitMs });
    const store = new ScriptedStore({ state: booksWith(), reads: Array.from({ length: 50 }, asked) });
    expect((await failureOf(run(store, record(), { waiting }))).code).toBe("state-unreachable");
    expect(waiting.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(waiting.patienceMs);
  });

  it("are waited for as long as the server asks", async () => {
    const store = new ScriptedStore({ state: booksWith(), reads: [new StoreFault("429", { waitMs: 7_000 })] });
    const waiting = patience(60_000);
    await run(store, record(), { waiting });
    expect(waiting.slept).toHaveLength(1);
    expect(waiting.slept[0]).toBeGreaterThanOrEqual(7_000);
  });

  it("are no reason to try again where a retry mends nothing", async () => {
    const refused = new BudgetError("missing-permission", "no");
    const store = new ScriptedStore({ state: booksWith(), commits: [refused] });
    expect(await failureOf(run(store, record()))).toBe(refused);
    expect(store.commitCount).toBe(1);
  });

  it("are read past by who only reads", async () => {
    const store = new ScriptedStore({ state: booksWith(), reads: [fault(), fault()] });
    expect((await patientStore(store, patience(60_000)).read()).state).toEqual({
      kind: "state",
      state: stateOf(store),
    });
    const down = new ScriptedStore({ reads: Array.from({ length: 50 }, fault) });
    expect((await failureOf(patientStore(down, patience(3_600_000)).read())).code).toBe("state-unreachable");
    const slow = new ScriptedStore({ reads: [new StoreFault("429", { waitMs: 120_000 })] });
    expect((await failureOf(patientStore(slow, patience(60_000)).read())).code).toBe("state-unreachable");
  });

  it("are read past in the middle of the ledger too: each part is given once, in order", async () => {
    const names = ["a", "b", "c"];
    const failsAt = [1, 1, 2];
    class BreakingStore extends ScriptedStore {
      override async *ledger(): AsyncGenerator<LedgerPart> {
        const end = failsAt.shift() ?? names.length;
        for (const name of names.slice(0, end)) yield { name, hour: "2026-02/14T10", text: "" };
        if (end < names.length) throw fault();
      }
    }
    const read = async (waiting: Waiting) => {
      const store = patientStore(new BreakingStore({ state: booksWith() }), waiting);
      const given: string[] = [];
      for await (const { name } of store.ledger(await store.read())) given.push(name);
      return given;
    };
    expect(await read(patience(60_000))).toEqual(names);
    failsAt.push(...Array<number>(50).fill(1));
    expect((await failureOf(read(patience(3_600_000)))).code).toBe("state-unreachable");
  });
});

describe("books that must be there", () => {
  it("and aren't, however often they are read, have vanished: none are made", async () => {
    const store = new ScriptedStore({});
    expect((await failureOf(run(store, record({ hold: "hold-1" }), { mustExist: true }))).code).toBe("books-vanished");
    expect(store.commitCount).toBe(0);
  });

  it("have not vanished where a read was only older than the branch", async () => {
    const store = new ScriptedStore({});
    await run(store, check());
    store.reads.push({ stale: 1 });
    const done = await run(store, record({ hold: "hold-1" }), { mustExist: true });
    expect(done.answer.booking?.how).toBe("settled");
  });
});

describe("law: corrupt", () => {
  const good = booksWith();
  it.each([
    ["cut off", good.slice(0, 300)],
    ["empty", ""],
    ["with conflict markers", `<<<<<<< HEAD\n${good}=======\n${good}>>>>>>> other\n`],
    ["of a newer version", good.replace('"2.0"', '"3.0"')],
    ["with a wrong type", good.replace('"total_spent": 0', '"total_spent": "0"')],
    ["requiring what we lack", good.replace('"requires": []', '"requires": ["sessions-v9"]')],
    ["of an unknown time zone", good.replace('"UTC"', '"Mars/Olympus"')],
  ])("books that are %s are never written", async (_what, text) => {
    for (const request of [check(), record(), release(), { kind: "sent", id: "s", messages: {} } as const]) {
      const store = new ScriptedStore({ state: text });
      const error = await failureOf(run(store, request));
      expect(error.code).toBe("state-unreadable");
      expect(error.message).toContain("token_budget.json in o/r@token-budget");
      expect([store.commitCount, store.state]).toEqual([0, text]);
    }
  });

  it("a ledger without its state is never begun anew", async () => {
    const store = new ScriptedStore({ lines: [encodeEntry(entryOf("old", "2026-02-01T00:00:00Z"))] });
    expect((await failureOf(run(store, record()))).code).toBe("state-unreadable");
    expect(store.commitCount).toBe(0);
  });
});

describe("law: once", () => {
  const reads = fc.oneof(
    { weight: 4, arbitrary: fc.constant<ReadStep>("ok") },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }).map((stale): ReadStep => ({ stale })) },
    { weight: 1, arbitrary: fc.constant(null).map((): ReadStep => fault()) },
  );
  const commits = fc.oneof(
    { weight: 4, arbitrary: fc.constant<CommitStep>("ok") },
    { weight: 2, arbitrary: fc.constant<CommitStep>("lost") },
    { weight: 1, arbitrary: fc.constant(null).map((): CommitStep => fault()) },
  );

  const isFault = (step: ReadStep | CommitStep) => step instanceof StoreFault || step === "lost";

  it("whatever answers are lost and whoever else writes at the turn of the month, every run is let in and booked once", async () => {
    const plays = fc.record({
      reads: fc.array(reads, { maxLength: 20 }),
      commits: fc.array(commits, { maxLength: 15 }),
      pauses: fc.array(fc.nat(12), { minLength: 1, maxLength: 30 }),
      writers: fc.integer({ min: 2, max: 5 }),
    });
    // An operation gives up at eight failures.
    const bearable = plays.filter((play) => [...play.reads, ...play.commits].filter(isFault).length < 8);
    await fc.assert(
      fc.asyncProperty(bearable, async (play) => {
        const state = freshState({ holds: [hold({ id: "old", expires_at: "2026-02-20T00:00:00Z" })] });
        const store = new ScriptedStore({ ...play, now: "2026-03-01T00:00:05Z", state: encodeState(state) });
        let paused = 0;
        const waiting: Waiting = {
          ...patience(1e12),
          sleep: async () => {
            const turns = play.pauses[paused++ % play.pauses.length] ?? 0;
            for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
          },
        };
        const work = async (id: string) => {
          const runRef = { ...hold().run, job: id };
          const checked = await run(store, check({ id, run: runRef }), { waiting });
          expect(checked.answer.admission.decision).toBe("allow");
          const booked = await run(store, record({ id: `${id}:settle`, hold: id, run: runRef }), { waiting });
          expect(booked.answer.booking).toMatchObject({ how: "settled", cost: nanoOf(0.05) });
        };
        await Promise.all(Array.from({ length: play.writers }, (_, index) => work(`writer-${index}`)));
        const ids = store.lines.map((line) => decodeEntry(line).id);
        const settled = Array.from({ length: play.writers }, (_, index) => `writer-${index}:settle`);
        expect([...ids].sort()).toEqual(["old:expire", "rollover-2026-02", ...settled].sort());
        const { total_spent, executions, holds, history } = stateOf(store);
        expect({ total_spent, executions, holds }).toEqual({
          total_spent: nanoOf(0.05 * play.writers),
          executions: play.writers,
          holds: [],
        });
        expect(history).toHaveLength(1);
        const { entries } = readLedger(store.parts);
        expect(differencesOf(stateOf(store), entries)).toEqual([]);
      }),
      { numRuns: countOf("cases") },
    );
  });
});
