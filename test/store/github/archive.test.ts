import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LedgerPart } from "../../../src/books/entry.ts";
import type { FilesSnapshot } from "../../../src/store/files/snapshot.ts";
import { githubClient } from "../../../src/store/github/client.ts";
import { githubStore } from "../../../src/store/github/store.ts";
import { type Span, type Store, StoreFault } from "../../../src/store/port.ts";
import type { RepositoryOptions } from "../../support/github/repository.ts";
import { ARCHIVE_TOKEN } from "../../support/github/rest.ts";
import { type GitHub, startGitHub } from "../../support/github/server.ts";
import { FOLDER, idsIn, STATE_PATH, write } from "../store-contract.ts";

const ARCHIVE = { path: "/legacy.tar.gz/" };
const ASK = { path: "/tarball/" };

let github: GitHub;
let count = 0;
beforeAll(async () => {
  github = await startGitHub({ repositories: {} });
});
afterAll(() => github.stop());
beforeEach(() => github.clock.set("2026-02-14T10:00:00Z"));
afterEach(() => github.faults.clear());

async function open({ branch = "token-budget", ...options }: RepositoryOptions & { readonly branch?: string } = {}) {
  count += 1;
  const git = await github.createRepository(`o/a${count}`, options);
  const { apiUrl, graphqlUrl } = github;
  const masked: string[] = [];
  const mask = (secret: string) => masked.push(secret);
  const store = githubStore({
    client: githubClient({ token: "ghs_write", apiUrl, graphqlUrl, fetch, mask, timeoutMs: 60_000 }),
    ...{ owner: "o", repo: `a${count}`, branch, path: STATE_PATH, ownBranch: branch === "token-budget" },
    now: () => github.clock.now().getTime(),
  });
  return { git, store, masked };
}

async function partsIn(store: Store<FilesSnapshot>, snapshot?: FilesSnapshot, span?: Span) {
  const parts: LedgerPart[] = [];
  for await (const part of store.archive?.(snapshot ?? (await store.read()), span) ?? []) parts.push(part);
  return parts;
}

const idsOf = (parts: readonly LedgerPart[]) => idsIn(parts.flatMap(({ text }) => text.trimEnd().split("\n")));
const asked = () => github.log.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{40}/, "SHA")}`);

async function fill(store: Store<FilesSnapshot>) {
  for (const [id, at] of [
    ["one", "2026-01-31T23:10:00Z"],
    ["two", "2026-02-14T10:00:00Z"],
    ["three", "2026-02-14T11:00:00Z"],
  ] as const) {
    github.clock.set(at);
    await write(store, id);
  }
  github.clearLog();
}

describe("the ledger in an archive of the branch", () => {
  it("is the ledger, from one question and its redirect", async () => {
    const { store } = await open();
    await fill(store);
    const snapshot = await store.read();
    github.clearLog();
    const parts = await partsIn(store, snapshot);
    expect(idsOf(parts)).toEqual(["one", "two", "three"]);
    expect(asked()).toEqual([`GET /repos/o/a${count}/tarball/SHA`, `GET /o/a${count}/legacy.tar.gz/SHA`]);
    const files: LedgerPart[] = [];
    for await (const part of store.ledger(snapshot)) files.push(part);
    expect(parts).toEqual(files);
  });

  it("is as it was at the snapshot's version", async () => {
    const { store } = await open();
    await fill(store);
    const before = await store.read();
    await write(store, "four");
    expect(idsOf(await partsIn(store, before))).toEqual(["one", "two", "three"]);
  });

  it("has only the files of a span", async () => {
    const { store } = await open();
    await fill(store);
    const parts = await partsIn(store, undefined, { from: "2026-02-14T00:00:00Z" });
    expect(idsOf(parts)).toEqual(["two", "three"]);
  });

  it("has an hour's files in their order", async () => {
    const { store, git } = await open();
    await fill(store);
    for (const part of [2, 10]) {
      await git.writeFile("token-budget", `${FOLDER}/2026-02/14T10-${part}.ndjson`, `{"id":"part ${part}"}\n`);
    }
    expect(idsOf(await partsIn(store))).toEqual(["one", "two", "part 2", "part 10", "three"]);
  });

  it("is read with a secret address that stays out of the logs", async () => {
    const { store, masked } = await open({ private: true });
    await fill(store);
    expect(idsOf(await partsIn(store))).toHaveLength(3);
    expect(masked).toContain(ARCHIVE_TOKEN);
  });

  it("is nothing where there are no books", async () => {
    const { store } = await open();
    expect(await partsIn(store)).toEqual([]);
  });

  it("isn't asked for on a branch that has more than the books", async () => {
    const { store } = await open({ branch: "main" });
    expect(store.archive).toBeUndefined();
  });

  it.each([
    ["refuses", { kind: "status", status: 503 }],
    ["gives no answer", { kind: "drop-before" }],
  ] as const)("is read file by file where the host of the archives %s", async (_, fault) => {
    const { store } = await open();
    await fill(store);
    github.faults.next(ARCHIVE, fault);
    expect(idsOf(await partsIn(store))).toEqual(["one", "two", "three"]);
  });

  it.each([1, 100, 300])("is no ledger if it ends after %i bytes", async (bytes) => {
    const { store } = await open();
    await fill(store);
    github.faults.next(ARCHIVE, { kind: "truncate", bytes });
    await expect(partsIn(store)).rejects.toBeInstanceOf(StoreFault);
  });

  it.each([
    [503, "StoreFault"],
    [401, "BudgetError"],
    [404, "BudgetError"],
  ] as const)("says what GitHub says: %i", async (status, name) => {
    const { store } = await open();
    await fill(store);
    github.faults.next(ASK, { kind: "status", status });
    await expect(partsIn(store)).rejects.toMatchObject({ name });
  });
});
