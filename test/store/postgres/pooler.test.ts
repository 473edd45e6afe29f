import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { encodeState } from "../../../src/books/file/encode.ts";
import { settleId } from "../../../src/books/holds.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { epochOf } from "../../../src/values/month.ts";
import { billed, check, freshState, RUN, record, usageOf } from "../../books/sample-books.ts";
import { terminalIn } from "../../edges/terminal/in-source.ts";
import { NO_POOLER, POOL_SIZE, type PoolMode, startPooler } from "../../support/postgres/pooler.ts";
import { changeOf, idsIn, write } from "../store-contract.ts";
import { expectLaws, expectWithinBudget } from "./laws.ts";
import { usePostgresWorld } from "./postgres-world.ts";
import { ask, realWaiting } from "./writer.ts";

const RUNNERS = 50;
const PATIENT = realWaiting(10, 1_000_000);

describe("the store behind a pgbouncer in transaction mode", () => {
  beforeEach(({ skip }) => skip(NO_POOLER !== undefined, NO_POOLER));
  const world = usePostgresWorld();
  let port: number;
  beforeAll(async () => {
    if (NO_POOLER === undefined) port = (await startPooler(world().server, "transaction")).port;
  });

  it(`keeps the laws for ${RUNNERS} at once, who share ${POOL_SIZE} connections`, async () => {
    const books = await world().newBooks();
    // Four in five fit into it.
    const text = encodeState(freshState({ monthly_budget: nanoOf(0.055 * RUNNERS * 0.8) }, new Date().toISOString()));
    await world().sql(`update token_budget.books set state = '${text}', version = 1 where name = '${books}'`);
    const pids = new Set<unknown>();
    const run = async (at: number) => {
      const { store, connection } = world().open({ books, port });
      const own = { ...RUN, run_id: at + 1 };
      const first = await ask(store, check({ id: `hold-${at}`, run: own }), { waiting: PATIENT });
      if (!first.ok) throw first.error;
      const isAdmitted = first.answer.admission.decision !== "deny";
      const id = settleId(`hold-${at}`);
      if (isAdmitted) {
        const used = usageOf(billed(0.01 + at / 10_000));
        const second = await ask(store, record({ id, origin: "post", hold: `hold-${at}`, run: own, usage: used }), {
          waiting: PATIENT,
        });
        expect(second).toMatchObject({ ok: true, answer: { booking: { how: "settled" } } });
      }
      const [[pid] = []] = await connection.batch(["select pg_backend_pid() as pid"]);
      pids.add(pid?.["pid"]);
      await connection.close();
      return isAdmitted ? [id] : [];
    };
    const booked = (await Promise.all(Array.from({ length: RUNNERS }, (_, at) => run(at)))).flat();
    const { state, lines } = await world().kept(books);
    expectWithinBudget(expectLaws(state, lines));
    expect(idsIn(lines).toSorted()).toEqual(booked.toSorted());
    expect(booked.length).toBeGreaterThanOrEqual(RUNNERS * 0.8);
    expect(pids.size).toBeLessThanOrEqual(POOL_SIZE);
  });

  it("refuses a commit against a version that isn't the latest, in whichever connection it comes", async () => {
    const books = await world().newBooks();
    const timeOf = () => epochOf("2026-02-14T10:00:00Z");
    const [one, other] = [world().open({ books, port, timeOf }), world().open({ books, port, timeOf })];
    const [first, same] = [await one.store.read(), await other.store.read()];
    expect(await one.store.commit(first, changeOf(first, "a"))).toMatchObject({ kind: "committed" });
    expect(await other.store.commit(same, changeOf(same, "b"))).toEqual({ kind: "conflict" });
    expect(await write(other.store, "c")).toMatchObject({ kind: "committed" });
    expect(idsIn((await world().kept(books)).lines)).toEqual(["a", "c"]);
    await Promise.all([one.connection.close(), other.connection.close()]);
  });

  it("takes books that are moved there, and gives them back", async () => {
    const [from, to] = [await world().newBooks(null), await world().newBooks(null)];
    const env = { TOKEN_BUDGET_DATABASE_URL: world().urlOf({ port }) };
    expect(await terminalIn(env, "record", "--cost", "0.5", "--books", from)).toMatchObject({ code: 0 });
    for (const [here, there] of [
      [from, to],
      [to, from],
    ]) {
      const moved = await terminalIn(env, "move", "--from", `postgres:${here}`, "--to", `postgres:${there}`);
      expect(moved).toMatchObject({ code: 0 });
      expect(await terminalIn(env, "verify", "--books", there ?? "")).toMatchObject({ code: 0 });
    }
  });
});

describe("doctor", () => {
  beforeEach(({ skip }) => skip(NO_POOLER !== undefined, NO_POOLER));
  const world = usePostgresWorld();

  const examined = async (mode: PoolMode) => {
    const { port } = await startPooler(world().server, mode);
    const books = await world().newBooks(null);
    const { out } = await terminalIn(
      { TOKEN_BUDGET_DATABASE_URL: world().urlOf({ port }) },
      "doctor",
      "--books",
      books,
    );
    return out.replace(/\s+/g, " ");
  };

  it.each(["transaction", "session"] as const)("sees a pooler in %s mode", async (mode) => {
    expect(await examined(mode)).toContain("A pooler is between: its transaction mode and its session mode both work.");
  });

  it("says that a pooler in statement mode can't be used", async () => {
    expect(await examined("statement")).toMatch(/✖ Database the pooler in between is in statement mode/);
  });
});
