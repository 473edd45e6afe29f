import { expect, it } from "vitest";
import { ledgerFileFor, ledgerFolderOf } from "../../src/store/files/paths.ts";
import type { Change, Snapshot, Store } from "../../src/store/port.ts";
import type { LedgerHour } from "../../src/values/month.ts";

/** Books somewhere, and a way to change what is there behind the store's back. */
export type Books = {
  readonly store: Store;
  /** Another writer's store on the same books. */
  readonly other: () => Store;
  readonly setNow: (instant: string) => void;
  readonly put: (path: string, content: string | Buffer) => Promise<void>;
  /** The policy's place: not where the books are, when those have a branch of their own. */
  readonly putPolicy: (path: string, text: string) => Promise<void>;
  /** What lies there now; undefined for nothing. */
  readonly look: (path: string) => Promise<string | undefined>;
};

export const STATE_PATH = "token_budget.json";
export const FOLDER = ledgerFolderOf(STATE_PATH);

/** A state that names the last ledger line, as every writer's does. */
export function stateOf(note: string, last?: { file: string; id: string }): string {
  const last_entry = last === undefined ? {} : { last_entry: { ...last, at: "2026-02-14T10:00:00Z" } };
  return `${JSON.stringify({ version: "2.0", note, ...last_entry }, null, 2)}\n`;
}

/** What a writer commits: a line of this id in the file that the snapshot's hour goes on in. */
export function changeOf(snapshot: Snapshot, id: string, padding = ""): Change {
  const line = `${JSON.stringify({ id, cost: 0.01, note: `für ${id} 💶${padding}` })}\n`;
  const addedBytes = Buffer.byteLength(line);
  const { path, text } = ledgerFileFor(snapshot.ledger, FOLDER, { hour: snapshot.hour, addedBytes });
  const last = { file: path.slice(FOLDER.length + 1), id };
  return {
    state: stateOf(id, last),
    ledger: { path, text: text + line },
    page: null,
    message: `budget: ${id}`,
  };
}

/** Reads and commits once, and says how it went. */
export async function write(store: Store, id: string, { hour, padding }: { hour?: LedgerHour; padding?: string } = {}) {
  return store.exclusively(async () => {
    const snapshot = await store.read(hour);
    return store.commit(snapshot, changeOf(snapshot, id, padding));
  });
}

/** What every store does alike. */
export function describeStore(open: () => Promise<Books>): void {
  it("reads nothing where there is nothing", async () => {
    const { store, setNow } = await open();
    setNow("2026-02-14T10:07:31Z");
    const snapshot = await store.read();
    expect(snapshot).toMatchObject({
      version: null,
      state: null,
      ledger: [],
      hasLedger: false,
      policy: null,
      legacy: null,
    });
    expect(snapshot).toMatchObject({ hour: "2026-02/14T10", readAt: "2026-02-14T10:07:31Z" });
    expect(await store.readLedger(snapshot)).toEqual([]);
  });

  it("begins the books with the first commit", async () => {
    const { store, other, look, setNow } = await open();
    setNow("2026-02-14T10:07:31Z");
    const result = await write(store, "first");
    const snapshot = await other().read();
    expect(result).toEqual({ kind: "committed", version: snapshot.version });
    expect(snapshot.state).toBe(stateOf("first", { file: "2026-02/14T10.ndjson", id: "first" }));
    expect(snapshot.hasLedger).toBe(true);
    expect(snapshot.ledger).toEqual([
      { path: `${FOLDER}/2026-02/14T10.ndjson`, text: expect.stringContaining('"first"') },
    ]);
    expect(await look(STATE_PATH)).toBe(snapshot.state);
    expect(await look(`${FOLDER}/2026-02/14T10.ndjson`)).toBe(snapshot.ledger[0]?.text);
  });

  it("begins with a state alone when there is nothing to book", async () => {
    const { store } = await open();
    await store.exclusively(async () => {
      const snapshot = await store.read();
      const { state, message } = changeOf(snapshot, "x");
      expect(await store.commit(snapshot, { state, message, ledger: null, page: null })).toMatchObject({
        kind: "committed",
      });
    });
    const snapshot = await store.read();
    expect(snapshot.state).not.toBeNull();
    expect(await store.readLedger(snapshot)).toEqual([]);
  });

  it("refuses a commit against anything but the present version", async () => {
    const { store, other } = await open();
    await write(store, "one");
    const stale = await store.read();
    await write(other(), "two");
    const late = await store.exclusively(() => store.commit(stale, changeOf(stale, "three")));
    expect(late).toEqual({ kind: "conflict" });
    const now = await store.read();
    expect(now.state).toContain("two");
    expect(now.ledger.map((file) => file.text).join("")).not.toContain("three");
  });

  it("refuses a second first commit", async () => {
    const { store, other } = await open();
    const nothing = await store.read();
    await write(other(), "one");
    const late = await store.exclusively(() => store.commit(nothing, changeOf(nothing, "two")));
    expect(late).toEqual({ kind: "conflict" });
    expect((await store.read()).state).toContain("one");
  });

  it("commits against the version the last commit answered", async () => {
    const { store } = await open();
    await store.exclusively(async () => {
      const snapshot = await store.read();
      const change = changeOf(snapshot, "one");
      const first = await store.commit(snapshot, change);
      expect(first.kind).toBe("committed");
      const version = first.kind === "committed" ? first.version : null;
      const next = { ...snapshot, version, state: change.state, ledger: change.ledger === null ? [] : [change.ledger] };
      expect(await store.commit(next, changeOf(next, "two"))).toMatchObject({ kind: "committed" });
    });
    expect((await store.read()).ledger[0]?.text.match(/"id"/g)).toHaveLength(2);
  });

  it("loses nothing of several writers at once, each of whom begins again after a conflict", async () => {
    const { store, other } = await open();
    const ids = ["a", "b", "c", "d", "e"];
    const bookings = ids.map(async (id) => {
      const own = other();
      while ((await write(own, id)).kind === "conflict");
    });
    await Promise.all(bookings);
    const snapshot = await store.read();
    const written = snapshot.ledger
      .flatMap((file) => file.text.trimEnd().split("\n"))
      .map((line) => JSON.parse(line).id);
    expect(written.toSorted()).toEqual(ids);
    expect(snapshot.state).toContain(`"id": "${written.at(-1)}"`);
  });

  it("keeps one file an hour, and reads only the hour's", async () => {
    const { store, setNow } = await open();
    setNow("2026-01-31T23:59:00Z");
    await write(store, "january");
    setNow("2026-02-01T00:01:00Z");
    await write(store, "february");
    await write(store, "more");
    const snapshot = await store.read();
    expect(snapshot.ledger.map((file) => file.path)).toEqual([`${FOLDER}/2026-02/01T00.ndjson`]);
    const all = await store.readLedger(snapshot);
    expect(all.map((file) => file.path)).toEqual([`${FOLDER}/2026-01/31T23.ndjson`, `${FOLDER}/2026-02/01T00.ndjson`]);
    expect(all.map((file) => file.text.trimEnd().split("\n").length)).toEqual([1, 2]);
  });

  it("goes on in the next file before one has 400 kB, and reads them all in order", async () => {
    const { store } = await open();
    for (const id of ["a", "b", "c", "d"]) await write(store, id, { padding: "x".repeat(250_000) });
    const snapshot = await store.read();
    const names = snapshot.ledger.map((file) => file.path.slice(FOLDER.length + 1).replace(snapshot.hour, ""));
    expect(names).toEqual([".ndjson", "-2.ndjson", "-3.ndjson", "-4.ndjson"]);
    expect(snapshot.ledger.map((file) => JSON.parse(file.text).id)).toEqual(["a", "b", "c", "d"]);
    expect(await store.readLedger(snapshot)).toEqual(snapshot.ledger);
  });

  it("keeps every character", async () => {
    const { store } = await open();
    const odd = 'Zoë "日本" 🏳️‍🌈 \u2028 \\n é é';
    await write(store, odd);
    const snapshot = await store.read();
    expect(snapshot.state).toBe(stateOf(odd, { file: `${snapshot.hour}.ndjson`, id: odd }));
    expect(JSON.parse(snapshot.ledger[0]?.text ?? "")).toMatchObject({ id: odd });
  });

  it("reads the policy as it is written", async () => {
    const { store, putPolicy } = await open();
    await putPolicy(".github/token-budget.yml", "name: Zoë 💶\n");
    expect((await store.read()).policy).toEqual({ path: ".github/token-budget.yml", text: "name: Zoë 💶\n" });
  });

  it("reads the policy under its other ending", async () => {
    const { store, putPolicy } = await open();
    await putPolicy(".github/token-budget.yaml", "monthly-budget: 15\n");
    expect((await store.read()).policy).toEqual({ path: ".github/token-budget.yaml", text: "monthly-budget: 15\n" });
  });

  it("does not take a state that isn't text for an empty one", async () => {
    const { store, put } = await open();
    await write(store, "one");
    await put(STATE_PATH, Buffer.from([0x7b, 0x00, 0xff, 0xfe, 0x00, 0x7d]));
    await expect(store.read()).rejects.toMatchObject({
      code: "state-unreadable",
      message: expect.stringContaining(STATE_PATH),
    });
  });

  it("hands on text that isn't a state as it is", async () => {
    const { store, put } = await open();
    await put(STATE_PATH, "<<<<<<< ours\n{}\n");
    expect((await store.read()).state).toBe("<<<<<<< ours\n{}\n");
  });

  it("tells a ledger without a state from no books at all", async () => {
    const { store, put } = await open();
    await put(`${FOLDER}/2026-01/31T23.ndjson`, '{"id":"old"}\n');
    expect(await store.read()).toMatchObject({ state: null, hasLedger: true });
  });
}
