import { fork } from "node:child_process";
import fs from "node:fs";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { encodeState } from "../../../src/books/file/encode.ts";
import { ledgerNameOf } from "../../../src/store/files/paths.ts";
import type { FilesSnapshot } from "../../../src/store/files/snapshot.ts";
import { fileStore } from "../../../src/store/folder/store.ts";
import type { Store } from "../../../src/store/port.ts";
import { countOf } from "../../support/pace/pace.ts";
import {
  changeOf,
  describeFiles,
  describeStore,
  type FileBooks,
  FOLDER,
  idsOf,
  ledgerOf,
  markIn,
  STATE_PATH,
  stateOf,
  write,
} from "../store-contract.ts";

/** Whether the machine goes off when the state is about to be replaced: the ledger line is on the disk by then. */
const machine = { goesOff: false };
const { rename } = fs;

beforeAll(() => {
  vi.spyOn(fs, "rename").mockImplementation((from, to, done) => {
    if (machine.goesOff && String(to).endsWith(STATE_PATH)) done(new Error("the machine went off") as never);
    else rename(from, to, done);
  });
});
afterEach(() => {
  machine.goesOff = false;
});
afterAll(() => vi.restoreAllMocks());

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "token-budget-file-"));
  folders.push(folder);
  return folder;
}

async function openBooks(): Promise<FileBooks & { readonly folder: string }> {
  const folder = await newFolder();
  let now = Date.parse("2026-02-14T10:00:00Z");
  const open = () => fileStore({ folder, path: STATE_PATH, now: () => now });
  const put = async (path: string, content: string | Buffer) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  return {
    folder,
    store: open(),
    other: open,
    setNow: (instant) => {
      now = Date.parse(instant);
    },
    put,
    putState: (content) => put(STATE_PATH, content),
    putLine: (line) => put(`${FOLDER}/2026-01/31T23.ndjson`, `${line}\n`),
    putPolicy: put,
    look: (path) => readFile(join(folder, path), "utf8").catch(() => undefined),
  };
}

/** A change without an entry, but for its state. */
const NOTHING = { entries: [], note: { message: "x", page: null } } as const;

function stateIn({ state }: FilesSnapshot) {
  return state.kind === "state" ? state.state : stateOf("x");
}

describe("the store in a folder", () => {
  describeStore(openBooks);
  describeFiles(openBooks);

  it("creates a folder that isn't there, with the first commit", async () => {
    const folder = join(await newFolder(), "a", "b");
    const store = fileStore({ folder, path: "ai/team.json", now: Date.now });
    expect(await store.read()).toMatchObject({ version: null, state: { kind: "none" } });
    await write(store, "x");
    expect(await readdir(join(folder, "ai", "team", "ledger"))).toHaveLength(1);
    expect(await readdir(join(folder, "ai"))).toEqual(["team", "team.json"]);
  });

  it("keeps one set of books under two names of one file", async () => {
    const { folder, store } = await openBooks();
    await write(store, "real");
    const elsewhere = await newFolder();
    await symlink(join(folder, STATE_PATH), join(elsewhere, "link.json"));
    const linked = fileStore({ folder: elsewhere, path: "link.json", now: Date.now });
    const snapshot = await linked.read();
    expect((await ledgerOf(linked)).map(({ name }) => name)).toEqual(["link/ledger/2026-02/14T10.ndjson"]);
    const last = { file: "2026-02/14T10.ndjson", id: "real", at: "2026-02-14T10:00:00Z" };
    await linked.exclusively(() => linked.commit(snapshot, { ...NOTHING, state: stateOf("linked", last) }));
    expect(markIn(await store.read())).toBe("linked");
    expect(await readdir(elsewhere)).toEqual(["link.json"]);
  });
});

describe("what a process left that died between ledger and state", () => {
  const NEXT = '{"id":"left","cost":1}\n';

  it.each([
    ["a whole line", NEXT],
    ["a line cut short inside a character", Buffer.from('{"id":"left","note":"💶"}\n').subarray(0, 23)],
    ["several lines", NEXT + NEXT],
  ])("drops %s behind the line that the state names", async (_name, left) => {
    const { folder, store, look } = await openBooks();
    await write(store, "kept");
    const path = `${FOLDER}/2026-02/14T10.ndjson`;
    const before = await look(path);
    await writeFile(join(folder, path), left, { flag: "a" });
    const snapshot = await store.read();
    expect(snapshot.files.ledger).toEqual([{ path, text: before }]);
    expect(await ledgerOf(store)).toMatchObject([{ name: path, text: before }]);
    await write(store, "next");
    expect((await look(path))?.split("\n").map((line) => line && JSON.parse(line).id)).toEqual(["kept", "next", ""]);
  });

  it("drops files that sort behind the state's, and keeps those before", async () => {
    const { store, put, look, setNow } = await openBooks();
    await put(`${FOLDER}/2026-01/31T23.ndjson`, '{"id":"old"}\n');
    await write(store, "kept");
    await put(`${FOLDER}/2026-02/14T10-2.ndjson`, NEXT);
    await put(`${FOLDER}/2026-03/01T00.ndjson`, NEXT);
    setNow("2026-02-14T11:00:00Z");
    const all = await ledgerOf(store);
    expect(all.map(({ name }) => name)).toEqual([`${FOLDER}/2026-01/31T23.ndjson`, `${FOLDER}/2026-02/14T10.ndjson`]);
    await write(store, "next");
    expect(await look(`${FOLDER}/2026-02/14T10-2.ndjson`)).toBeUndefined();
    expect(await look(`${FOLDER}/2026-03/01T00.ndjson`)).toBeUndefined();
    expect(await look(`${FOLDER}/2026-01/31T23.ndjson`)).toBeDefined();
    expect(await look(`${FOLDER}/2026-02/14T11.ndjson`)).toContain("next");
  });

  it("drops them also when the next commit books nothing", async () => {
    const { store, put, look } = await openBooks();
    await write(store, "kept");
    await put(`${FOLDER}/2026-02/14T11.ndjson`, NEXT);
    await store.exclusively(async () => {
      const snapshot = await store.read();
      await store.commit(snapshot, { ...NOTHING, state: stateIn(snapshot) });
    });
    expect(await look(`${FOLDER}/2026-02/14T11.ndjson`)).toBeUndefined();
  });

  it.each([
    ["nothing yet", undefined],
    ["a state of version 1.0", '{"version":"1.0","current_month":"2026-02","total_spent":5.23}\n'],
    ["a state without a line booked", encodeState(stateOf("held"))],
  ])("drops the first line of all, where there was %s", async (_name, state) => {
    const { folder, store, other, put, look } = await openBooks();
    if (state !== undefined) await put(STATE_PATH, state);
    machine.goesOff = true;
    await expect(write(other(), "left")).rejects.toThrow("went off");
    machine.goesOff = false;
    expect(await look(`${FOLDER}/2026-02/14T10.ndjson`)).toContain("left");
    expect(await look(STATE_PATH)).toBe(state);
    const snapshot = await store.read();
    expect(snapshot.lines).toEqual([]);
    expect(snapshot.state.kind).not.toBe("lost");
    expect(await ledgerOf(store)).toEqual([]);
    await write(store, "next");
    expect(await look(`${FOLDER}/2026-02/14T10.ndjson`)).not.toContain("left");
    expect(markIn(await store.read())).toBe("next");
    expect(await readdir(join(folder, FOLDER))).toEqual(["2026-02"]);
  });

  it("drops nothing where the line can't be found", async () => {
    const { store, put } = await openBooks();
    const gone = { file: "2026-02/14T10.ndjson", id: "gone", at: "2026-02-14T10:00:00Z" };
    await put(STATE_PATH, encodeState(stateOf("edited", gone)));
    await put(`${FOLDER}/2026-02/14T10.ndjson`, NEXT);
    await put(`${FOLDER}/2026-02/14T11.ndjson`, NEXT);
    expect((await ledgerOf(store)).map(({ text }) => text)).toEqual([NEXT, NEXT]);
    await write(store, "next");
    expect((await ledgerOf(store))[0]?.text).toContain("left");
  });

  it("never writes to an hour before the last line's, whatever the clock says", async () => {
    const { store, setNow } = await openBooks();
    await write(store, "ahead");
    setNow("2025-12-31T08:00:00Z");
    const snapshot = await store.read();
    expect(snapshot.files.hour).toBe("2026-02/14T10");
    const earlier = { ...snapshot, files: { ...snapshot.files, hour: "2026-01/01T00" } };
    expect((await store.read(earlier)).files.hour).toBe("2026-02/14T10");
    await write(store, "behind");
    expect((await store.read()).lines).toHaveLength(2);
  });
});

describe("law: once", () => {
  const step = fc.record({
    kind: fc.constantFrom("book", "note", "die"),
    /** How much of the ledger line a dying process still wrote. */
    written: fc.double({ min: 0, max: 1, noNaN: true }),
    hours: fc.integer({ min: -2, max: 2 }),
    padding: fc.constantFrom(0, 0, 0, 250_000),
  });

  it("what was committed stands in the ledger, in order and nothing else, wherever processes died", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
        const { folder, other, setNow } = await openBooks();
        const committed: string[] = [];
        let now = Date.parse("2026-02-14T10:00:00Z");
        for (const [index, { kind, written, hours, padding }] of steps.entries()) {
          now += hours * 3_600_000;
          setNow(new Date(now).toISOString());
          const id = `é${index}`;
          if (kind === "book") await write(other(), id, { padding: "x".repeat(padding) });
          if (kind === "note") await note(other());
          if (kind === "die") await die(other(), { folder, id, written });
          if (kind === "book") committed.push(id);
          expect(await idsOf(other())).toEqual(committed);
        }
      }),
      { numRuns: countOf("fewCases") },
    );
  });

  async function note(store: Store<FilesSnapshot>): Promise<void> {
    await store.exclusively(async () => {
      const snapshot = await store.read();
      await store.commit(snapshot, { ...NOTHING, state: stateIn(snapshot) });
    });
  }

  async function die(
    store: Store<FilesSnapshot>,
    { folder, id, written }: { folder: string; id: string; written: number },
  ) {
    const snapshot = await store.read();
    const { hour, ledger } = snapshot.files;
    machine.goesOff = true;
    await expect(write(store, id)).rejects.toThrow("went off");
    machine.goesOff = false;
    // The line went to the last file that the read found, or to the next one where that is full.
    const paths = [ledger.length, ledger.length + 1].map(
      (part) => `${FOLDER}/${ledgerNameOf(hour, Math.max(1, part))}`,
    );
    for (const path of new Set(paths)) {
      const before = Buffer.byteLength(ledger.find((file) => file.path === path)?.text ?? "");
      const { size } = await stat(join(folder, path)).catch(() => ({ size: before }));
      if (size > before) await truncate(join(folder, path), Math.round(before + written * (size - before)));
    }
  }
});

describe("a folder that gives trouble", () => {
  it("names a folder in place of the state file", async () => {
    const { folder, store } = await openBooks();
    await mkdir(join(folder, STATE_PATH));
    await expect(store.read()).rejects.toMatchObject({
      code: "state-unreadable",
      message: expect.stringContaining(join(folder, STATE_PATH)),
    });
  });

  it("names a file in place of a folder", async () => {
    const { folder } = await openBooks();
    await writeFile(join(folder, "ai"), "");
    const store = fileStore({ folder, path: "ai/team.json", now: Date.now });
    await expect(store.read()).rejects.toMatchObject({
      code: "state-unreachable",
      message: expect.stringContaining("(ENOTDIR)"),
    });
    await expect(store.exclusively(async () => {})).rejects.toMatchObject({ code: "state-unreachable" });
  });

  it("names a file that may not be read", async ({ skip }) => {
    skip(process.getuid?.() === 0, "root may read every file");
    const { folder, store } = await openBooks();
    await write(store, "x");
    await chmod(join(folder, STATE_PATH), 0);
    await expect(store.read()).rejects.toMatchObject({
      code: "state-unreachable",
      message: expect.stringContaining("permission denied"),
    });
  });

  it("gives up on a lock that another process keeps", async () => {
    const { folder } = await openBooks();
    const first = fileStore({ folder, path: STATE_PATH, now: Date.now });
    const second = fileStore({ folder, path: STATE_PATH, now: Date.now, lockWaitMs: 1 });
    await first.exclusively(async () => {
      await expect(second.exclusively(async () => {})).rejects.toMatchObject({ code: "state-contended" });
    });
    await second.exclusively(async () => {});
  });

  it("takes over a lock whose process died more than 30 s ago", async () => {
    const { folder } = await openBooks();
    const lock = join(folder, `${STATE_PATH}.lock`);
    await mkdir(lock);
    const store = fileStore({ folder, path: STATE_PATH, now: Date.now, lockWaitMs: 1 });
    await expect(store.exclusively(async () => {})).rejects.toMatchObject({ code: "state-contended" });
    const died = new Date(Date.now() - 31_000);
    await utimes(lock, died, died);
    await write(store, "next");
    expect(markIn(await store.read())).toBe("next");
  });

  it("gives the lock back when the work fails", async () => {
    const { store, other } = await openBooks();
    await expect(store.exclusively(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await other().exclusively(async () => {});
  });

  it("refuses a commit that holds no lock", async () => {
    const { store } = await openBooks();
    const snapshot = await store.read();
    await expect(store.commit(snapshot, changeOf(snapshot, "x"))).rejects.toThrow("exclusively");
  });
});

describe("several terminals at once", () => {
  it("lose nothing: 8 processes book 5 times each", async () => {
    const { folder, store } = await openBooks();
    const writers = Array.from({ length: 8 }, (_, index) => finished(folder, `w${index}`));
    expect(await Promise.all(writers)).toEqual(Array(8).fill(0));
    const ids = await idsOf(store);
    const expected = Array.from({ length: 40 }, (_, index) => `w${Math.floor(index / 5)}-${index % 5}`);
    expect(ids.toSorted()).toEqual(expected.toSorted());
    expect((await readdir(folder)).toSorted()).toEqual(["token_budget", STATE_PATH]);
  });

  function finished(folder: string, name: string): Promise<number | null> {
    const child = fork(new URL("../file-writer.ts", import.meta.url), [folder, name, "5"], { execArgv: [] });
    return new Promise((resolve, reject) => child.once("exit", resolve).once("error", reject));
  }
});
