import { beforeEach, describe, expect, it } from "vitest";
import { importParts } from "../../../src/store/postgres/statements.ts";
import { NO_POSTGRES } from "../../support/postgres/server.ts";
import { usePostgresWorld } from "./postgres-world.ts";

const MADE = 3_000;

describe("lines of other books in PostgreSQL", () => {
  beforeEach(({ skip }) => skip(NO_POSTGRES !== undefined, NO_POSTGRES));
  const world = usePostgresWorld();

  const imported = (books: string, lastSeq: number, ids: readonly string[]) =>
    importParts({
      ...{ books, version: "0", lastSeq, state: undefined, documents: [] },
      lines: ids.map((id) => ({
        ...{ id, atMs: Date.parse("2026-02-14T10:00:00Z"), month: "2026-02", kind: "charge", cost: 1 },
        ...{ file: "2026-02/14T10.ndjson", line: JSON.stringify({ id }) },
      })),
    });

  it("are marked where their id is there already, in the ledger or among themselves", async () => {
    const books = await world().newBooks();
    await world().sql(imported(books, 0, ["a", "b", "a"]));
    await world().sql(`update token_budget.books set version = 0 where name = '${books}'`);
    await world().sql(imported(books, 3, ["b", "c", "a"]));
    const rows = await world().sql(
      `select id, repeated from token_budget.entries where books = '${books}' order by seq`,
    );
    expect(rows.map(({ id, repeated }) => `${String(id)}${repeated === true ? " again" : ""}`)).toEqual([
      "a",
      "b",
      "a again",
      "b again",
      "c",
      "a again",
    ]);
  });

  it("cost a write the same however long the ledger is: it looks each id up", async () => {
    const books = await world().newBooks();
    await world().sql(
      `insert into token_budget.entries (books, seq, id, at, month, kind, cost, file, line, doc)
       select '${books}', n, 'id-' || n, now(), '2026-02', 'charge', 1, 'f', repeat('x', 300), '{}'
       from generate_series(1, ${MADE}) as n`,
    );
    for (const before of ["", "analyze token_budget.entries"]) {
      if (before !== "") await world().sql(before);
      const ids = Array.from({ length: 500 }, (_, at) => `new-${at}`);
      const plan = await world().sql(`explain ${imported(books, MADE, ids)}`);
      const text = plan.map((row) => Object.values(row)[0]).join("\n");
      expect(text).toContain("using entries_id on entries p");
      expect(text).not.toMatch(/(Seq|Heap) Scan on entries/);
    }
  });
});
