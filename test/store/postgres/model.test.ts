import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { isSameState } from "../../../src/books/file/encode.ts";
import type { Change, CommitResult, Snapshot } from "../../../src/store/port.ts";
import type { PostgresSnapshot } from "../../../src/store/postgres/snapshot.ts";
import { countOf } from "../../support/pace/pace.ts";
import { NO_POSTGRES } from "../../support/postgres/server.ts";
import { BooksRace } from "../model/books-race.ts";
import { USD } from "../model/model-books.ts";
import { walks } from "../model/walks.ts";
import { ScriptedStore } from "../scripted-store.ts";
import { expectLaws } from "./laws.ts";
import { type PostgresWorld, usePostgresWorld } from "./postgres-world.ts";

type Try = { readonly version: string | null; readonly change: Change; readonly result: CommitResult };

/** The store of a walk over the model, which keeps every commit that was tried. */
class NotedStore extends ScriptedStore {
  readonly tries: Try[] = [];

  override async commit(snapshot: Snapshot, change: Change): Promise<CommitResult> {
    const result = await super.commit(snapshot, change);
    this.tries.push({ version: snapshot.version, change, result });
    return result;
  }
}

describe("the store in PostgreSQL beside the model", () => {
  beforeEach(({ skip }) => skip(NO_POSTGRES !== undefined, NO_POSTGRES));
  const world = usePostgresWorld();

  it("takes and refuses the commits that the model's store does, and has the same books after each", async () => {
    let commits = 0;
    const property = fc.asyncProperty(fc.scheduler(), walks, async (scheduler, walk) => {
      const books = new NotedStore({});
      const start = { nowMs: Date.parse("2026-01-31T20:00:00Z"), budget: 12 * USD, books };
      const race = new BooksRace(scheduler, start);
      await fc.asyncModelRun(() => ({ model: {}, real: race }), walk);
      await race.settle();
      await doAgain(world(), books);
      commits += books.tries.length;
    });
    await fc.assert(property, { seed: 17, numRuns: countOf("databaseWalks"), endOnFailure: true });
    expect(commits).toBeGreaterThan(10);
  });
});

async function doAgain(world: PostgresWorld, { tries, lines }: NotedStore): Promise<void> {
  const books = await world.newBooks();
  const { store, connection } = world.open({ books });
  const versions = new Map<string | null, PostgresSnapshot>([[null, await store.read()]]);
  for (const { version, change, result } of tries) {
    const before = versions.get(version);
    if (before === undefined) throw new Error(`no version ${version}`);
    const done = await store.exclusively(() => store.commit(before, change));
    expect(done.kind).toBe(result.kind);
    if (done.kind === "committed" && result.kind === "committed") {
      versions.set(result.version, done.after as PostgresSnapshot);
      const { state } = await store.read();
      expect(state.kind === "state" && isSameState(state.state, change.state)).toBe(true);
    }
  }
  const after = await world.kept(books);
  expect(after.lines).toEqual(lines);
  if (after.state !== null) expectLaws(after.state, after.lines);
  await connection.close();
}
