import { beforeEach, describe, expect, it } from "vitest";
import { encodeState } from "../../../src/books/file/encode.ts";
import { settleId } from "../../../src/books/holds.ts";
import type { RecordRequest } from "../../../src/books/request.ts";
import { foundLines } from "../../../src/commands/operation/found-lines.ts";
import { patientStore } from "../../../src/store/patient-store.ts";
import { transact } from "../../../src/store/transact.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { rule } from "../../books/part-samples.ts";
import {
  billed,
  check,
  circumstances,
  freshState,
  hold,
  RUN,
  record,
  release,
  usageOf,
} from "../../books/sample-books.ts";
import { NO_POSTGRES } from "../../support/postgres/server.ts";
import { expectLaws } from "./laws.ts";
import { usePostgresWorld } from "./postgres-world.ts";
import { ask, realWaiting } from "./writer.ts";

describe("the bounds of books in PostgreSQL", () => {
  beforeEach(({ skip }) => skip(NO_POSTGRES !== undefined, NO_POSTGRES));
  const world = usePostgresWorld();

  it("has room for 1,000 open holds and 1,000 values of a for-each, and denies the next hold", async () => {
    const books = await world().newBooks();
    const { store, connection } = world().open({ books });
    const limit = { unit: "USD", amount: nanoOf(5) } as const;
    const forEach = rule({ name: "each", match: {}, forEach: ["repository"], limit, mostValues: store.bounds?.values });
    const settings = { bounds: store.bounds, parts: [forEach], monthlyBudget: nanoOf(10_000) };
    const now = new Date().toISOString();
    const name = (index: number) => `octo-org/web-service-number-${index}`;
    const line = { period: now.slice(0, 7), spent: nanoOf(0), tokens: 0, alerts_sent: [] };
    const names = Array.from({ length: 999 }, (_, index) => [`each/${name(index)}`, line] as const);
    const run = (index: number) => ({ ...RUN, repository: name(index), run_id: 1_000_000 + index });
    const holds = Array.from({ length: 999 }, (_, index) =>
      hold({
        id: `hold-${index}`,
        run: run(index),
        at: now,
        expires_at: `${Number(now.slice(0, 4)) + 1}${now.slice(4)}`,
        tags: { repository: name(index) },
        budgets: { [`each/${name(index)}`]: 0 },
      }),
    );
    const state = freshState(
      { holds, budgets: Object.fromEntries(names), monthly_budget: nanoOf(10_000), requires: ["budgets"] } as never,
      now,
    );
    const text = encodeState(state);
    expect(text.length).toBeGreaterThan(400_000);
    await world().sql(`update token_budget.books set state = '${text}', version = 1 where name = '${books}'`);
    const last = check({ id: "hold-999", run: run(999), tags: { repository: name(999) } });
    expect(await ask(store, last, { when: { settings } })).toMatchObject({
      ok: true,
      answer: { admission: { decision: "allow" } },
    });
    const read = await store.read();
    expect(read.state.kind === "state" && Object.keys(read.state.state.budgets ?? {})).toContain(`each/${name(999)}`);
    expect(read.state.kind === "state" && read.state.state.holds).toHaveLength(1_000);
    const tooMany = await ask(store, check({ id: "hold-1000", run: run(1_000) }), { when: { settings } });
    expect(tooMany).toMatchObject({ ok: true, answer: { admission: { decision: "deny", reason: "too-many-holds" } } });
    const booked = await ask(store, record({ id: settleId("hold-7"), origin: "post", hold: "hold-7", run: run(7) }), {
      when: { settings },
    });
    expect(booked).toMatchObject({ ok: true, answer: { booking: { how: "settled" } } });
    await connection.close();
  });

  it("corrects an expired hold that the state forgot, and charges a released one after all", async () => {
    const books = await world().newBooks();
    let aheadMs = 0;
    const { store, connection } = world().open({ books, timeOf: (ms) => ms + aheadMs });
    await ask(store, check({ id: "expired", holdMs: 60_000 }));
    await ask(store, check({ id: "released" }));
    await ask(store, release({ hold: "released" }));
    aheadMs = 120_000;
    for (let index = 0; index < 22; index += 1) await ask(store, record({ id: `later-${index}` }));
    await world().sql(
      `update token_budget.books set version = version + 1, state = jsonb_set(state::jsonb, '{closed_holds}', '[]')::text where name = '${books}'`,
    );
    const found = { store: patientStore(store, realWaiting(10)) };
    const { now: __, operation: ___, ...given } = circumstances();
    const bookings = [];
    for (const hold of ["expired", "released", "never"]) {
      const request = record({ id: `late-${hold}`, hold, usage: usageOf(billed(0.2)) });
      const plan = async (snapshot: Parameters<Parameters<typeof transact>[0]["plan"]>[0]) => ({
        ...{ request, circumstances: given, lines: await foundLines(found, request, snapshot) },
      });
      const describeIt = () => ({ message: "late", page: null });
      const result = await transact({ store, waiting: realWaiting(10), plan, describe: describeIt });
      bookings.push(result.ok && { how: result.answer.booking?.how, cost: result.answer.booking?.cost });
    }
    expect(bookings).toEqual([
      { how: "corrected", cost: nanoOf(0.2) - nanoOf(0.055) },
      { how: "unchecked", cost: nanoOf(0.2) },
      { how: "unchecked", cost: nanoOf(0.2) },
    ]);
    const { state, lines } = await world().kept(books);
    expectLaws(state, lines);
    await connection.close();
  });

  const used: Partial<RecordRequest> = { usage: usageOf(billed(0.05)) };

  it.each([
    ["settled", async () => record({ ...used, id: settleId("old"), origin: "post", hold: "old" }), "booked-already"],
    ["settled by another step", async () => record({ ...used, id: "other", hold: "old" }), "booked-already"],
  ])("finds in the ledger a hold that was %s before the state forgot it", async (_, first, how) => {
    const books = await world().newBooks();
    const { store, connection } = world().open({ books });
    await ask(store, check({ id: "old" }));
    await ask(store, await first());
    const forget = `update token_budget.books set version = version + 1, state = jsonb_set(state::jsonb, '{closed_holds}', '[]')::text where name = '${books}'`;
    await world().sql(forget);
    for (let index = 0; index < 22; index += 1) await ask(store, record({ id: `later-${index}` }));
    const patient = patientStore(store, realWaiting(10));
    const request = record({ id: "late", origin: "post", hold: "old", usage: { ...usageOf(), found: false } });
    const { now: __, operation: ___, ...given } = circumstances();
    const plan = async (snapshot: Parameters<Parameters<typeof transact>[0]["plan"]>[0]) => ({
      ...{ request, circumstances: given },
      lines: await foundLines({ store: patient }, request, snapshot),
    });
    const describeIt = () => ({ message: "late", page: null });
    const result = await transact({ store, waiting: realWaiting(10), plan, describe: describeIt });
    expect(result.ok && result.answer.booking).toMatchObject({ how, hold: "old" });
    const { state, lines } = await world().kept(books);
    expectLaws(state, lines);
    expect(lines).toHaveLength(23);
    await connection.close();
  });
});
