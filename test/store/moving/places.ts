import { decodeState } from "../../../src/books/file/decode.ts";
import { readStateText } from "../../../src/books/file/moved.ts";
import type { Request } from "../../../src/books/request.ts";
import { rawFolder } from "../../../src/store/folder/raw.ts";
import { fileStore } from "../../../src/store/folder/store.ts";
import { githubClient } from "../../../src/store/github/client.ts";
import { rawGitHub } from "../../../src/store/github/raw.ts";
import { githubStore } from "../../../src/store/github/store.ts";
import type { Move } from "../../../src/store/moving/move-books.ts";
import type { RawStore } from "../../../src/store/moving/raw-store.ts";
import type { Snapshot, Store } from "../../../src/store/port.ts";
import { parseAddress } from "../../../src/store/postgres/address.ts";
import { connectionTo } from "../../../src/store/postgres/connection.ts";
import { migrate } from "../../../src/store/postgres/migrate.ts";
import { rawPostgres } from "../../../src/store/postgres/raw.ts";
import { postgresBooks } from "../../../src/store/postgres/store.ts";
import { transact } from "../../../src/store/transact.ts";
import { instantOf } from "../../../src/values/month.ts";
import { VERSION } from "../../../src/version.ts";
import { billed, circumstances, record, usageOf } from "../../books/sample-books.ts";
import type { GitHub } from "../../support/github/server.ts";
import { newDatabase, type PostgresServer } from "../../support/postgres/server.ts";
import { differencesOf, readLedger } from "../../support/replayed.ts";
import { emptyFolder } from "../../support/runner/action.ts";
import { patience } from "../scripted-store.ts";
import { STATE_PATH } from "../store-contract.ts";

const { now: _, operation: __, ...GIVEN } = circumstances();

/** A clock that all places of a test share. */
export type Clock = { nowMs: number };

/** Somewhere books can be: for those who write them, and for `move`. */
export type Spot = {
  readonly store: () => Store<Snapshot>;
  readonly raw: () => RawStore;
};

export function folderSpot(clock: Clock): Spot {
  const options = { folder: emptyFolder("spot"), path: STATE_PATH, now: () => clock.nowMs };
  return {
    store: () => fileStore(options) as unknown as Store<Snapshot>,
    raw: () => rawFolder({ ...options, name: options.folder }),
  };
}

/** Makes books in databases: each spot has its own, of a name of its own. */
export async function postgresSpots(server: PostgresServer, clock: Clock): Promise<() => Promise<Spot>> {
  const database = await newDatabase(server);
  const connection = () => connectionTo(parseAddress(server.urlOf(database)), async () => ({}));
  await migrate(connection(), { program: VERSION });
  return async () => {
    count += 1;
    const books = `o/r${count}`;
    await migrate(connection(), { program: VERSION, named: { books, policyRepository: undefined } });
    const shared = connection();
    const policy = { named: undefined, read: async () => null };
    const timeOf = () => clock.nowMs;
    return {
      store: () =>
        postgresBooks({ connection: shared, books, path: STATE_PATH, policy, timeOf })
          .store as unknown as Store<Snapshot>,
      raw: () => {
        const raw = rawPostgres({ connection: shared, books, path: STATE_PATH, name: `postgres:${books}` });
        // The database's clock isn't the test's.
        const read = async () => ({ ...(await raw.read()), at: instantOf(clock.nowMs) });
        return withParts(raw, { read });
      },
    };
  };
}

/** A place with some of its parts replaced. */
export function withParts(raw: RawStore, parts: Partial<RawStore>): RawStore {
  return new Proxy(raw, {
    get(target, key) {
      if (Object.hasOwn(parts, key)) return Reflect.get(parts, key) as unknown;
      const value = Reflect.get(target, key) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

let count = 0;

/** A branch of a repository; several of the same one where it is given. */
export async function githubSpot(
  github: GitHub,
  { token, branch = "token-budget", repo }: { token: string; branch?: string; repo?: string },
): Promise<Spot & { readonly repo: string }> {
  count += 1;
  const named = repo ?? `moved${count}`;
  if (repo === undefined) await github.createRepository(`o/${named}`);
  const { apiUrl, graphqlUrl } = github;
  const options = {
    client: githubClient({ token, apiUrl, graphqlUrl, fetch }),
    ...{ owner: "o", repo: named, branch, path: STATE_PATH, ownBranch: true },
    now: () => github.clock.now().getTime(),
  };
  return {
    repo: named,
    store: () => githubStore(options) as unknown as Store<Snapshot>,
    raw: () => rawGitHub({ ...options, name: `github:o/${named}@${branch}` }),
  };
}

/** Does what a request says. Throws the BudgetError of one that is refused. */
export async function act(spot: Spot, request: Request): Promise<void> {
  const result = await transact({
    store: spot.store(),
    plan: async () => ({ request, circumstances: GIVEN }),
    describe: () => ({ message: request.id, page: null }),
    waiting: patience(60_000),
  });
  if (!result.ok) throw result.error;
}

/** Books a cent. */
export function book(spot: Spot, id: string): Promise<void> {
  return act(spot, record({ id, usage: usageOf(billed(0.01)) }));
}

/** What is at a place: the state's text, its lines in order, its documents. */
export async function contentsOf(spot: Spot) {
  const raw = spot.raw();
  const books = await raw.read();
  const parts = [];
  for await (const part of raw.ledger(books)) parts.push(part);
  const documents: Record<string, string> = {};
  for await (const { path, text } of raw.documents(books)) documents[path] = text;
  const lines = parts.flatMap(({ text }) => text.split("\n").filter((line) => line !== ""));
  return { state: books.state, parts, lines, documents };
}

/** Whether writers may go on at a place. */
export function isOpen(state: string | null): boolean {
  return state !== null && decodeState(state).kind === "state";
}

/** What differs between the state at a place and its ledger, whether or not writers may go on there. */
export async function differencesAt(spot: Spot): Promise<unknown[]> {
  const { state, parts } = await contentsOf(spot);
  const read = readStateText(state ?? "");
  if (read.kind !== "state") return [read.kind];
  const { entries, problems } = readLedger(parts);
  return [...differencesOf(read.state, entries), ...problems];
}

export function moveOf(from: RawStore, to: RawStore, more: Partial<Move> = {}): Move {
  return {
    ...{ from, to, mode: "move", holds: "refuse", waiting: patience(60_000) },
    ...{ progress: () => {}, tell: () => {}, ...more },
  };
}
