import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LedgerPart } from "../../../src/books/entry.ts";
import { encodeState } from "../../../src/books/file/encode.ts";
import type { FilesSnapshot } from "../../../src/store/files/snapshot.ts";
import { githubClient } from "../../../src/store/github/client.ts";
import { type GitHubStoreOptions, githubStore } from "../../../src/store/github/store.ts";
import type { Change, Store } from "../../../src/store/port.ts";
import { type Fault, primaryRateLimit, secondaryRateLimit } from "../../support/github/faults.ts";
import type { Repository, RepositoryOptions } from "../../support/github/repository.ts";
import { type GitHub, startGitHub } from "../../support/github/server.ts";
import {
  changeOf,
  describeFiles,
  describeStore,
  type FileBooks,
  FOLDER,
  markIn,
  STATE_PATH,
  stateOf,
  write,
} from "../store-contract.ts";

const TOKEN = "ghs_writeSECRETwriteSECRET";
const READ_TOKEN = "ghs_readSECRETreadSECRET";
const START = "2026-02-14T10:00:00Z";

let github: GitHub;
let count = 0;
beforeAll(async () => {
  const tokens = {
    [TOKEN]: { permission: "write" },
    [READ_TOKEN]: { permission: "read" },
  } as const;
  github = await startGitHub({ repositories: {}, tokens });
});
afterAll(() => github.stop());
beforeEach(() => {
  github.clock.set(START);
});
afterEach(() => {
  github.faults.clear();
});

function clientOf(token = TOKEN, timeoutMs?: number) {
  const { apiUrl, graphqlUrl } = github;
  return githubClient({ token, apiUrl, graphqlUrl, fetch, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
}

type Opening = Partial<GitHubStoreOptions> & { token?: string; timeoutMs?: number; repository?: RepositoryOptions };

async function open({ token, timeoutMs, repository, ...options }: Opening = {}) {
  count += 1;
  const repo = `r${count}`;
  const git = await github.createRepository(`o/${repo}`, repository ?? {});
  const openStore = (more: Partial<GitHubStoreOptions> = {}): Store<FilesSnapshot> =>
    githubStore({
      client: clientOf(token, timeoutMs),
      ...{ owner: "o", repo, branch: "token-budget", path: STATE_PATH, ownBranch: true },
      now: () => github.clock.now().getTime(),
      ...options,
      ...more,
    });
  github.clearLog();
  return { git, repo, openStore, store: openStore() };
}

function booksOn(branch: string, opening: Opening = {}) {
  return async (): Promise<FileBooks & { readonly git: Repository }> => {
    const { git, openStore, store } = await open({ branch, ...opening });
    return {
      git,
      store,
      other: openStore,
      setNow: (instant) => github.clock.set(instant),
      put: async (path, content) => void (await git.writeFile(branch, path, content)),
      putState: async (content) => void (await git.writeFile(branch, STATE_PATH, content)),
      putLine: async (line) => void (await git.writeFile(branch, `${FOLDER}/2026-01/31T23.ndjson`, `${line}\n`)),
      putPolicy: async (path, text) => void (await git.writeFile("main", path, text)),
      look: (path) => git.readFile(branch, path),
    };
  };
}

const withPage = (change: Change, page: string): Change => ({ ...change, note: { ...change.note, page } });

async function partsOf(store: Store<FilesSnapshot>, snapshot: FilesSnapshot) {
  const parts: LedgerPart[] = [];
  for await (const part of store.ledger(snapshot)) parts.push(part);
  return parts;
}

const requests = () =>
  github.log.map(
    ({ method, path, operationName }) => operationName ?? `${method} ${path.replace(/^\/repos\/o\/r\d+/, "")}`,
  );

describe("the store in GitHub, on a branch of its own", () => {
  describeStore(booksOn("token-budget"));
  describeFiles(booksOn("token-budget"));
});

describe("the branch of the books", () => {
  it("is begun without a parent, holds the books alone, and is what git calls sound", async () => {
    const { git, store } = await open();
    await write(store, "one");
    await write(store, "two");
    const log = await git.log("token-budget");
    expect(log.map(({ message, parents }) => [message, parents.length])).toEqual([
      ["budget: two", 1],
      ["budget: one", 0],
    ]);
    expect(await git.files("token-budget")).toEqual([STATE_PATH, `${FOLDER}/2026-02/14T10.ndjson`]);
    expect(await git.files("main")).toEqual(["README.md"]);
    await git.fsck();
  });

  it("costs one request to read and one to write, three more once to begin", async () => {
    const { store } = await open();
    await write(store, "one");
    expect(requests()).toEqual(["TokenBudgetRead", "POST /git/trees", "POST /git/commits", "POST /git/refs"]);
    github.clearLog();
    await write(store, "two");
    expect(requests()).toEqual(["TokenBudgetRead", "TokenBudgetCommit"]);
  });

  it("keeps the page beside the books", async () => {
    const { git, store } = await open();
    for (const page of ["# Zoë\n", "# $5\n"]) {
      const snapshot = await store.read();
      await store.commit(snapshot, withPage(changeOf(snapshot, page), page));
      expect(await git.readFile("token-budget", "README.md")).toBe(page);
    }
  });

  it("keeps the badge beside the ledger, in the commit that changes it", async () => {
    const { git, store } = await open();
    for (const [id, badge] of [
      ["one", "<svg/>"],
      ["two", null],
    ] as const) {
      const snapshot = await store.read();
      const change = withPage(changeOf(snapshot, id), "# Page\n");
      await store.commit(snapshot, { ...change, note: { ...change.note, badge } });
      expect(await git.readFile("token-budget", "token_budget/badge.svg")).toBe("<svg/>");
    }
    expect((await git.log("token-budget")).length).toBe(2);
  });

  it("is begun in an empty repository too, which gets a README first", async () => {
    const { git, store } = await open({ repository: { empty: true } });
    expect(await store.read()).toMatchObject({ version: null, policy: null, state: { kind: "none" } });
    github.clearLog();
    expect(await write(store, "one")).toMatchObject({ kind: "committed" });
    expect(requests()).toEqual([
      "TokenBudgetRead",
      "PUT /contents/README.md",
      "POST /git/trees",
      "POST /git/commits",
      "POST /git/refs",
    ]);
    expect(await git.files("main")).toEqual(["README.md"]);
    expect(await git.files("token-budget")).toEqual([STATE_PATH, `${FOLDER}/2026-02/14T10.ndjson`]);
    await git.fsck();
  });

  it("is for the next read when two begin an empty repository at once", async () => {
    const { store, openStore } = await open({ repository: { empty: true } });
    const late = await store.read();
    await write(openStore(), "one");
    expect(await store.commit(late, changeOf(late, "two"))).toEqual({ kind: "conflict" });
  });

  it("keeps commit messages to one line of 72 characters", async () => {
    const { git, store } = await open();
    await write(store, `a\nb ${"x".repeat(100)}`);
    await write(store, `💶${"y".repeat(100)}`);
    for (const { message } of await git.log("token-budget")) {
      expect([...message.trimEnd()]).toHaveLength(72);
      expect(message.trimEnd()).not.toContain("\n");
    }
  });

  it("that was deleted between read and commit is for the next read to see", async () => {
    const { git, store } = await open();
    await write(store, "one");
    const snapshot = await store.read();
    await git.deleteBranch("token-budget");
    expect(await store.commit(snapshot, changeOf(snapshot, "two"))).toEqual({ kind: "conflict" });
    expect(await store.read()).toMatchObject({ version: null, state: { kind: "none" } });
  });

  it("read too early costs a conflict, not a booking", async () => {
    const { store } = await open();
    await write(store, "one");
    await write(store, "two");
    github.faults.next("query", { kind: "stale", commits: 1 });
    expect(await write(store, "three")).toEqual({ kind: "conflict" });
    github.faults.next("query", { kind: "stale", commits: 2 });
    expect(await write(store, "three")).toEqual({ kind: "conflict" });
    expect(markIn(await store.read())).toBe("two");
  });
});

describe("the books on the default branch", () => {
  const onMain = { branch: "main", ownBranch: false } as const;

  it("stand beside everything else, without a page, and start no workflows", async () => {
    const { git, store } = await open(onMain);
    const snapshot = await store.read();
    expect(snapshot).toMatchObject({ version: await git.head("main"), state: { kind: "none" }, legacy: null });
    await store.commit(snapshot, withPage(changeOf(snapshot, "one"), "# no\n"));
    expect(await git.files("main")).toEqual(["README.md", STATE_PATH, `${FOLDER}/2026-02/14T10.ndjson`]);
    expect(await git.readFile("main", "README.md")).not.toContain("no");
    expect((await git.log("main"))[0]?.message.trim()).toBe("budget: one [skip ci]");
  });

  it("keep its README also when the branch is called the books' own", async () => {
    const { git, store } = await open({ branch: "main", ownBranch: true });
    const snapshot = await store.read();
    await store.commit(snapshot, withPage(changeOf(snapshot, "one"), "# no\n"));
    expect(await git.readFile("main", "README.md")).not.toContain("no");
  });

  it("have a policy beside them", async () => {
    const { git, store } = await open(onMain);
    await git.writeFile("main", ".github/token-budget.yml", "name: x\n");
    expect((await store.read()).policy?.text).toBe("name: x\n");
  });

  it("begin an empty repository, and are read again", async () => {
    const { git, store } = await open({ ...onMain, repository: { empty: true } });
    expect(await write(store, "one")).toEqual({ kind: "conflict" });
    expect(await write(store, "one")).toMatchObject({ kind: "committed" });
    expect(await git.files("main")).toContain(STATE_PATH);
  });

  it("are not begun on a branch that isn't there", async () => {
    const { store } = await open({ ...onMain, repository: { defaultBranch: "master" } });
    await expect(store.read()).rejects.toMatchObject({
      code: "state-unreachable",
      message: expect.stringMatching(/no branch main; its default branch is master/),
    });
  });
});

describe("what the read brings along", () => {
  it("is a state file on the default branch while the books are elsewhere", async () => {
    const { git, store } = await open();
    await git.writeFile("main", STATE_PATH, '{"version":"1.0","current_month":"2026-02","total_spent":5}\n');
    const legacy = {
      path: STATE_PATH,
      branch: "main",
      state: { kind: "legacy", legacy: { current_month: "2026-02" } },
    };
    expect((await store.read()).legacy).toMatchObject(legacy);
  });

  it("is that file's place alone once the books have begun, whatever has become of it", async () => {
    const { git, store } = await open();
    await write(store, "one");
    await git.writeFile("main", STATE_PATH, Buffer.alloc(600_000));
    expect((await store.read()).legacy).toEqual({ path: STATE_PATH, branch: "main", state: null });
  });

  it("is no text for a policy that isn't text, but something no policy can be", async () => {
    const { git, store } = await open();
    await git.writeFile("main", ".github/token-budget.yml", Buffer.from([0, 1, 2]));
    expect((await store.read()).policy?.text).toMatch(/^\(this file is not text/);
  });

  it.each([
    ["a state cut by GitHub", STATE_PATH, "x".repeat(512_001), "token-budget", "512001 bytes"],
    ["a folder in place of the state", `${STATE_PATH}/x`, "x", "token-budget", "is not a file"],
    [
      "a ledger file cut by GitHub",
      `${FOLDER}/2026-02/14T10.ndjson`,
      "x".repeat(512_001),
      "token-budget",
      "512001 bytes",
    ],
    ["a file to take over cut by GitHub", STATE_PATH, "x".repeat(512_001), "main", "512001 bytes"],
  ])("is never %s", async (_name, path, content, branch, reason) => {
    const { git, store } = await open();
    await git.writeFile(branch, path, content);
    await expect(store.read()).rejects.toMatchObject({
      code: "state-unreadable",
      message: expect.stringContaining(reason),
    });
    await expect(store.read()).rejects.toThrow(`on the branch ${branch} of o/`);
  });

  it("is a whole ledger or none", async () => {
    const { git, store } = await open();
    await write(store, "one");
    await git.writeFile("token-budget", `${FOLDER}/2025-12/31T23.ndjson`, "x".repeat(512_001));
    const snapshot = await store.read();
    await expect(partsOf(store, snapshot)).rejects.toMatchObject({ code: "state-unreadable" });
  });

  it("is the ledger of the commit that was read, in few requests", async () => {
    const { git, store } = await open();
    const files = Object.fromEntries(
      Array.from({ length: 14 }, (_, month) => month).flatMap((month) =>
        Array.from({ length: 5 }, (_, hour) => {
          const name = `20${25 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}/01T0${hour}`;
          return [`${FOLDER}/${name}.ndjson`, `{"id":"${name}"}\n`];
        }),
      ),
    );
    await git.commit({ branch: "token-budget", files: { ...files, [`${FOLDER}/notes.txt`]: "x" }, message: "x" });
    await git.writeFile("token-budget", STATE_PATH, encodeState(stateOf("x")));
    const snapshot = await store.read();
    await git.writeFile("token-budget", `${FOLDER}/2026-02/01T00.ndjson`, "later\n");
    github.clearLog();
    const ledger = await partsOf(store, snapshot);
    expect(Object.fromEntries(ledger.map(({ name, text }) => [name, text]))).toEqual(files);
    expect(ledger.map(({ name }) => name)).toEqual(Object.keys(files).toSorted());
    expect(requests()).toEqual([
      "TokenBudgetMonths",
      "TokenBudgetFiles",
      "TokenBudgetFiles",
      "TokenBudgetLedger",
      "TokenBudgetLedger",
    ]);
  });
});

describe("the time", () => {
  it.each([
    ["a year ahead", "2027-02-14T10:00:00Z"],
    ["ten minutes ahead, at the turn of the month", "2026-03-01T00:05:00Z"],
  ])("is GitHub's: a machine %s asks once more and gets GitHub's hour", async (_name, machine) => {
    github.clock.set("2026-02-28T23:55:00Z");
    const { store } = await open({ now: () => Date.parse(machine) });
    expect(await store.read()).toMatchObject({ at: "2026-02-28T23:55:00Z", files: { hour: "2026-02/28T23" } });
    expect(requests()).toEqual(["TokenBudgetRead", "TokenBudgetRead"]);
  });

  it("doesn't move the hour an operation began in", async () => {
    const { store } = await open();
    const now = await store.read();
    const first = { ...now, files: { ...now.files, hour: "2026-01/31T23" } };
    github.clearLog();
    await write(store, "one", { first });
    const { files } = await store.read(first);
    expect(files.ledger.map(({ path }) => path)).toEqual([`${FOLDER}/2026-01/31T23.ndjson`]);
    expect(github.requests("query")).toBe(2);
  });
});

describe("a refusal", () => {
  const at = (iso: string) => Date.parse(iso) / 1000;
  const said = (message: string, status = 403): Fault => ({
    kind: "status",
    status,
    body: { message, status: String(status) },
  });
  const graphql = (type: string | undefined, message: string): Fault => ({
    kind: "status",
    status: 200,
    body: { data: { createCommitOnBranch: null }, errors: [{ ...(type === undefined ? {} : { type }), message }] },
  });

  it.each<[string, "query" | "mutation", Fault, string, RegExp]>([
    [
      "a token that may not write",
      "mutation",
      graphql("FORBIDDEN", "Resource not accessible by integration"),
      "missing-permission",
      /permissions:\n {2}contents: write$/,
    ],
    [
      "a token that may not read",
      "query",
      said("Resource not accessible by integration"),
      "missing-permission",
      /isn't allowed to read o\//,
    ],
    [
      "a personal token that may not",
      "mutation",
      graphql("FORBIDDEN", "Resource not accessible by personal access token"),
      "missing-permission",
      /Contents: Read and write/,
    ],
    ["any other 403", "mutation", said("Repository was archived so is read-only."), "missing-permission", /archived/],
    [
      "a ruleset",
      "mutation",
      { kind: "ruleset" },
      "missing-permission",
      /blocks the books' commits to the branch token-budget.*pull request/,
    ],
    ["a protected branch", "mutation", said("Protected branch update failed", 422), "missing-permission", /ruleset/],
    [
      "a required check",
      "mutation",
      said('Required status check "ci" is expected.', 409),
      "missing-permission",
      /Required status check/,
    ],
    ["a bad token", "query", said("Bad credentials", 401), "state-unreachable", /doesn't accept the token/],
    [
      "a repository not seen",
      "query",
      said("Not Found", 404),
      "state-unreachable",
      /doesn't exist, or the token can't see it/,
    ],
    [
      "a limit used up for long",
      "query",
      primaryRateLimit(at("2026-02-14T10:02:01Z")),
      "state-unreachable",
      /another 3 minutes/,
    ],
    ["a long wait asked for", "mutation", secondaryRateLimit(121, 429), "state-unreachable", /another 3 minutes/],
    [
      "a commit that can't be",
      "mutation",
      graphql("UNPROCESSABLE", "no"),
      "state-unreachable",
      /refused to write to .*: no/,
    ],
    [
      "a server too old for the query",
      "query",
      {
        kind: "status",
        status: 200,
        body: { errors: [{ message: "Field 'file' doesn't exist", extensions: { code: "undefinedField" } }] },
      },
      "state-unreachable",
      /refused to read .*doesn't exist/,
    ],
    [
      "a repository gone for legal reasons",
      "query",
      said("Repository access blocked", 451),
      "state-unreachable",
      /451: Repository access blocked/,
    ],
  ])("is told from others: %s", async (_name, kind, fault, code, message) => {
    const { store } = await open();
    await write(store, "one");
    github.faults.next(kind, fault);
    await expect(write(store, "two")).rejects.toMatchObject({
      name: "BudgetError",
      code,
      message: expect.stringMatching(message),
    });
    expect(markIn(await store.read())).toBe("one");
  });

  it.each<[string, "query" | "mutation", Fault, number | undefined]>([
    ["a wait of some seconds", "mutation", secondaryRateLimit(17), 17_000],
    [
      "a wait until a date",
      "query",
      { kind: "status", status: 429, headers: { "retry-after": "Sat, 14 Feb 2026 10:00:30 GMT" } },
      30_000,
    ],
    ["no wait named", "mutation", secondaryRateLimit(), 60_000],
    ["a limit that starts anew soon", "query", primaryRateLimit(at("2026-02-14T10:02:00Z")), 120_000],
    [
      "GraphQL's own limit",
      "query",
      {
        kind: "status",
        status: 200,
        headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(at("2026-02-14T10:00:09Z")) },
        body: { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }] },
      },
      9_000,
    ],
    ["a 502", "mutation", { kind: "status", status: 502 }, undefined],
    ["a 503 page", "query", { kind: "html", status: 503 }, undefined],
    ["a 200 page", "query", { kind: "html", status: 200 }, undefined],
    ["an empty 200", "mutation", { kind: "truncate" }, undefined],
    ["half an answer", "query", { kind: "truncate", bytes: 40 }, undefined],
    ["a connection dropped before", "mutation", { kind: "drop-before" }, undefined],
    ["a connection dropped after", "query", { kind: "drop-after" }, undefined],
    ["no reason at all", "mutation", graphql(undefined, "Something went wrong while executing your query."), undefined],
    [
      "an answer without a commit",
      "mutation",
      { kind: "status", status: 200, body: { data: { createCommitOnBranch: { commit: null } } } },
      undefined,
    ],
    [
      "an answer that leaves out the state",
      "query",
      {
        kind: "status",
        status: 200,
        body: { data: { repository: { isEmpty: false, defaultBranchRef: null, ref: { target: { oid: "0" } } } } },
      },
      undefined,
    ],
    ["an answer in no known form", "query", { kind: "status", status: 200, body: { data: {} } }, undefined],
  ])("that may pass is a fault: %s", async (_name, kind, fault, waitMs) => {
    const { store } = await open();
    await write(store, "one");
    github.faults.next(kind, fault);
    await expect(write(store, "two")).rejects.toMatchObject({ name: "StoreFault", waitMs });
    expect(github.faults.pending()).toBe(0);
  });

  it("is an answer that never comes", async () => {
    const { store } = await open({ timeoutMs: 50 });
    github.faults.next("query", { kind: "hang" });
    await expect(store.read()).rejects.toMatchObject({
      name: "StoreFault",
      message: expect.stringContaining("within 0.05 s"),
    });
  });

  it.each<[string, Fault]>([
    ["dropped", { kind: "drop-after" }],
    ["cut short", { kind: "truncate" }],
    ["an error", { kind: "status", status: 502, after: true }],
  ])("is no answer to a commit that was made: %s", async (_name, fault) => {
    const { store } = await open();
    await write(store, "one");
    github.faults.next("mutation", fault);
    await expect(write(store, "two")).rejects.toMatchObject({ name: "StoreFault" });
    expect(markIn(await store.read())).toBe("two");
    github.faults.next({ path: "/git/refs" }, fault);
    const first = await open();
    await expect(write(first.store, "three")).rejects.toMatchObject({ name: "StoreFault" });
    expect(markIn(await first.store.read())).toBe("three");
  });

  it("to a look at the ledger in another form than GitHub's is no answer", async () => {
    const { store } = await open();
    await write(store, "one");
    const snapshot = await store.read();
    const body = { data: { repository: { b0: { text: 5 } } } };
    github.faults.next({ operationName: "TokenBudgetLedger" }, { kind: "status", status: 200, body });
    await expect(partsOf(store, snapshot)).rejects.toMatchObject({ name: "StoreFault" });
    expect(await partsOf(store, snapshot)).toHaveLength(1);
  });

  it("of the first commit says what to do", async () => {
    const reader = await open({ token: READ_TOKEN });
    await expect(write(reader.store, "one")).rejects.toMatchObject({ code: "missing-permission" });
    const { git, store } = await open();
    git.setProtected("token-budget");
    await expect(write(store, "one")).rejects.toMatchObject({
      code: "missing-permission",
      message: expect.stringContaining("creations being restricted"),
    });
  });

  it("of a repository that isn't there says so", async () => {
    const { store } = await open({ repo: "nowhere" });
    await expect(store.read()).rejects.toMatchObject({
      code: "state-unreachable",
      message: expect.stringContaining("o/nowhere"),
    });
  });

  it("never shows the token", async () => {
    const { store } = await open({ token: "ghs_unknownSECRET" });
    const error = await store.read().catch((it: unknown) => it);
    const { inspect } = await import("node:util");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("SECRET");
    github.faults.next("any", { kind: "drop-before" });
    const fault = await store.read().catch((it: unknown) => it);
    expect(inspect(fault, { depth: 9, showHidden: true })).not.toContain("SECRET");
    expect(() => clientOf("ghs_SECRET\nSECRET")).toThrow("characters that a token can't have");
    expect(() => clientOf(" ")).toThrow("no GitHub token");
  });

  it("never comes of a line's end after the token", async () => {
    const { store } = await open({ token: `${TOKEN}\n` });
    expect(await store.read()).toMatchObject({ version: null });
  });
});

describe("an Enterprise server", () => {
  it("is asked at its own addresses", async () => {
    const { apiUrl, graphqlUrl } = github.enterprise;
    const { store } = await open({ client: githubClient({ token: TOKEN, apiUrl: `${apiUrl}/`, graphqlUrl, fetch }) });
    await write(store, "one");
    expect(github.log.every(({ path }) => /^\/api\/(v3\/|graphql$)/.test(path))).toBe(true);
    expect(markIn(await store.read())).toBe("one");
  });
});
