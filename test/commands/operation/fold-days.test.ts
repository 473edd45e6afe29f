import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeEntry } from "../../../src/books/entry.ts";
import { encodeState } from "../../../src/books/file/encode.ts";
import { foldDays } from "../../../src/commands/operation/fold-days.ts";
import type { Ports } from "../../../src/commands/operation/ports.ts";
import { githubClient } from "../../../src/store/github/client.ts";
import { githubStore } from "../../../src/store/github/store.ts";
import { type PatientStore, patientStore } from "../../../src/store/patient-store.ts";
import { ledgerHourOf } from "../../../src/values/month.ts";
import { Bookkeeper, billed, freshState, record, usageOf } from "../../books/sample-books.ts";
import { MemoryStore } from "../../store/memory-store.ts";
import { type GitHub, startGitHub } from "../../support/github/server.ts";

const WAITING = { clock: () => 0, sleep: async () => {}, random: () => 0.5, patienceMs: 60_000 };
const FEBRUARY = { from: "2026-02-01", to: "2026-02-28" } as const;
const START = "2026-01-31T22:00:00Z";

/** Books with a run in January and one in each of two hours of February. */
function kept(): Bookkeeper {
  const keeper = new Bookkeeper({ ...freshState(), current_month: "2026-01" });
  for (const [id, now] of [
    ["january", START],
    ["ten", "2026-02-14T10:00:00Z"],
    ["eleven", "2026-02-14T11:00:00Z"],
  ] as const) {
    keeper.do(record({ id, usage: usageOf(billed(1)) }), { now });
  }
  return keeper;
}

function portsOf(store: PatientStore): Ports {
  const reads: unknown[] = [];
  return { store, progress: (read: unknown) => reads.push(read) } as unknown as Ports;
}

async function idsIn(store: PatientStore, days: { readonly from: string; readonly to: string } = FEBRUARY) {
  return foldDays<readonly string[]>(portsOf(store), await store.read(), {
    days,
    start: () => [],
    add: (ids, { id, kind }) => (kind === "charge" ? [...ids, id] : ids),
  });
}

describe("the entries of days, from a store that has no archive", () => {
  function memory(change: (lines: string[]) => string[] = (lines) => lines): PatientStore {
    const { state, entries } = kept();
    const store = new MemoryStore({ now: "2026-02-14T12:00:00Z" });
    store.put({ state: encodeState(state), lines: change(entries.map((entry) => encodeEntry(entry))) });
    return patientStore(store, WAITING);
  }

  it("are those of their whole months", async () => {
    expect(await idsIn(memory())).toEqual(["ten", "eleven"]);
    expect(await idsIn(memory(), { from: "2026-02-14", to: "2026-02-14" })).toEqual(["ten", "eleven"]);
    expect(await idsIn(memory(), { from: "2026-01-31", to: "2026-02-01" })).toEqual(["january", "ten", "eleven"]);
    expect(await idsIn(memory(), { from: "2026-01-31", to: "2026-01-31" })).toEqual(["january"]);
  });

  it("are none where the months have none", async () => {
    expect(await idsIn(memory(), { from: "2025-01-01", to: "2025-01-31" })).toEqual([]);
    expect(await idsIn(memory(), { from: "2026-03-01", to: "2026-03-31" })).toEqual([]);
  });

  it("are refused where one is missing in the middle", async () => {
    const store = memory((lines) => lines.filter((line) => !line.includes('"ten"')));
    await expect(idsIn(store)).rejects.toMatchObject({
      code: "state-unreadable",
      message: expect.stringContaining("doesn't add up to the books in February 2026: $1.00 instead of $2.00"),
    });
  });

  it("are refused where the end is missing", async () => {
    const store = memory((lines) => lines.slice(0, -1));
    await expect(idsIn(store)).rejects.toMatchObject({
      code: "state-unreadable",
      message: expect.stringContaining("ends before the last entry"),
    });
  });
});

describe("the entries of days, from an archive", () => {
  let github: GitHub;
  beforeAll(async () => {
    github = await startGitHub();
    const { state, entries } = kept();
    const files = new Map<string, string>();
    for (const entry of entries) {
      const path = `token_budget/ledger/${ledgerHourOf(entry.at)}.ndjson`;
      files.set(path, `${files.get(path) ?? ""}${encodeEntry(entry)}\n`);
    }
    const last = state.last_entry == null ? null : { ...state.last_entry, file: "2026-02/14T11.ndjson" };
    await github.repo().commit({
      branch: "token-budget",
      files: { ...Object.fromEntries(files), "token_budget.json": encodeState({ ...state, last_entry: last }) },
      message: "budget: three runs",
    });
    github.clock.set("2026-02-14T12:00:00Z");
  });
  afterAll(() => github.stop());

  function store(): PatientStore {
    const { apiUrl, graphqlUrl } = github;
    const client = githubClient({ token: "ghs_read", apiUrl, graphqlUrl, fetch });
    const where = { owner: "o", repo: "r", branch: "token-budget", path: "token_budget.json", ownBranch: true };
    const now = () => github.clock.now().getTime();
    github.clearLog();
    return patientStore(githubStore({ client, ...where, now }), WAITING);
  }

  it("take one read, one question and its redirect", async () => {
    expect(await idsIn(store())).toEqual(["ten", "eleven"]);
    expect(github.log.map(({ status }) => status)).toEqual([200, 302, 200]);
  });

  it.each(["2026-02/14T10.ndjson", "2026-02/14T11.ndjson"])(
    "are read file by file where %s is hidden from archives",
    async (hidden) => {
      const attributes = `token_budget/ledger/${hidden} export-ignore\n`;
      await github.repo().writeFile("token-budget", ".gitattributes", attributes);
      expect(await idsIn(store())).toEqual(["ten", "eleven"]);
      expect(github.requests("query")).toBeGreaterThan(1);
    },
  );

  it("are refused where a line can't be read, by its place", async () => {
    const path = "token_budget/ledger/2026-02/14T10.ndjson";
    const text = (await github.repo().readFile("token-budget", path)) ?? "";
    await github.repo().writeFile("token-budget", path, `${text}{"id":\n`);
    await expect(idsIn(store())).rejects.toMatchObject({
      code: "state-unreadable",
      message: expect.stringContaining(`${path} line 3 of the ledger isn't an entry`),
    });
    await github.repo().writeFile("token-budget", path, text);
  });

  it("are read again where the download breaks off, and unreachable where it always does", async () => {
    await github.repo().deleteFile("token-budget", ".gitattributes");
    const books = store();
    github.faults.next({ path: "/legacy.tar.gz/" }, { kind: "truncate", bytes: 300 });
    expect(await idsIn(books)).toEqual(["ten", "eleven"]);
    github.faults.always({ path: "/legacy.tar.gz/" }, { kind: "truncate", bytes: 300 });
    await expect(idsIn(books)).rejects.toMatchObject({ code: "state-unreachable" });
    github.faults.clear();
  });
});
