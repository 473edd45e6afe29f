import { beforeEach, describe } from "vitest";
import type { Snapshot } from "../../../src/store/port.ts";
import { epochOf } from "../../../src/values/month.ts";
import { NO_POSTGRES } from "../../support/postgres/server.ts";
import { describeStore } from "../store-contract.ts";
import { usePostgresWorld } from "./postgres-world.ts";

describe("the store in PostgreSQL", () => {
  beforeEach(({ skip }) => skip(NO_POSTGRES !== undefined, NO_POSTGRES));
  const world = usePostgresWorld();

  describeStore(async () => {
    const books = await world().newBooks("o/policy");
    let now = "2026-02-14T10:00:00Z";
    let policy: Snapshot["policy"] = null;
    const open = () => world().open({ books, timeOf: () => epochOf(now), policy: () => policy }).store;
    const row = `from token_budget.books where name = '${books}'`;
    return {
      store: open(),
      other: open,
      setNow: (instant) => {
        now = instant;
      },
      putState: async (content) => {
        const hex = Buffer.from(content).toString("hex");
        const text = `convert_from('\\x${hex}'::bytea, 'UTF8')`;
        await world().sql(
          `update token_budget.books set state = ${text}, version = (select version + 1 ${row}) where name = '${books}'`,
        );
      },
      putLine: async (line) => {
        const text = `'${line.replaceAll("'", "''")}'`;
        await world().sql(
          `insert into token_budget.entries (books, seq, id, at, month, kind, cost, file, line, doc)
           select '${books}', 1, d ->> 'id', (d ->> 'at')::timestamptz, d ->> 'month', d ->> 'kind', 0,
             '2026-01/31T23.ndjson', ${text}, d from (select ${text}::jsonb as d) as given`,
        );
      },
      putPolicy: async (path, text) => {
        policy = { path, text };
      },
    };
  });
});
