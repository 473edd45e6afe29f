import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { encodeState } from "../../../src/books/file/encode.ts";
import { settleId } from "../../../src/books/holds.ts";
import type { Request } from "../../../src/books/request.ts";
import type { Result } from "../../../src/store/transact.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { billed, check, freshState, RUN, record, release, usageOf } from "../../books/sample-books.ts";
import { countOf } from "../../support/pace/pace.ts";
import { type Fate, startProxy } from "../../support/postgres/proxy.ts";
import { NO_POSTGRES } from "../../support/postgres/server.ts";
import { idsIn } from "../store-contract.ts";
import { expectLaws, expectWithinBudget } from "./laws.ts";
import { type PostgresWorld, usePostgresWorld } from "./postgres-world.ts";
import { ask, realWaiting } from "./writer.ts";

/** The schedules are those of the seeds from 1 on; DATABASE_SEED picks one. */
const only = process.env["DATABASE_SEED"];
const SEEDS =
  only === undefined ? Array.from({ length: countOf("databaseSchedules") }, (_, index) => index + 1) : [Number(only)];

const WRITERS = 4;
const JOBS = 3;
const AT_ONCE = 3;

/** No run costs more than what is set aside for it. */
const WHEN = { settings: { estimate: nanoOf(0.055) } };

type Dice = () => number;

/** What a writer does one after the other, and what becomes of its connections. */
type Asked = { readonly request: Request; readonly result: Result };

describe("writers on a PostgreSQL whose connections are cut", () => {
  beforeEach(({ skip }) => skip(NO_POSTGRES !== undefined, NO_POSTGRES));
  const world = usePostgresWorld();

  it(`keep the laws in ${SEEDS.length} schedules`, async () => {
    const waiting = [...SEEDS];
    const work = async () => {
      for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
        try {
          await playOut(world(), seed);
        } catch (cause) {
          throw new Error(`Again: DATABASE_SEED=${seed} npx vitest run test/store/postgres/faults.test.ts`, { cause });
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  });
});

async function playOut(world: PostgresWorld, seed: number): Promise<void> {
  const dice = diceOf(seed);
  const books = await world.newBooks();
  const proxy = await startProxy(world.server);
  proxy.fate = (statement) => fateOf(statement, dice);
  // A budget that not all of them fit into.
  const state = encodeState(freshState({ monthly_budget: nanoOf(0.4) }, new Date().toISOString()));
  await world.sql(
    `update token_budget.books set state = '${state.replaceAll("'", "''")}', version = 1 where name = '${books}'`,
  );
  const done = await Promise.all(
    Array.from({ length: WRITERS }, (_, writer) => playWriter({ world, books, port: proxy.port, dice }, writer + 1)),
  );
  proxy.stop();
  // One at last that takes the books and writes nothing: whatever was on its way has landed or never will.
  const quiet = world.open({ books });
  await ask(quiet.store, release({ id: "quiet", hold: "none", run: { ...RUN, run_id: 99 } }));
  await quiet.connection.close();
  const kept = await world.kept(books);
  const after = expectLaws(kept.state, kept.lines);
  expectWithinBudget(after);
  const ids = idsIn(kept.lines);
  for (const { request, result } of done.flat()) {
    const booked = ids.filter((id) => id === request.id).length;
    if (request.kind === "check") {
      const isKnown = [...after.holds, ...after.closed_holds].some(({ id }) => id === request.id);
      const isAdmitted = result.ok && result.answer.admission.decision !== "deny";
      // An answer that never came may have been a yes.
      if (result.ok) expect(isKnown, `the hold ${request.id}`).toBe(isAdmitted);
    } else if (request.kind === "record") expect(booked, request.id).toBe(result.ok ? 1 : booked > 1 ? 1 : booked);
    else expect(booked, request.id).toBeLessThanOrEqual(1);
  }
}

type Stage = { readonly world: PostgresWorld; readonly books: string; readonly port: number; readonly dice: Dice };

/** Jobs of one runner: a check, then a booking or a release where it was let in. */
async function playWriter({ world, books, port, dice }: Stage, writer: number): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  for (let job = 1; job <= JOBS; job += 1) {
    const run = { ...RUN, run_id: 10 * writer + job };
    const hold = `hold-${writer}-${job}`;
    // Some steps start a process of their own, as in a workflow.
    const { store, connection } = world.open({ books, port });
    const tryIt = async (request: Request) => {
      await sleep(20 * dice());
      const result = await ask(store, request, { when: WHEN, waiting: realWaiting(40) });
      asked.push({ request, result });
      return result;
    };
    const first = await tryIt(check({ id: hold, run }));
    if (first.ok && first.answer.admission.decision !== "deny") {
      const id = settleId(hold);
      const booking = record({ id, origin: "post", hold, run, usage: usageOf(billed(0.01 + 0.04 * dice())) });
      const second = dice() < 0.2 ? release({ id: `release-${writer}-${job}`, hold, run }) : booking;
      await tryIt(second);
      // A step that is run again.
      if (dice() < 0.3) await tryIt(second);
    }
    if (dice() < 0.1) void connection.batch(["select pg_sleep(0.01)"]).catch(() => {});
    await connection.close();
  }
  return asked;
}

const CUTS: readonly Fate[] = ["cut before", "cut after", "cut while"];

function fateOf(statement: string, dice: Dice): Fate {
  const isCommit = statement.includes("with moved as");
  const cut = CUTS[Math.floor(dice() * CUTS.length)] ?? "ok";
  return dice() < (isCommit ? 0.25 : 0.05) ? cut : "ok";
}

/** The same numbers in [0, 1) for the same seed. */
function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
