import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/books/decide.ts";
import { encodeState } from "../../src/books/file/encode.ts";
import type { AdjustRequest, Request } from "../../src/books/request.ts";
import { restsOn } from "../../src/books/rests-on.ts";
import { orThrow, transact } from "../../src/store/transact.ts";
import type { Transacted } from "../../src/store/turn.ts";
import type { Waiting } from "../../src/store/waiting.ts";
import { BudgetError } from "../../src/values/errors.ts";
import { nanoOf } from "../../src/values/money.ts";
import { instantOf } from "../../src/values/month.ts";
import { check, circumstances, freshState, hold, NO_USAGE, NOW, RUN, record, release } from "../books/sample-books.ts";
import { countOf } from "../support/pace/pace.ts";
import { assertUntilMet } from "../support/pace/until-met.ts";
import { LaggingStore, type Version } from "./lagging-store.ts";
import { MadeTime } from "./made-time.ts";
import { patience, ScriptedStore } from "./scripted-store.ts";

const SETTINGS = { estimate: nanoOf(5), notify: [], reserve: { amount: nanoOf(1) } };
const { now: _, operation: __, ...GIVEN } = circumstances({ settings: SETTINGS });
const BEGIN_MS = Date.parse(NOW);
const START = freshState({
  holds: [hold({ id: "old", amount: nanoOf(5), run: { ...RUN, run_id: 90 } })],
  total_spent: nanoOf(1),
  last_recap: "2026-01",
});

/** Somebody else's operation, so long after the beginning. */
type Other = { readonly atMs: number; readonly request: Request };
/** What an operation meets: when it is asked for, what others do before and meanwhile, and how old its reads are. */
type Play = {
  readonly request: Request;
  readonly askedMs: number;
  readonly others: readonly Other[];
  readonly lagsMs: readonly number[];
};

/** An answer for which nothing is written, as far as it says anything about the books. */
type Said = { readonly refused: string } | { readonly refused: null; readonly answer: Partial<Answer> };

describe("law: fresh", () => {
  const usd = (dollars: number): AdjustRequest["amount"] => ({ unit: "USD", amount: nanoOf(dollars) });
  const adjust = (change: Partial<AdjustRequest>): AdjustRequest => ({
    ...{ kind: "adjust", id: "adjust-1", adjustment: "top-up", amount: usd(5), from: undefined, to: undefined },
    ...{ until: undefined, tags: {}, actor: "octocat", reason: "r", run: RUN },
    ...change,
  });
  const asked = fc.constantFrom<Request>(
    check(),
    release({ hold: "hold-2" }),
    release({ hold: "old" }),
    release({ run: { ...RUN, run_id: 2 } }),
    release({ id: "release-old", hold: "old" }),
    record({ usage: NO_USAGE, unsettled: "release", run: { ...RUN, run_id: 2 } }),
    record({ usage: NO_USAGE, unsettled: "release", run: { ...RUN, run_id: 3 }, triedHold: "hold-2" }),
    record({ origin: "post", hold: "hold-2", settledHold: "hold-2", run: { ...RUN, run_id: 2 } }),
    record({ id: "record-2", hold: "hold-2", run: { ...RUN, run_id: 2 } }),
    adjust({}),
    adjust({ adjustment: "grant", amount: usd(2) }),
    adjust({ adjustment: "correct", amount: usd(-2) }),
    { kind: "recap", id: "recap-1", force: false },
    { kind: "sent", id: "sent-1", messages: { default: ["warning-1"] } },
  );
  const others = fc.constantFrom<Request>(
    check({ id: "hold-2", run: { ...RUN, run_id: 2 } }),
    check({ id: "hold-3", run: { ...RUN, run_id: 3 } }),
    release({ id: "release-old", hold: "old" }),
    release({ id: "release-2", hold: "hold-2" }),
    record({ id: "record-2", hold: "hold-2", run: { ...RUN, run_id: 2 } }),
    record({ id: "record-3", hold: "hold-3", run: { ...RUN, run_id: 3 } }),
    adjust({ id: "adjust-2" }),
    // As by a try of which nobody heard.
    check(),
    adjust({}),
    { kind: "reset", id: "reset-1", actor: "octocat", reason: "r", run: RUN },
  );
  const plays: fc.Arbitrary<Play> = fc.record({
    request: asked,
    askedMs: fc.integer({ min: 5_000, max: 20_000 }),
    others: fc.array(fc.record({ atMs: fc.integer({ min: 0, max: 35_000 }), request: others }), { maxLength: 6 }),
    lagsMs: fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 8 }),
  });

  it("an answer for which nothing is written is one that books no older than the question give", async () => {
    const met = new Set<string>();
    const property = fc.asyncProperty(plays, async (play) => {
      const { said, candidates, restsOn } = await answerTo(play);
      if (said === undefined) return;
      met.add(`${play.request.kind} ${restsOn}`);
      expect(candidates).toContainEqual(said);
    });
    const all = [
      ...["adjust proof", "adjust state", "check proof", "check state", "recap state", "record absence"],
      ...["record proof", "record state", "release absence", "release proof", "release state", "sent state"],
    ];
    const isAllMet = () => all.every((one) => met.has(one));
    await assertUntilMet(property, { seed: 1, count: countOf("manyCases"), most: 3_000, isAllMet });
    expect([...met].sort()).toEqual(all);
  });
});

/** What was answered without a commit, what books no older than the question answer, and what the answer rests on. */
async function answerTo({ request, askedMs, others, lagsMs }: Play) {
  const time = new MadeTime(instantOf(BEGIN_MS + askedMs));
  const fromMs = time.nowMs;
  const store = new LaggingStore(await versionsOf(others), time, lagsMs);
  const waiting: Waiting = {
    ...{ clock: () => time.nowMs, sleep: (ms) => time.sleep(ms), random: () => 0.5, patienceMs: 60_000 },
  };
  const done = await time.until(outcomeOf(transact({ store, waiting, ...operationOf(request) }).then(orThrow)));
  const idle = done instanceof BudgetError || done.commit === null ? done : undefined;
  if (idle === undefined) return { said: undefined, candidates: [], restsOn: "nothing" };
  const ground = idle instanceof BudgetError ? "state" : restsOn(request, idle);
  const books = store.newestBetween(fromMs, time.nowMs);
  const all = await Promise.all(books.map((version) => answerOn(version, request)));
  const candidates = all.filter((one) => one instanceof BudgetError || one.commit === null);
  return { said: saidBy(idle, ground), candidates: candidates.map((one) => saidBy(one, ground)), restsOn: ground };
}

/** The books after each of the others' operations, none of which meets any trouble. */
async function versionsOf(others: readonly Other[]): Promise<Version[]> {
  const store = new ScriptedStore({ state: encodeState(START) });
  const versions: Version[] = [{ atMs: BEGIN_MS, ...store.kept }];
  for (const { atMs, request } of others.toSorted((a, b) => a.atMs - b.atMs)) {
    store.now = instantOf(BEGIN_MS + atMs);
    await outcomeOf(transact({ store, waiting: patience(60_000), ...operationOf(request) }).then(orThrow));
    versions.push({ atMs: BEGIN_MS + atMs, ...store.kept });
  }
  return versions;
}

/** What a version of the books answers to who reads it without delay. */
function answerOn({ state, lines }: Version, request: Request): Promise<Transacted | BudgetError> {
  const store = new ScriptedStore({ state, lines });
  return outcomeOf(transact({ store, waiting: patience(60_000), ...operationOf(request) }).then(orThrow));
}

function operationOf(request: Request) {
  return {
    plan: async () => ({ request, circumstances: GIVEN }),
    describe: () => ({ message: request.id, page: null }),
  };
}

function outcomeOf(work: Promise<Transacted>): Promise<Transacted | BudgetError> {
  return work.catch((error: unknown) => {
    if (error instanceof BudgetError) return error;
    throw error;
  });
}

/**
 * Beside a mark that proves the answer, the month's figures are as old as the read that found it; the month is looked
 * ahead from the time of that read.
 */
function saidBy(outcome: Transacted | BudgetError, ground: string): Said {
  if (outcome instanceof BudgetError) return { refused: outcome.message };
  const { figures, admission, ahead: _, ...rest } = outcome.answer;
  return { refused: null, answer: ground === "proof" ? rest : { ...rest, figures, admission } };
}
