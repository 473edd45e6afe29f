// Books in a real PostgreSQL and the runs that use them, for bench/fleet.ts: each run is the commands of the program
// itself, over a store and a connection that it has alone, all in one process.
import { check } from "../src/commands/check.ts";
import type { Ports } from "../src/commands/operation/ports.ts";
import { record } from "../src/commands/record.ts";
import { status } from "../src/commands/status.ts";
import { newId } from "../src/edges/machine/ids.ts";
import { machineWaiting } from "../src/edges/machine/waiting.ts";
import { parseInputs } from "../src/inputs/parse-inputs.ts";
import { patientStore } from "../src/store/patient-store.ts";
import { parseAddress } from "../src/store/postgres/address.ts";
import { connectionTo } from "../src/store/postgres/connection.ts";
import { migrate } from "../src/store/postgres/migrate.ts";
import { postgresBooks } from "../src/store/postgres/store.ts";
import { nanoOf } from "../src/values/money.ts";
import { instantOf } from "../src/values/month.ts";
import { VERSION } from "../src/version.ts";
import { newDatabase, type PostgresServer } from "../test/support/postgres/server.ts";

const PATIENCE_MS = 120_000;
const HOUR_MS = 3_600_000;
/** Money for all of them. */
const PLAIN_POLICY = JSON.stringify({ "monthly-budget": 1_000_000 });
const EACH = "each-repository";
const EACH_POLICY = JSON.stringify({
  "monthly-budget": 1_000_000,
  budgets: [{ name: EACH, "for-each": ["repository"], limit: "1000 USD" }],
});

/** A database with tables on a server. */
export type FleetDatabase = { readonly server: PostgresServer; readonly database: string };

/** Where runs find the database: the server itself, or a proxy. */
export type Way = { readonly host: string; readonly port: number };

/** Books by name; `isDivided` where the policy gives each repository its part. */
export type FleetBooks = { readonly name: string; readonly isDivided: boolean };

/** A workflow run: what its steps ask of the books. Each rejects where the command fails. */
export type Run = {
  readonly open: () => Promise<void>;
  /** The hold it got. Rejects where it was denied. */
  readonly check: () => Promise<string>;
  readonly record: (usd: number, hold?: string) => Promise<void>;
  readonly status: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** What the tables have: the charges, the ids among them, their sum and the state's, in nano-dollars. */
export type Kept = { readonly lines: number; readonly ids: number; readonly sum: number; readonly spent: number };

export async function newFleetDatabase(server: PostgresServer): Promise<FleetDatabase> {
  const database = await newDatabase(server);
  const owner = connectionTo(parseAddress(server.urlOf(database)), async () => ({}));
  await migrate(owner, { program: VERSION });
  await owner.close();
  return { server, database };
}

export async function newBooks({ server, database }: FleetDatabase, name: string, isDivided = false) {
  await server.run(`insert into token_budget.books (name, policy_repository) values ('${name}', 'o/policy')`, database);
  return { name, isDivided } satisfies FleetBooks;
}

/** A run of the fleet's repository of this number. `named` is the input `repository`. */
export function runOf(
  { server, database }: FleetDatabase,
  { name, isDivided }: FleetBooks,
  { way, at, named = "o/policy" }: { readonly way: Way; readonly at: number; readonly named?: string | null },
): Run {
  const url = new URL(server.urlOf(database));
  url.host = `${way.host}:${way.port}`;
  const connection = connectionTo(parseAddress(url.href), async () => ({}));
  const policy = { path: ".github/token-budget.yml", text: isDivided ? EACH_POLICY : PLAIN_POLICY };
  const { store } = postgresBooks({
    ...{ connection, books: name, path: "token_budget.json" },
    policy: { named: named ?? undefined, read: async () => policy },
  });
  const ports = portsOf(store, at);
  return {
    open: () => connection.open(),
    check: async () => {
      const inputs = parseInputs("check", { tags: `team=team-${at % 5}` });
      const { outputs, failure, gate } = await check(ports, inputs, { holdId: newId(), isGate: false });
      if (gate?.kind !== "held") throw new Error(`check: ${failure}`);
      return outputs.hold ?? "";
    },
    record: async (usd, hold) => {
      const given = { cost: String(usd), ...(hold !== undefined && { hold }) };
      const { failure } = await record(ports, parseInputs("record", given));
      if (failure !== null) throw new Error(`record: ${failure}`);
    },
    status: async () => {
      const { failure } = await status(ports, parseInputs("status", {}));
      if (failure !== null) throw new Error(`status: ${failure}`);
    },
    close: () => connection.close(),
  };
}

/** What the Action's commands reach besides the books: nothing here. */
function portsOf(store: Parameters<typeof patientStore>[0], at: number): Ports {
  const waiting = machineWaiting(PATIENCE_MS);
  const run = { repository: repositoryOf(at), run_id: 19_000_000_000 + at, attempt: 1, job: "agent", index: 0 };
  const nothing = async () => [];
  const nowhere = async () => {
    throw new Error("The bench writes no files");
  };
  return {
    store: patientStore(store, waiting),
    waiting,
    caller: {
      ...{ run, fullRun: { ...run, workflow: "ai-pr", actor: "octocat", event: "push", ref: "refs/heads/main" } },
      ...{ profile: "ai-pr", actor: "octocat", pull: undefined, isReadOnly: false, mayMaintain: false },
      ...{ maySetBudget: false, startedMs: Date.now(), jobHold: undefined, triedHold: undefined },
      ...{ settledHold: undefined, booked: undefined },
    },
    ...{ edge: "action", newId, now: Date.now, fetch: nowhere as never, webhook: null, channels: [] },
    ...{ redact: (text) => text, log: () => {}, progress: () => {}, writeFile: nowhere, writeFolder: nowhere },
    ...{ print: null, findUsage: async () => ({ files: [], notes: [] }), readUsage: nothing, metered: null },
    ...{ findSessions: nothing, roleOf: null, factsOf: null, approversOf: null, png: nowhere, comments: null },
  };
}

const repositoryOf = (at: number): string => `octo-org/web-service-number-${at}`;

/** Puts so many open holds, and as many values of the `for-each`, into books that have a state. */
export async function fillHolds({ server, database }: FleetDatabase, { name }: FleetBooks, count: number) {
  const [row] = await server.run(`select state from token_budget.books where name = '${name}'`, database);
  const state = JSON.parse(String(row?.["state"])) as Record<string, unknown>;
  const now = Date.now();
  const [at, expires_at] = [now - HOUR_MS, now + 6 * HOUR_MS].map(instantOf);
  // Numbers that no run of the bench has.
  const numbers = Array.from({ length: count }, (_, index) => 1_000_000 + index);
  const holds = numbers.map((number) => ({
    ...{ id: `hold-${number}`, amount: 0.055, at, expires_at, profile: "ai-pr", tags: { team: `team-${number % 5}` } },
    run: { repository: repositoryOf(number), run_id: 20_000_000_000 + number, attempt: 1, job: "agent", index: 0 },
    budgets: { [`${EACH}/${repositoryOf(number)}`]: 0 },
  }));
  const line = { period: instantOf(now).slice(0, 7), spent: 0.05, tokens: 1_000, executions: 1, alerts_sent: [] };
  const budgets = Object.fromEntries(numbers.map((number) => [`${EACH}/${repositoryOf(number)}`, line]));
  const filled = JSON.stringify({ ...state, holds, budgets: { ...(state["budgets"] as object), ...budgets } }, null, 2);
  await server.run(
    `update token_budget.books set state = $json$${filled}$json$, version = version + 1 where name = '${name}'`,
    database,
  );
}

/**
 * Gives new books the state and the lines of other ones, after so many lines of earlier months made by SQL: they differ
 * in the number of entries alone.
 */
export async function copyWithEntries(
  { server, database }: FleetDatabase,
  { from, to, entries }: { readonly from: FleetBooks; readonly to: FleetBooks; readonly entries: number },
): Promise<void> {
  const line = `jsonb_build_object('id', 'made-' || n, 'at', to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'month', to_char(t at time zone 'UTC', 'YYYY-MM'), 'kind', 'charge', 'cost', 0.0123, 'quality', 'exact',
    'hold', 'made-hold-' || n, 'profile', 'ai-pr', 'tags', jsonb_build_object('team', 'team-' || n % 5),
    'run', jsonb_build_object('repository', 'octo-org/web-service-number-' || n % 2000, 'run_id', 10000000000 + n,
      'attempt', 1, 'job', 'agent', 'index', 0, 'workflow', 'ai-pr', 'actor', 'octocat'), 'result', 'success',
    'usage', jsonb_build_array(jsonb_build_object('provider', 'anthropic', 'model', 'claude-sonnet-4-5',
      'input', 1900, 'output', 240, 'requests', 3, 'cost', 0.0123)))`;
  await server.run(
    `insert into token_budget.entries (books, seq, id, at, month, kind, cost, file, line, doc)
    select '${to.name}', n, doc ->> 'id', t, doc ->> 'month', 'charge', 12300000,
      to_char(t at time zone 'UTC', 'YYYY-MM/DD"T"HH24') || '.ndjson', doc::text, doc
    from (select n, t, ${line} as doc
      from (select n, now() - interval '40 days' - (${entries} - n) * interval '15 seconds' as t
        from generate_series(1, ${entries}) as n) as times) as made`,
    database,
  );
  await server.run(
    `insert into token_budget.entries (books, seq, id, at, month, kind, cost, file, line, doc)
    select '${to.name}', seq + ${entries}, id, at, month, kind, cost, file, line, doc
    from token_budget.entries where books = '${from.name}'`,
    database,
  );
  await server.run(
    `update token_budget.books as b set state = f.state, version = f.version
    from token_budget.books as f where b.name = '${to.name}' and f.name = '${from.name}'`,
    database,
  );
  await server.run("vacuum analyze token_budget.entries", database);
}

/** The charges of books, by their lines and by their state. */
export async function keptIn({ server, database }: FleetDatabase, { name }: FleetBooks): Promise<Kept> {
  const [row] = await server.run(
    `select count(*)::int as lines, count(distinct id)::int as ids, coalesce(sum(cost), 0)::text as sum,
      (select state::jsonb ->> 'total_spent' from token_budget.books where name = '${name}') as spent
    from token_budget.entries where books = '${name}' and kind = 'charge'`,
    database,
  );
  const { lines, ids, sum, spent } = row ?? {};
  return { lines: Number(lines), ids: Number(ids), sum: Number(sum), spent: nanoOf(Number(spent)) };
}

/** How many bytes of WAL the server has written. */
export async function walBytes({ server }: FleetDatabase): Promise<number> {
  const [row] = await server.run("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text as bytes");
  return Number(row?.["bytes"]);
}

/** How many bytes the state of books is as a file, and in the table, compressed. */
export async function stateBytes({ server, database }: FleetDatabase, { name }: FleetBooks) {
  const [row] = await server.run(
    `select octet_length(state) as plain, pg_column_size(state) as kept, jsonb_array_length(state::jsonb -> 'holds') as holds
    from token_budget.books where name = '${name}'`,
    database,
  );
  return { plain: Number(row?.["plain"]), kept: Number(row?.["kept"]), holds: Number(row?.["holds"]) };
}
