import { fork } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { fileStore } from "../../../src/store/folder/store.ts";
import type { Store } from "../../../src/store/port.ts";
import { countOf } from "../../support/pace/pace.ts";
import { type Books, changeOf, describeStore, FOLDER, STATE_PATH, stateOf, write } from "../store-contract.ts";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "token-budget-file-"));
  folders.push(folder);
  return folder;
}

async function openBooks(): Promise<Books & { readonly folder: string }> {
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
    putPolicy: put,
    look: (path) => readFile(join(folder, path), "utf8").catch(() => undefined),
  };
}

describe("the store in a folder", () => {
  describeStore(openBooks);

  it("creates a folder that isn't there, with the first commit", async () => {
    const folder = join(await newFolder(), "a", "b");
    const store = fileStore({ folder, path: "ai/team.json", now: Date.now });
    expect(await store.read()).toMatchObject({ version: null, state: null });
    await store.exclusively(async () => {
      const snapshot = await store.read();
      const path = `ai/team/ledger/${snapshot.hour}.ndjson`;
      await store.commit(snapshot, { ...changeOf(snapshot, "x"), ledger: { path, text: '{"id":"x"}\n' } });
    });
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
    expect((await linked.readLedger(snapshot)).map((file) => file.path)).toEqual(["link/ledger/2026-02/14T10.ndjson"]);
    await linked.exclusively(async () => {
      const state = stateOf("linked", { file: "2026-02/14T10.ndjson", id: "real" });
      await linked.commit(snapshot, { state, ledger: null, page: null, message: "x" });
    });
    expect((await store.read()).state).toContain("linked");
    expect(await readdir(elsewhere)).toEqual(["link.json"]);
  });

  it("writes only to its ledger", async () => {
    const { store } = await openBooks();
    await store.exclusively(async () => {
      const snapshot = await store.read();
      const ledger = { path: "elsewhere/2026-02/14T10.ndjson", text: "" };
      await expect(store.commit(snapshot, { ...changeOf(snapshot, "x"), ledger })).rejects.toThrow(
        "not a file of the ledger",
      );
    });
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
    expect(snapshot.ledger).toEqual([{ path, text: before }]);
    expect(await store.readLedger(snapshot)).toEqual(snapshot.ledger);
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
    const all = await store.readLedger(await store.read());
    expect(all.map((file) => file.path)).toEqual([`${FOLDER}/2026-01/31T23.ndjson`, `${FOLDER}/2026-02/14T10.ndjson`]);
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
      await store.commit(snapshot, { state: snapshot.state ?? "", ledger: null, page: null, message: "x" });
    });
    expect(await look(`${FOLDER}/2026-02/14T11.ndjson`)).toBeUndefined();
  });

  it.each([
    ["nothing yet", undefined],
    ["a state of version 1.0", '{"version":"1.0"}\n'],
    ["a state without a line booked", stateOf("held")],
  ])("drops the first line of all, where there was %s", async (_name, state) => {
    const { folder, store, put, look } = await openBooks();
    if (state !== undefined) await put(STATE_PATH, state);
    // The state is asked for only when the ledger line is on the disk.
    const dyingStore = fileStore({ folder, path: STATE_PATH, now: () => Date.parse("2026-02-14T10:00:00Z") });
    await dyingStore.exclusively(async () => {
      const snapshot = await dyingStore.read();
      const change = changeOf(snapshot, "left");
      const dying = {
        ...change,
        get state(): string {
          throw new Error("the machine went off");
        },
      };
      await expect(dyingStore.commit(snapshot, dying)).rejects.toThrow("went off");
    });
    expect(await look(`${FOLDER}/2026-02/14T10.ndjson`)).toContain("left");
    const snapshot = await store.read();
    expect(snapshot).toMatchObject({ state: state ?? null, ledger: [], hasLedger: false });
    expect(await store.readLedger(snapshot)).toEqual([]);
    await write(store, "next");
    expect(await look(`${FOLDER}/2026-02/14T10.ndjson`)).not.toContain("left");
    expect(await store.read()).toMatchObject({ hasLedger: true, state: expect.stringContaining("next") });
    expect(await readdir(join(folder, FOLDER))).toEqual(["2026-02"]);
  });

  it("drops nothing where the line can't be found", async () => {
    const { store, put } = await openBooks();
    await put(STATE_PATH, stateOf("edited", { file: "2026-02/14T10.ndjson", id: "gone" }));
    await put(`${FOLDER}/2026-02/14T10.ndjson`, NEXT);
    await put(`${FOLDER}/2026-02/14T11.ndjson`, NEXT);
    const all = await store.readLedger(await store.read());
    expect(all.map((file) => file.text)).toEqual([NEXT, NEXT]);
    await write(store, "next");
    expect((await store.readLedger(await store.read())).map((file) => file.text)[0]).toContain("left");
  });

  it("never writes to an hour before the last line's, whatever the clock says", async () => {
    const { store, setNow } = await openBooks();
    await write(store, "ahead");
    setNow("2025-12-31T08:00:00Z");
    expect((await store.read()).hour).toBe("2026-02/14T10");
    expect((await store.read("2026-01/01T00")).hour).toBe("2026-02/14T10");
    await write(store, "behind");
    expect((await store.read()).ledger[0]?.text.match(/"id"/g)).toHaveLength(2);
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
          const store = other();
          const files = await store.readLedger(await store.read());
          const ids = files.flatMap(({ text }) => text.split("\n").filter(Boolean)).map((line) => JSON.parse(line).id);
          expect(ids).toEqual(committed);
        }
      }),
      { numRuns: countOf("fewCases") },
    );
  });

  async function note(store: Store): Promise<void> {
    await store.exclusively(async () => {
      const snapshot = await store.read();
      await store.commit(snapshot, { state: snapshot.state ?? stateOf("x"), ledger: null, page: null, message: "x" });
    });
  }

  async function die(store: Store, { folder, id, written }: { folder: string; id: string; written: number }) {
    await store.exclusively(async () => {
      const snapshot = await store.read();
      const change = changeOf(snapshot, id);
      const { path, text } = change.ledger ?? { path: "", text: "" };
      await expect(
        store.commit(snapshot, {
          ...change,
          get state(): string {
            throw new Error("the machine went off");
          },
        }),
      ).rejects.toThrow("went off");
      const before = Buffer.byteLength(snapshot.ledger.find((file) => file.path === path)?.text ?? "");
      await truncate(join(folder, path), Math.round(before + written * (Buffer.byteLength(text) - before)));
    });
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
    expect((await store.read()).state).toContain("next");
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
    const files = await store.readLedger(await store.read());
    const ids = files.flatMap((file) => file.text.trimEnd().split("\n")).map((line) => JSON.parse(line).id);
    const expected = Array.from({ length: 40 }, (_, index) => `w${Math.floor(index / 5)}-${index % 5}`);
    expect(ids.toSorted()).toEqual(expected.toSorted());
    expect((await readdir(folder)).toSorted()).toEqual(["token_budget", STATE_PATH]);
  });

  function finished(folder: string, name: string): Promise<number | null> {
    const child = fork(new URL("../file-writer.ts", import.meta.url), [folder, name, "5"], { execArgv: [] });
    return new Promise((resolve, reject) => child.once("exit", resolve).once("error", reject));
  }
});
