import { expect, it } from "vitest";
import type { Entry, LedgerPart } from "../../src/books/entry.ts";
import { encodeEntry } from "../../src/books/entry.ts";
import { encodeState } from "../../src/books/file/encode.ts";
import type { State } from "../../src/books/state.ts";
import { ledgerFolderOf } from "../../src/store/files/paths.ts";
import type { FilesSnapshot } from "../../src/store/files/snapshot.ts";
import type { Change, CommitResult, Snapshot, Span, Store } from "../../src/store/port.ts";
import { ZERO } from "../../src/values/money.ts";
import { epochOf, instantOf } from "../../src/values/month.ts";
import { freshState } from "../books/sample-books.ts";

/** Books somewhere, and a way to change what is there behind the store's back. */
export type Books<Own extends Snapshot = Snapshot> = {
  readonly store: Store<Own>;
  /** Another writer's store on the same books. */
  readonly other: () => Store<Own>;
  readonly setNow: (instant: string) => void;
  /** Puts a text in the state's place. */
  readonly putState: (content: string | Buffer) => Promise<void>;
  /** Puts a line into the ledger of January 2026. */
  readonly putLine: (line: string) => Promise<void>;
  /** The policy's place: not where the books are, when those have their own branch. */
  readonly putPolicy: (path: string, text: string) => Promise<void>;
};

/** Books that are files. */
export type FileBooks = Books<FilesSnapshot> & {
  readonly put: (path: string, content: string | Buffer) => Promise<void>;
  /** What lies there now; undefined for nothing. */
  readonly look: (path: string) => Promise<string | undefined>;
};

export const STATE_PATH = "token_budget.json";
export const FOLDER = ledgerFolderOf(STATE_PATH);

/** A state with a mark, that names the last ledger line where there is one. */
export function stateOf(mark: string, last: State["last_entry"] = null): State {
  return { ...freshState({ last_entry: last }), mark } as State;
}

/** An entry of the ledger, with as long a reason as is asked for. */
export function entryOf(id: string, at: string, reason = ""): Entry {
  return { id, at, month: at.slice(0, 7), kind: "charge", cost: ZERO, reason: `für ${id} 💶${reason}` };
}

/** What a writer commits: an entry of this id. */
export function changeOf(snapshot: Snapshot, id: string, padding = ""): Change {
  const last = snapshot.state.kind === "state" ? snapshot.state.state.last_entry?.at : undefined;
  const at = instantOf(Math.max(epochOf(snapshot.at), last === undefined ? 0 : epochOf(last) + 1));
  const state = stateOf(id, { file: "", id, at });
  return { state, entries: [entryOf(id, at, padding)], note: { message: `budget: ${id}`, page: null } };
}

/** Reads and commits once, and says how it went. */
export async function write<Own extends Snapshot>(
  store: Store<Own>,
  id: string,
  { first, padding }: { readonly first?: Own; readonly padding?: string } = {},
): Promise<CommitResult> {
  return store.exclusively(async () => {
    const snapshot = await store.read(first);
    return store.commit(snapshot, changeOf(snapshot, id, padding));
  });
}

/** The mark of a state; undefined where there is none. */
export function markIn({ state }: Snapshot): unknown {
  return state.kind === "state" ? (state.state as { readonly mark?: unknown }).mark : undefined;
}

/** All parts of the ledger, of books as they are now. */
export async function ledgerOf<Own extends Snapshot>(store: Store<Own>, span?: Span): Promise<LedgerPart[]> {
  const parts: LedgerPart[] = [];
  for await (const part of store.ledger(await store.read(), span)) parts.push(part);
  return parts;
}

/** The ids of lines, in their order. */
export function idsIn(lines: readonly string[]): unknown[] {
  return lines.map((line) => (JSON.parse(line) as { readonly id?: unknown }).id);
}

/** The ids of every line of the ledger. */
export async function idsOf<Own extends Snapshot>(store: Store<Own>, span?: Span): Promise<unknown[]> {
  const parts = await ledgerOf(store, span);
  return idsIn(parts.flatMap(({ text }) => text.split("\n").filter((line) => line !== "")));
}

/** What every store does alike. */
export function describeStore<Own extends Snapshot>(open: () => Promise<Books<Own>>): void {
  describeBeside(open);

  it("reads nothing where there is nothing", async () => {
    const { store, setNow } = await open();
    setNow("2026-02-14T10:07:31Z");
    const snapshot = await store.read();
    expect(snapshot).toMatchObject({ version: null, state: { kind: "none" }, lines: [], policy: null, legacy: null });
    expect(snapshot.at).toBe("2026-02-14T10:07:31Z");
    expect(await ledgerOf(store)).toEqual([]);
  });

  it("begins the books with the first commit", async () => {
    const { store, other, setNow } = await open();
    setNow("2026-02-14T10:07:31Z");
    const result = await write(store, "first");
    const snapshot = await other().read();
    expect(result).toMatchObject({ kind: "committed", version: snapshot.version });
    expect(markIn(snapshot)).toBe("first");
    expect(snapshot.lines).toEqual([encodeEntry(entryOf("first", "2026-02-14T10:07:31Z"))]);
  });

  it("begins with a state alone when there is nothing to book", async () => {
    const { store } = await open();
    await store.exclusively(async () => {
      const note = { message: "budget: x", page: null };
      const result = await store.commit(await store.read(), { state: stateOf("x"), entries: [], note });
      expect(result).toMatchObject({ kind: "committed" });
    });
    expect(markIn(await store.read())).toBe("x");
    expect(await ledgerOf(store)).toEqual([]);
  });

  it("refuses a commit against anything but the present version", async () => {
    const { store, other } = await open();
    await write(store, "one");
    const stale = await store.read();
    await write(other(), "two");
    const late = await store.exclusively(() => store.commit(stale, changeOf(stale, "three")));
    expect(late).toEqual({ kind: "conflict" });
    expect(markIn(await store.read())).toBe("two");
    expect(await idsOf(store)).toEqual(["one", "two"]);
  });

  it("refuses a second first commit", async () => {
    const { store, other } = await open();
    const nothing = await store.read();
    await write(other(), "one");
    const late = await store.exclusively(() => store.commit(nothing, changeOf(nothing, "two")));
    expect(late).toEqual({ kind: "conflict" });
    expect(markIn(await store.read())).toBe("one");
  });

  it("commits against the books that the last commit answered, which are those that are read", async () => {
    const { store } = await open();
    await store.exclusively(async () => {
      const first = await store.read();
      const done = await store.commit(first, changeOf(first, "one"));
      if (done.kind !== "committed") throw new Error("nobody else writes");
      const { at: _, ...read } = await store.read(first);
      expect(done.after).toMatchObject(read);
      expect(await store.commit(done.after as Own, changeOf(done.after, "two"))).toMatchObject({ kind: "committed" });
    });
    expect(await idsOf(store)).toEqual(["one", "two"]);
  });

  it("loses nothing of several writers at once, each of whom begins again after a conflict", async () => {
    const { store, other } = await open();
    const ids = ["a", "b", "c", "d", "e"];
    const bookings = ids.map(async (id) => {
      const own = other();
      while ((await write(own, id)).kind === "conflict");
    });
    await Promise.all(bookings);
    const written = await idsOf(store);
    expect(written.toSorted()).toEqual(ids);
    const snapshot = await store.read();
    expect(snapshot.state.kind === "state" && snapshot.state.state.last_entry?.id).toBe(written.at(-1));
  });

  it("reads lines back to an operation's first read, also when the hour has passed", async () => {
    const { store, other, setNow } = await open();
    setNow("2026-01-31T23:59:00Z");
    await write(store, "january");
    const first = await store.read();
    await write(other(), "meanwhile");
    setNow("2026-02-01T00:01:00Z");
    expect(idsIn((await store.read(first)).lines)).toEqual(["january", "meanwhile"]);
    await write(other(), "february");
    expect(idsIn((await store.read()).lines)).toEqual(["february"]);
    expect(await idsOf(store)).toEqual(["january", "meanwhile", "february"]);
  });

  it("streams the ledger of a span: all its entries, and none from days before or after", async () => {
    const { store, setNow } = await open();
    for (const day of ["2026-01-15", "2026-01-31", "2026-02-01", "2026-02-02", "2026-03-01"]) {
      setNow(`${day}T23:30:00Z`);
      await write(store, day);
    }
    const february = await idsOf(store, { from: "2026-02-01T00:00:00Z", to: "2026-02-28T23:59:59Z" });
    expect(february).toEqual(expect.arrayContaining(["2026-02-01", "2026-02-02"]));
    expect(february).not.toContain("2026-01-15");
    expect(february).not.toContain("2026-03-01");
    expect(await idsOf(store, { from: "2026-03-01T00:00:00Z" })).toEqual(["2026-03-01"]);
    expect(await idsOf(store, { to: "2026-01-20T00:00:00Z" })).toEqual(["2026-01-15"]);
    expect(await idsOf(store, { from: "2027-01-01T00:00:00Z" })).toEqual([]);
  });

  it("streams the ledger as it was at the snapshot's version", async () => {
    const { store, other } = await open();
    await write(store, "one");
    const snapshot = await store.read();
    await write(other(), "two");
    const parts: LedgerPart[] = [];
    for await (const part of store.ledger(snapshot)) parts.push(part);
    expect(idsIn(parts.map(({ text }) => text.trimEnd()))).toEqual(["one"]);
  });

  it("keeps every character", async () => {
    const { store } = await open();
    const odd = 'Zoë "日本" 🏳️‍🌈 \u2028 \\n é é';
    await write(store, odd);
    const snapshot = await store.read();
    expect(markIn(snapshot)).toBe(odd);
    expect(idsIn(snapshot.lines)).toEqual([odd]);
  });

  it("reads the policy as it is written", async () => {
    const { store, putPolicy } = await open();
    await putPolicy(".github/token-budget.yml", "name: Zoë 💶\n");
    expect((await store.read()).policy).toEqual({ path: ".github/token-budget.yml", text: "name: Zoë 💶\n" });
  });

  it("reports text that isn't a state", async () => {
    const { store, putState } = await open();
    await putState("<<<<<<< ours\n{}\n");
    const { state } = await store.read();
    expect(state).toMatchObject({ kind: "unreadable", problem: expect.stringContaining("conflict markers") });
  });

  it("tells a state of version 1.0", async () => {
    const { store, putState } = await open();
    await putState('{"version":"1.0","current_month":"2026-02","total_spent":5.23}');
    expect((await store.read()).state.kind).toBe("legacy");
  });

  it("tells a ledger without a state from no books at all", async () => {
    const { store, putLine } = await open();
    await putLine(encodeEntry(entryOf("old", "2026-01-31T23:00:00Z")));
    expect((await store.read()).state).toEqual({ kind: "lost" });
  });
}

/** What every store does alike with files beside the books. */
function describeBeside<Own extends Snapshot>(open: () => Promise<Books<Own>>): void {
  const PATHS = ["token_budget/statements/2026-01/a.json", "token_budget/statements/2026-01/b.md"];

  it("commits other files together with the books, and reads them", async () => {
    const { store, other } = await open();
    expect(await store.files(await store.read(), PATHS)).toEqual([null, null]);
    await store.exclusively(async () => {
      const snapshot = await store.read();
      const files = [{ path: PATHS[0] ?? "", text: "{}\nZoë 💶\n" }];
      expect(await store.commit(snapshot, { ...changeOf(snapshot, "one"), files })).toMatchObject({
        kind: "committed",
      });
    });
    await write(other(), "two");
    expect(await store.files(await store.read(), PATHS)).toEqual(["{}\nZoë 💶\n", null]);
    expect(await store.files(await store.read(), [])).toEqual([]);
    expect(await idsOf(store)).toEqual(["one", "two"]);
  });

  it("writes no other file where another writer was first", async () => {
    const { store, other } = await open();
    await write(store, "one");
    const stale = await store.read();
    await write(other(), "two");
    const files = PATHS.map((path) => ({ path, text: "x" }));
    const late = await store.exclusively(() => store.commit(stale, { ...changeOf(stale, "three"), files }));
    expect(late).toEqual({ kind: "conflict" });
    expect(await store.files(await store.read(), PATHS)).toEqual([null, null]);
  });

  it("begins the books with other files", async () => {
    const { store } = await open();
    await store.exclusively(async () => {
      const nothing = await store.read();
      await store.commit(nothing, { ...changeOf(nothing, "one"), files: [{ path: PATHS[0] ?? "", text: "x" }] });
    });
    expect(await store.files(await store.read(), PATHS)).toEqual(["x", null]);
  });
}

/** What stores do alike that keep files. */
export function describeFiles(open: () => Promise<FileBooks>): void {
  it("writes the state and the hour's ledger file", async () => {
    const { store, look } = await open();
    await write(store, "first");
    const file = "2026-02/14T10.ndjson";
    const state = stateOf("first", { file, id: "first", at: "2026-02-14T10:00:00Z" });
    expect(await look(STATE_PATH)).toBe(encodeState(state));
    expect(await look(`${FOLDER}/${file}`)).toBe(`${encodeEntry(entryOf("first", "2026-02-14T10:00:00Z"))}\n`);
  });

  it("keeps one file an hour, and reads only the hour's", async () => {
    const { store, setNow } = await open();
    setNow("2026-01-31T23:59:00Z");
    await write(store, "january");
    setNow("2026-02-01T00:01:00Z");
    await write(store, "february");
    await write(store, "more");
    const snapshot = await store.read();
    expect(snapshot.files.ledger.map((file) => file.path)).toEqual([`${FOLDER}/2026-02/01T00.ndjson`]);
    const all = await ledgerOf(store);
    expect(all.map(({ name }) => name)).toEqual([`${FOLDER}/2026-01/31T23.ndjson`, `${FOLDER}/2026-02/01T00.ndjson`]);
    expect(all.map(({ text }) => text.trimEnd().split("\n").length)).toEqual([1, 2]);
  });

  it("writes on in the next file before one has 400 kB, reads them all in order, and the state names the last", async () => {
    const { store } = await open();
    for (const id of ["a", "b", "c", "d"]) await write(store, id, { padding: "x".repeat(250_000) });
    const snapshot = await store.read();
    const { hour, ledger } = snapshot.files;
    const names = ledger.map((file) => file.path.slice(FOLDER.length + 1).replace(hour, ""));
    expect(names).toEqual([".ndjson", "-2.ndjson", "-3.ndjson", "-4.ndjson"]);
    expect(idsIn(snapshot.lines)).toEqual(["a", "b", "c", "d"]);
    expect((await ledgerOf(store)).map(({ text }) => text)).toEqual(ledger.map(({ text }) => text));
    expect(snapshot.state).toMatchObject({ state: { last_entry: { file: `${hour}-4.ndjson`, id: "d" } } });
  });

  it("reads the policy under its other ending", async () => {
    const { store, putPolicy } = await open();
    await putPolicy(".github/token-budget.yaml", "monthly-budget: 15\n");
    expect((await store.read()).policy).toEqual({ path: ".github/token-budget.yaml", text: "monthly-budget: 15\n" });
  });

  it("does not take a state that isn't text for an empty one", async () => {
    const { store, putState } = await open();
    await write(store, "one");
    await putState(Buffer.from([0x7b, 0x00, 0xff, 0xfe, 0x00, 0x7d]));
    await expect(store.read()).rejects.toMatchObject({
      code: "state-unreadable",
      message: expect.stringContaining(STATE_PATH),
    });
  });
}
