import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { moveBooks } from "../../../src/store/moving/move-books.ts";
import type { RawStore } from "../../../src/store/moving/raw-store.ts";
import { check } from "../../books/sample-books.ts";
import { type GitHub, startGitHub } from "../../support/github/server.ts";
import { countOf } from "../../support/pace/pace.ts";
import { NO_POSTGRES, sharedServer } from "../../support/postgres/server.ts";
import { idsIn, idsOf, write } from "../store-contract.ts";
import {
  act,
  book,
  type Clock,
  contentsOf,
  differencesAt,
  folderSpot,
  githubSpot,
  isOpen,
  moveOf,
  postgresSpots,
  type Spot,
  withParts,
} from "./places.ts";

const TOKEN = "ghs_writeSECRETwriteSECRET";
const START = Date.parse("2026-02-14T10:00:00Z");
const HOUR_MS = 3_600_000;

let github: GitHub;
const clock: Clock = { nowMs: START };
beforeAll(async () => {
  github = await startGitHub({ repositories: {}, tokens: { [TOKEN]: { permission: "write" } } });
});
afterAll(() => github.stop());
beforeEach(() => setNow(START));
afterEach(() => github.faults.clear());

function setNow(ms: number): void {
  clock.nowMs = ms;
  github.clock.set(new Date(ms).toISOString());
}

let postgres: (() => Promise<Spot>) | undefined;
beforeAll(async () => {
  if (NO_POSTGRES === undefined) postgres = await postgresSpots(await sharedServer(), clock);
});

const SPOTS = {
  GitHub: () => branch(),
  "a folder": async () => folderSpot(clock),
  PostgreSQL: async () => (await postgres?.()) ?? folderSpot(clock),
} as const;
type Kind = keyof typeof SPOTS;

/** Every way, cut before and after its writes, there and back. */
const CUT_MOVES = [0, 1, 2, 3]
  .flatMap((turn) =>
    (
      [
        ["GitHub", "a folder"],
        ["a folder", "PostgreSQL"],
        ["PostgreSQL", "GitHub"],
      ] as const
    ).map(([from, to], index): [Kind, Kind, "before" | "after", boolean] => {
      const mixed = (turn + index) % 4;
      return [from, to, mixed % 2 === 0 ? "after" : "before", mixed > 1];
    }),
  )
  .slice(0, countOf("cutMoves"));

const branch = (more: { branch?: string; repo?: string } = {}) => githubSpot(github, { token: TOKEN, ...more });

/** Books with lines in several hours. */
async function fill(spot: Spot, hours = 3, from = START): Promise<void> {
  for (let hour = 0; hour < hours; hour += 1) {
    setNow(from + hour * HOUR_MS);
    await book(spot, `run-${new Date(from).getUTCDate()}-${hour}`);
    await book(spot, `more-${new Date(from).getUTCDate()}-${hour}`);
  }
}

const move = (from: Spot, to: Spot, more: Parameters<typeof moveOf>[2] = {}) =>
  moveBooks(moveOf(from.raw(), to.raw(), more));

class Killed extends Error {}

/** A place whose nth write from now ends the process, before it is made or after it; of all places that share a fuse. */
function fused(raw: RawStore, fuse: { left: number; readonly when: "before" | "after" }): RawStore {
  return withParts(raw, {
    async write(books, change) {
      fuse.left -= 1;
      if (fuse.left === 0 && fuse.when === "before") throw new Killed();
      const version = await raw.write(books, change);
      if (fuse.left === 0) throw new Killed();
      return version;
    },
  });
}

/** A place that takes one file at a time. */
function narrow(raw: RawStore): RawStore {
  return withParts(raw, { form: { ...raw.form, most: { bytes: 1_000_000, files: 1 } } });
}

describe("books that are moved", () => {
  it("are the same at every place on their way, and writers find them", async () => {
    const between = postgres === undefined ? [] : [await postgres()];
    const first = await branch();
    await fill(first);
    const before = await contentsOf(first);
    let from: Spot = first;
    for (const to of [...between, folderSpot(clock), await branch()]) {
      await move(from, to);
      const there = await contentsOf(to);
      expect(there.state).toBe(before.state);
      expect(there.lines).toEqual(before.lines);
      expect(await differencesAt(to)).toEqual([]);
      expect(isOpen((await contentsOf(from)).state)).toBe(false);
      await expect(book(from, "late")).rejects.toMatchObject({
        code: "books-moved",
        message: expect.stringContaining(`were moved to ${to.raw().name}`),
      });
      from = to;
    }
    await book(from, "afterwards");
    expect((await contentsOf(from)).lines).toHaveLength(before.lines.length + 1);
    expect(await differencesAt(from)).toEqual([]);
  });

  it("return with what was booked meanwhile to the place that they left", async () => {
    const [home, away] = [await branch(), folderSpot(clock)];
    await fill(home);
    await move(home, away);
    await fill(away, 2, START + 24 * HOUR_MS);
    const before = await contentsOf(away);
    await move(away, home);
    expect(await contentsOf(home)).toMatchObject({ state: before.state, lines: before.lines });
    await book(home, "home again");
    await move(home, away);
    expect((await contentsOf(away)).lines).toHaveLength(before.lines.length + 1);
    expect(await differencesAt(away)).toEqual([]);
  });

  it("take their issued statements along", async () => {
    const [home, away] = [folderSpot(clock), await branch()];
    await fill(home, 1);
    const documents = [{ path: "token_budget/statements/2026-01/a.json", text: "{}\nZoë 💶\n" }];
    const raw = home.raw();
    await raw.write(await raw.read(), { files: [], documents, message: "" });
    await move(home, away);
    expect((await contentsOf(away)).documents).toEqual({ [documents[0]?.path ?? ""]: documents[0]?.text });
  });

  it("stay while holds are open, unless they are waited for or left to be settled by name", async () => {
    const [home, away] = [await branch(), folderSpot(clock)];
    await fill(home, 1);
    await act(home, check({ id: "hold-1" }));
    await expect(move(home, away)).rejects.toMatchObject({
      code: "not-allowed",
      message: expect.stringMatching(/1 hold is open .*hold-1/),
    });
    expect((await contentsOf(away)).state).toBeNull();
    const told: string[] = [];
    const waited = move(home, away, {
      holds: "wait",
      tell: (text) => told.push(text),
      waiting: { ...moveOf(home.raw(), away.raw()).waiting, sleep: async () => setNow(clock.nowMs + HOUR_MS) },
    });
    await waited;
    // Its time ran out: whoever writes next at the new place charges it.
    expect(told.length).toBeGreaterThan(3);
    expect((await contentsOf(away)).state).toContain("hold-1");

    const [here, there] = [await branch(), folderSpot(clock)];
    await act(here, check({ id: "hold-2" }));
    expect(await move(here, there, { holds: "force" })).toMatchObject({ holds: [{ id: "hold-2" }] });
    await act(there, { kind: "release", id: "release-1", hold: "hold-2", run: {} });
    expect((await contentsOf(there)).lines.at(-1)).toContain('"kind":"release"');
  });

  it("go nowhere where other books are, or a state that names another place", async () => {
    const [home, away, other] = [await branch(), folderSpot(clock), folderSpot(clock)];
    await fill(home, 1);
    await book(away, "another-1");
    const before = await contentsOf(away);
    await expect(move(home, away)).rejects.toMatchObject({ code: "not-allowed", message: /has books already/ });
    await move(away, other);
    await expect(move(home, away)).rejects.toMatchObject({ code: "not-allowed", message: /names .* as their place/ });
    await expect(move(away, home)).rejects.toMatchObject({ code: "books-moved" });
    expect((await contentsOf(away)).lines).toEqual(before.lines);
    expect(isOpen((await contentsOf(home)).state)).toBe(true);
  });

  it("have nothing left to do when they are moved once more", async () => {
    const [home, away] = [folderSpot(clock), await branch()];
    await fill(home, 1);
    await move(home, away);
    await book(away, "later-1");
    const before = [await contentsOf(home), await contentsOf(away)];
    expect(await move(home, away)).toMatchObject({ isUnchanged: true, lines: 0 });
    expect([await contentsOf(home), await contentsOf(away)]).toEqual(before);
  });
});

describe("a ledger", () => {
  const idsAt = async (spot: Spot) => (await idsOf(spot.store())).toSorted();

  it("whose last line is in an older hour's file is whole in a folder, and on the way back", async () => {
    const [home, away] = [await branch(), folderSpot(clock)];
    setNow(START + HOUR_MS - 60_000);
    await write(home.store(), "early");
    const first = await home.store().read();
    setNow(START + HOUR_MS);
    await write(home.store(), "next-hour");
    await write(home.store(), "late", { first });
    expect((await contentsOf(home)).parts.map(({ text }) => idsIn(text.trimEnd().split("\n")))).toEqual([
      ["early", "late"],
      ["next-hour"],
    ]);
    await move(home, away);
    expect(await idsAt(away)).toEqual(["early", "late", "next-hour"]);
    await write(away.store(), "in-the-folder");
    expect(await idsAt(away)).toEqual(["early", "in-the-folder", "late", "next-hour"]);
    const { lines } = await contentsOf(away);
    await move(away, home);
    expect((await contentsOf(home)).lines).toEqual(lines);
    if (postgres === undefined) return;
    const database = await postgres();
    await move(home, database);
    await move(database, home);
    expect((await contentsOf(home)).lines).toEqual(lines);
  });

  it.skipIf(NO_POSTGRES !== undefined)(
    "of a busy hour is in files that GitHub shows whole, and returns as it was",
    async () => {
      if (postgres === undefined) return;
      const [home, away] = [await postgres(), await branch()];
      for (const id of ["a", "b", "c", "d"]) await write(home.store(), id, { padding: "x".repeat(250_000) });
      await move(home, away);
      const { parts, lines } = await contentsOf(away);
      const hour = "token_budget/ledger/2026-02/14T10";
      expect(parts.map(({ name }) => name)).toEqual(["", "-2", "-3", "-4"].map((part) => `${hour}${part}.ndjson`));
      expect((await away.store().read()).state).toMatchObject({
        state: { last_entry: { file: "2026-02/14T10-4.ndjson", id: "d" } },
      });
      await write(away.store(), "e");
      expect((await contentsOf(away)).lines.slice(0, 4)).toEqual(lines);
      await move(away, home);
      expect(await idsAt(home)).toEqual(["a", "b", "c", "d", "e"]);
      await move(home, away);
      expect(await idsAt(away)).toEqual(["a", "b", "c", "d", "e"]);
    },
  );
});

describe("books that are moved while others write", () => {
  it("have every booking that was answered, and no other", async () => {
    const [home, away] = [await branch(), folderSpot(clock)];
    await fill(home);
    const answered: string[] = [];
    let writes = 0;
    const raw = narrow(away.raw());
    const busy = withParts(raw, {
      async write(books, change) {
        writes += 1;
        if (writes < 8) {
          setNow(clock.nowMs + HOUR_MS / 2);
          await book(home, `busy-${writes}`);
          answered.push(`busy-${writes}`);
        }
        return raw.write(books, change);
      },
    });
    await moveBooks(moveOf(home.raw(), busy));
    const { lines } = await contentsOf(away);
    const ids = lines.map((line) => (JSON.parse(line) as { id: string }).id);
    expect(answered).toHaveLength(7);
    expect(ids.filter((id) => id.startsWith("busy"))).toEqual(answered);
    expect(ids).toHaveLength(6 + 7);
    expect(await differencesAt(away)).toEqual([]);
  });
});

describe("a move that is cut short", () => {
  it.each(CUT_MOVES)("from %s to %s, %s any of its writes, on the way back: %s", async (start, end, when, isBack) => {
    for (let write = 1, isDone = false; !isDone; write += 1) {
      setNow(START);
      const [home, away] = [await SPOTS[start](), await SPOTS[end]()];
      await fill(home);
      if (isBack) {
        await move(home, away);
        await fill(away, 2, START + 24 * HOUR_MS);
      }
      const [from, to] = isBack ? [away, home] : [home, away];
      const before = await contentsOf(from);
      const fuse = { left: write, when };
      const cut = moveBooks(moveOf(fused(from.raw(), fuse), fused(narrow(to.raw()), fuse)));
      isDone = await cut.then(() => true).catch((error: unknown) => !(error instanceof Killed));
      const [left, reached] = [await contentsOf(from), await contentsOf(to)];
      // Never two books, and the old place keeps everything.
      expect([isOpen(left.state), isOpen(reached.state)]).not.toEqual([true, true]);
      expect(left.lines).toEqual(before.lines);
      if (!isOpen(reached.state) && reached.state !== null) {
        await expect(book(to, "nowhere")).rejects.toMatchObject({ code: "books-moved" });
      }
      await move(from, to);
      expect(await contentsOf(to)).toMatchObject({ state: before.state, lines: before.lines });
      expect(await differencesAt(to)).toEqual([]);
      expect(isOpen((await contentsOf(from)).state)).toBe(false);
      if (isDone) expect(write).toBeGreaterThan(3);
    }
  });

  it("by GitHub's faults goes on by itself", async () => {
    const [home, away] = [await branch(), await branch()];
    await fill(home);
    const before = await contentsOf(home);
    let dice = 7;
    github.faults.schedule(() => {
      dice = (Math.imul(dice, 1_664_525) + 1_013_904_223) >>> 0;
      return dice < 2 ** 30 ? { kind: "status", status: 502 } : undefined;
    });
    await move(home, away);
    github.faults.clear();
    expect(await contentsOf(away)).toMatchObject({ state: before.state, lines: before.lines });
  });
});

describe("a copy", () => {
  it("has only what is new when it is made again, is nobody's books, and can be made books again", async () => {
    const [home, copy, rescued] = [folderSpot(clock), await branch(), folderSpot(clock)];
    await fill(home);
    expect(await move(home, copy, { mode: "copy" })).toMatchObject({ isUnchanged: false, lines: 6 });
    expect(isOpen((await contentsOf(home)).state)).toBe(true);
    await expect(book(copy, "no")).rejects.toMatchObject({ code: "books-moved", message: /is a copy of the books in/ });
    expect(await move(home, copy, { mode: "copy" })).toMatchObject({ isUnchanged: true, lines: 0 });
    await fill(home, 1, START + 24 * HOUR_MS);
    expect(await move(home, copy, { mode: "copy" })).toMatchObject({ isUnchanged: false, lines: 2 });
    const before = await contentsOf(home);
    expect((await contentsOf(copy)).lines).toEqual(before.lines);
    expect(await differencesAt(copy)).toEqual([]);
    await expect(move(copy, rescued)).rejects.toMatchObject({ code: "books-moved", message: /--restore/ });
    await move(copy, rescued, { mode: "restore" });
    expect(await contentsOf(rescued)).toMatchObject({ state: before.state, lines: before.lines });
    await book(rescued, "again-1");
    expect(await differencesAt(rescued)).toEqual([]);
  });
});
