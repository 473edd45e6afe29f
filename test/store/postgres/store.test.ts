import { beforeAll, describe } from "vitest";
import type { Snapshot } from "../../../src/store/port.ts";
import { parseAddress } from "../../../src/store/postgres/address.ts";
import { connectionTo } from "../../../src/store/postgres/connection.ts";
import { migrate } from "../../../src/store/postgres/migrate.ts";
import { postgresBooks } from "../../../src/store/postgres/store.ts";
import { epochOf } from "../../../src/values/month.ts";
import { VERSION } from "../../../src/version.ts";
import { NO_POSTGRES, newDatabase, type PostgresServer, sharedServer } from "../../support/postgres/server.ts";
import { describeStore } from "../store-contract.ts";

describe.skipIf(NO_POSTGRES !== undefined)("the store in PostgreSQL", () => {
  let server: PostgresServer;
  let database: string;
  let count = 0;

  beforeAll(async () => {
    server = await sharedServer();
    database = await newDatabase(server);
    await migrate(
      connectionTo(parseAddress(server.urlOf(database)), async () => ({})),
      { program: VERSION },
    );
  });

  describeStore(async () => {
    count += 1;
    const books = `o/r${count}`;
    const address = parseAddress(server.urlOf(database));
    let now = "2026-02-14T10:00:00Z";
    let policy: Snapshot["policy"] = null;
    const open = () =>
      postgresBooks({
        connection: connectionTo(address, async () => ({})),
        ...{ books, path: "token_budget.json", timeOf: () => epochOf(now) },
        policy: { named: undefined, read: async () => policy },
      }).store;
    await server.run(
      `insert into token_budget.books (name, policy_repository) values ('${books}', '${books}')`,
      database,
    );
    return {
      store: open(),
      other: open,
      setNow: (instant) => {
        now = instant;
      },
      putState: async (content) => {
        await server.run(
          `update token_budget.books set state = convert_from('\\x${Buffer.from(content).toString("hex")}'::bytea, 'UTF8'), version = version + 1 where name = '${books}'`,
          database,
        );
      },
      putLine: async (line) => {
        await server.run(
          `insert into token_budget.entries (books, seq, id, at, month, kind, cost, file, line, doc) select '${books}', 1, d ->> 'id', (d ->> 'at')::timestamptz, d ->> 'month', d ->> 'kind', 0, '2026-01/31T23.ndjson', d::text, d from (select '${line.replaceAll("'", "''")}'::jsonb as d) as x`,
          database,
        );
      },
      putPolicy: async (path, text) => {
        policy = { path, text };
      },
    };
  });
});
