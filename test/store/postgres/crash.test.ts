import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { record } from "../../books/sample-books.ts";
import { NO_OWN_POSTGRES, startServer } from "../../support/postgres/server.ts";
import { idsIn } from "../store-contract.ts";
import { expectLaws } from "./laws.ts";
import { postgresWorldOn } from "./postgres-world.ts";
import { ask, realWaiting } from "./writer.ts";

const BOOKINGS = 100;
const WRITERS = 10;

describe("a PostgreSQL that crashes", () => {
  beforeEach(({ skip }) => skip(NO_OWN_POSTGRES !== undefined, NO_OWN_POSTGRES));

  it("loses nothing and books nothing twice when it is killed in the middle of a hundred bookings", async () => {
    // Its processes are killed, the machine stays: what they have written is there, on the disk or not.
    const server = await startServer();
    const world = await postgresWorldOn(server);
    const books = await world.newBooks();
    const ids = Array.from({ length: BOOKINGS }, (_, index) => `booking-${index}`);
    const waiting = [...ids];
    const booked: string[] = [];
    let crashed: Promise<void> | undefined;
    const crash = async () => {
      server.crash();
      await server.start();
    };
    // Nobody gives up because the server takes its time to start again.
    const patience = {
      ...realWaiting(20),
      sleep: async (ms: number) => {
        await crashed;
        await sleep(ms / 20);
      },
    };
    const work = async () => {
      const { store, connection } = world.open({ books });
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        const result = await ask(store, record({ id }), { waiting: patience });
        if (!result.ok) throw result.error;
        booked.push(id);
        if (booked.length === BOOKINGS / 4) crashed = crash();
      }
      await connection.close();
    };
    await Promise.all(Array.from({ length: WRITERS }, work));
    await crashed;
    expect(crashed).toBeDefined();
    const { state, lines } = await world.kept(books);
    expect(idsIn(lines).toSorted()).toEqual(ids.toSorted());
    expectLaws(state, lines);
    server.crash();
  });

  it("loses nothing that was booked where its commits wait for no disk by its own settings", async () => {
    const lazy = { synchronous_commit: "off", wal_writer_delay: "10000", wal_writer_flush_after: "0" };
    const server = await startServer(lazy);
    const world = await postgresWorldOn(server);
    const books = await world.newBooks();
    await server.run("checkpoint");
    const { store, connection } = world.open({ books });
    expect(await ask(store, record({ id: "booking-1" }), { waiting: realWaiting(20) })).toMatchObject({ ok: true });
    server.crash();
    await connection.close();
    await server.start();
    const { state, lines } = await world.kept(books);
    expect(idsIn(lines)).toEqual(["booking-1"]);
    expectLaws(state, lines);
    server.crash();
  });
});
