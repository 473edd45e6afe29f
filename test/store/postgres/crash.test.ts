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
    const server = await startServer({ fsync: "on" });
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
    const work = async () => {
      const { store, connection } = world.open({ books });
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        const result = await ask(store, record({ id }), { waiting: realWaiting() });
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
});
