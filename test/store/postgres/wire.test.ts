import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { begin, HAS_TURN, queueFor } from "../../../src/store/postgres/statements.ts";
import { usdOf } from "../../../src/values/money.ts";
import { check, record } from "../../books/sample-books.ts";
import { type Fate, type PostgresProxy, startProxy } from "../../support/postgres/proxy.ts";
import { NO_POSTGRES, newName } from "../../support/postgres/server.ts";
import { idsIn, write } from "../store-contract.ts";
import { usePostgresWorld } from "./postgres-world.ts";
import { ask } from "./writer.ts";

describe("a writer's connection to PostgreSQL", () => {
  const world = usePostgresWorld();
  let proxy: PostgresProxy;
  beforeEach(async ({ skip }) => {
    skip(NO_POSTGRES !== undefined, NO_POSTGRES);
    proxy = await startProxy(world().server);
  });
  afterEach(() => proxy?.stop());

  const isCommit = (statement: string) => statement.includes("with moved as");
  const isRead = (statement: string) => statement.includes("for update");

  it("takes two round trips for a check and two for a booking", async () => {
    const books = await world().newBooks();
    const { store, connection } = world().open({ books, port: proxy.port });
    await connection.open();
    proxy.roundTrips();
    expect(await ask(store, check({ id: "hold-1" }))).toMatchObject({ ok: true });
    expect(proxy.roundTrips()).toBe(2);
    expect(await ask(store, record({ id: "record-1", hold: "hold-1" }))).toMatchObject({ ok: true });
    expect(proxy.roundTrips()).toBe(2);
    await connection.close();
  });

  it("takes two for an operation that reads the policy elsewhere at the same time", async () => {
    const books = await world().newBooks("o/policy");
    const { store, connection } = world().open({ books, port: proxy.port, named: "o/policy" });
    await connection.open();
    proxy.roundTrips();
    expect(await ask(store, check())).toMatchObject({ ok: true });
    expect(proxy.roundTrips()).toBe(2);
    await connection.close();
  });

  it("takes as many from connecting on where the run names no repository", async () => {
    const trips = [];
    for (const named of ["o/policy", undefined]) {
      const books = await world().newBooks("o/policy");
      // Books without a slash in their name don't say where their policy is.
      const plain = books.replaceAll("/", "-");
      await world().sql(`update token_budget.books set name = '${plain}' where name = '${books}'`);
      const { store, connection } = world().open({ books: plain, port: proxy.port, ...(named && { named }) });
      proxy.roundTrips();
      expect(await ask(store, check())).toMatchObject({ ok: true });
      trips.push(proxy.roundTrips());
      await connection.close();
    }
    expect(trips[1]).toBe(trips[0]);
  });

  it("prepares no statement and changes nothing of its session: a pooler may give each transaction another one", async () => {
    const books = await world().newBooks();
    const { store, connection } = world().open({ books, port: proxy.port });
    await ask(store, check());
    await ask(store, record());
    await store.read();
    const all = proxy.statements().flatMap((batch) => batch.split(";\n"));
    expect(all.length).toBeGreaterThan(10);
    for (const statement of all)
      expect(statement).not.toMatch(/^\s*(prepare|listen|set (?!local)|declare .* with hold)/i);
    // Every statement that sets something is inside a transaction that ends.
    const opened = all.filter((one) => one.startsWith("begin"));
    expect(opened.length).toBe(all.filter((one) => one === "commit" || one === "rollback").length);
    await connection.close();
  });

  it("bounds its transactions", async () => {
    const connection = world().connection();
    const names = ["lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"];
    const asked = names.map((name) => `select current_setting('${name}') as value`);
    const rows = await connection.batch([...begin(2_000), ...asked, HAS_TURN, ...asked, "rollback"]);
    const values = rows.map(([row]) => row?.["value"]);
    expect(values).toEqual(["2s", "12s", "15s", "2s", "10s", "15s"]);
    await connection.close();
  });

  it("gives an answer up that never comes, whether the commit was made or not, and books once", async () => {
    const books = await world().newBooks();
    const { store, connection } = world().open({ books, port: proxy.port, answerMs: 500 });
    let commits = 0;
    proxy.fate = (statement) => {
      if (isCommit(statement)) commits += 1;
      return isCommit(statement) && commits === 1 ? "mute" : "ok";
    };
    expect(await ask(store, record({ id: "unheard" }))).toMatchObject({ ok: true });
    expect(idsIn((await world().kept(books)).lines)).toEqual(["unheard"]);
    await connection.close();
    proxy.fate = () => "mute";
    const deaf = world().connection({ port: proxy.port, answerMs: 300 });
    await expect(deaf.batch(["select 1"])).rejects.toMatchObject({
      message: "The database can't be used now: it didn't answer",
    });
    await deaf.close();
  });

  const FATES: readonly Fate[] = ["cut before", "cut after", "cut while"];
  it.each(FATES)("books once where the connection is lost at the commit: %s", async (fate) => {
    const books = await world().newBooks();
    const { store, connection } = world().open({ books, port: proxy.port });
    let commits = 0;
    proxy.fate = (statement) => {
      if (isCommit(statement)) commits += 1;
      return isCommit(statement) && commits === 1 ? fate : "ok";
    };
    expect(await ask(store, record({ id: "only-once" }))).toMatchObject({ ok: true });
    const { lines } = await world().kept(books);
    expect(idsIn(lines)).toEqual(["only-once"]);
    expect(commits).toBeGreaterThanOrEqual(fate === "cut before" ? 2 : 1);
    await connection.close();
  });

  it.each(FATES)("admits once where the connection is lost at the commit of a hold: %s", async (fate) => {
    const books = await world().newBooks();
    const { store, connection } = world().open({ books, port: proxy.port });
    let commits = 0;
    proxy.fate = (statement) => {
      if (isCommit(statement)) commits += 1;
      return isCommit(statement) && commits === 1 ? fate : "ok";
    };
    expect(await ask(store, check({ id: "held-once" }))).toMatchObject({ ok: true });
    const { state } = await store.read();
    expect(state.kind === "state" && state.state.holds.map(({ id }) => id)).toEqual(["held-once"]);
    await connection.close();
  });

  it("tries again where the connection is lost while it waits for its turn or logs in", async () => {
    const books = await world().newBooks();
    const { store, connection } = world().open({ books, port: proxy.port });
    let reads = 0;
    proxy.fate = (statement) => {
      if (isRead(statement)) reads += 1;
      return isRead(statement) && reads <= 2 ? "cut while" : "ok";
    };
    expect(await ask(store, record())).toMatchObject({ ok: true });
    expect(reads).toBe(3);
    await connection.close();
  });

  it("gives the books to the next writer when the one before dies with them", async () => {
    const books = await world().newBooks();
    const dead = world().open({ books, port: proxy.port });
    const held = Promise.withResolvers<void>();
    void dead.store
      .exclusively(async () => {
        await dead.store.read();
        held.resolve();
        await new Promise(() => {});
      })
      .catch(() => {});
    await held.promise;
    proxy.stop();
    const { store, connection } = world().open({ books });
    expect(await write(store, "next")).toMatchObject({ kind: "committed" });
    await connection.close();
    await dead.connection.close();
  });

  it("waits for a connection where the role has none left", async () => {
    const user = newName("crowded");
    await world().sql(`create role ${user} login password 'x' connection limit 1`);
    await world().sql(
      `grant usage on schema token_budget to ${user}; grant select, insert, update on all tables in schema token_budget to ${user}`,
    );
    const books = await world().newBooks();
    const one = world().open({ books, role: { user, password: "x" } });
    const other = world().open({ books, role: { user, password: "x" } });
    await one.connection.open();
    const asked = ask(other.store, record({ id: "patient" }));
    await expect(other.connection.open()).rejects.toMatchObject({ isContended: true });
    await one.connection.close();
    expect(await asked).toMatchObject({ ok: true });
    await other.connection.close();
    await world().sql(`drop owned by ${user}; drop role ${user}`);
  });

  it("answers that the books are contended where others keep them for as long as it waits", async () => {
    const books = await world().newBooks();
    const { store, connection } = world().open({ books, patienceMs: 500 });
    const blocker = world().connection();
    await blocker.batch(["begin", `select 1 from token_budget.books where name = '${books}' for update`], "stays open");
    const hasty = { clock: () => performance.now(), sleep: async () => {}, random: () => 0.5, patienceMs: 1_000 };
    expect(await ask(store, check(), { waiting: hasty })).toMatchObject({
      ok: false,
      error: { code: "state-contended" },
    });
    await blocker.close();
    await connection.close();
  });

  it("serves each of its writers before any of them a third time", async () => {
    const books = await world().newBooks();
    const writers = Array.from({ length: 12 }, () => world().open({ books }));
    await Promise.all(writers.map(({ connection }) => connection.open()));
    const served = writers.map(() => 0);
    let lead = 0;
    await Promise.all(
      writers.map(async ({ store }, at) => {
        for (let round = 0; round < 10; round += 1) {
          await write(store, `${at}-${round}`);
          served[at] = round + 1;
          lead = Math.max(lead, round + 1 - Math.min(...served));
        }
      }),
    );
    expect(lead).toBeLessThanOrEqual(2);
    await Promise.all(writers.map(({ connection }) => connection.close()));
  });

  it("waits for the row alone where somebody else keeps the queue", async () => {
    const books = await world().newBooks();
    const { store, connection } = world().open({ books, patienceMs: 300 });
    const blocker = world().connection();
    await blocker.batch(["begin", queueFor(books)], "stays open");
    const waiting = { clock: () => performance.now(), sleep: async () => {}, random: () => 0.5, patienceMs: 60_000 };
    expect(await ask(store, record(), { waiting })).toMatchObject({ ok: true });
    await blocker.close();
    await connection.close();
  });

  it("finds an id that the state has long forgotten in the ledger, and books it once", async () => {
    const books = await world().newBooks();
    const { store, connection } = world().open({ books });
    const first = await ask(store, record({ id: "chosen", fingerprint: "f" }));
    const forgetful = `update token_budget.books set version = version + 1, state = jsonb_set(state::jsonb, '{booked_ids}', '[]')::text where name = '${books}'`;
    await world().sql(forgetful);
    // Beyond the lines that a read shows.
    for (let index = 0; index < 25; index += 1) await ask(store, record({ id: `other-${index}` }));
    const again = await ask(store, record({ id: "chosen", fingerprint: "f" }));
    expect(first.ok && again.ok && again.answer.booking).toMatchObject({ how: "repeated" });
    expect(again.ok && usdOf(again.answer.booking?.charged ?? (0 as never))).toBe(0.05);
    const { lines } = await world().kept(books);
    expect(idsIn(lines).filter((id) => id === "chosen")).toHaveLength(1);
    await connection.close();
  });

  it("keeps texts that jsonb can't: the line stays as it is", async () => {
    const books = await world().newBooks();
    const { store, connection } = world().open({ books });
    const odd = "a\u0000b \ud800 \\u0000 'quoted' \\";
    await write(store, odd);
    const { lines } = await world().kept(books);
    expect(idsIn(lines)).toEqual([odd]);
    const [row] = await world().sql(`select doc ->> 'id' as id from token_budget.entries where books = '${books}'`);
    expect(row?.["id"]).toBe("a\ufffdb \ufffd \\u0000 'quoted' \\");
    await connection.close();
  });
});
