import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readStateText } from "../../../src/books/file/moved.ts";
import { rawFolder } from "../../../src/store/folder/raw.ts";
import type { RawStore } from "../../../src/store/moving/raw-store.ts";
import { rawPostgres } from "../../../src/store/postgres/raw.ts";
import { terminalAt, terminalIn } from "../../edges/terminal/in-source.ts";
import { countOf } from "../../support/pace/pace.ts";
import { type PostgresProxy, startProxy } from "../../support/postgres/proxy.ts";
import { NO_POSTGRES } from "../../support/postgres/server.ts";
import { emptyFolder } from "../../support/runner/action.ts";
import { startTerminal } from "../../support/runner/terminal.ts";
import { type PostgresWorld, usePostgresWorld } from "../postgres/postgres-world.ts";
import { STATE_PATH } from "../store-contract.ts";
import { type LargeBooks, largeBooks, writeLargeBooks } from "./large-books.ts";

/** Enough hours for three writes into a database, which takes 200 files at a time. */
const LINES = 450;

/** What is moved where. */
type Way = "database to database" | "folder to database" | "database to folder";

/** When the process is killed: as it asks the database for something, before that arrives or once it is done. */
type Point = {
  readonly way: Way;
  readonly of: "writes" | "statements";
  readonly number: number;
  readonly when: "before" | "after";
  readonly what: string;
};

const point = (what: string, way: Way, number: number, when: Point["when"] = "before"): Point => ({
  ...{ what, way, of: "writes", number, when },
});

/** A write says that books arrive, three have the ledger, one marks the old place, the last one opens the new one. */
const NAMED: readonly Point[] = [
  point("before anything is copied", "database to database", 1),
  point("half way", "database to database", 3),
  point("after copying, before the old place is marked", "database to database", 5),
  point("after the mark", "database to database", 6),
  point("after the mark", "folder to database", 5),
  point("as the mark is made", "database to folder", 1, "after"),
  point("as the last answer comes", "database to database", 6, "after"),
  point("half way", "folder to database", 3, "after"),
  point("after copying, before the old place is marked", "database to folder", 1),
  point("before anything is copied", "folder to database", 1),
];

/** Anywhere: the statements of a move are at least so many. */
const SEEDED_STATEMENTS: Readonly<Record<Way, number>> = {
  "database to database": 14,
  "folder to database": 10,
  "database to folder": 8,
};

const WAYS = Object.keys(SEEDED_STATEMENTS) as Way[];

function seeded(seed: number): Point {
  let state = seed * 2_654_435_761;
  const below = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  const way = WAYS[below(WAYS.length)] ?? "database to database";
  const number = 1 + below(SEEDED_STATEMENTS[way]);
  const when = below(2) === 0 ? "before" : "after";
  return { way, of: "statements", number, when, what: `${when} statement ${number}` };
}

const COUNT = countOf("killedMoves");
const POINTS = [...NAMED, ...Array.from({ length: COUNT }, (_, at) => seeded(at + 1))].slice(0, COUNT);

describe("a moving process that is killed", () => {
  const world = usePostgresWorld();
  let proxy: PostgresProxy;
  let made: LargeBooks;
  let template: string;
  beforeAll(async () => {
    if (NO_POSTGRES !== undefined) return;
    made = largeBooks(LINES);
    template = await world().newBooks(null);
    const home = emptyFolder("home");
    writeLargeBooks(home, made);
    const moved = await terminalIn(
      { TOKEN_BUDGET_DATABASE_URL: world().urlOf({}) },
      ...["move", "--from", home, "--to", `postgres:${template}`],
    );
    expect(moved).toMatchObject({ code: 0 });
  });
  beforeEach(async ({ skip }) => {
    skip(NO_POSTGRES !== undefined, NO_POSTGRES);
    proxy = await startProxy(world().server);
  });
  afterEach(() => proxy?.stop());

  it.each(POINTS)("from $way, $what: goes on where it was", async ({ way, of, number, when }) => {
    const places = await placesOf(world(), way, { made, template });
    const env = { TOKEN_BUDGET_DATABASE_URL: world().urlOf({}), HOME: places.home };
    const args = ["move", "--from", places.from.argument, "--to", places.to.argument];
    const before = await contents(places.from.raw());
    const child = startTerminal(args, {
      cwd: places.home,
      env: { ...env, TOKEN_BUDGET_DATABASE_URL: world().urlOf({ port: proxy.port }) },
    });
    let count = 0;
    proxy.fate = (statement) => {
      if (of === "statements" || statement.includes("with moved as")) count += 1;
      if (count !== number) return "ok";
      count += 1;
      child.kill("SIGKILL");
      return when === "before" ? "cut before" : "cut after";
    };
    const ended = await child.ended;
    expect(ended).toMatchObject({ signal: "SIGKILL", exitCode: null });
    // What was on its way has landed or never will.
    await world().sql("do $$ begin lock table token_budget.books in exclusive mode; end $$");

    const [left, reached] = [await contents(places.from.raw()), await contents(places.to.raw())];
    expect([isOpen(left.state), isOpen(reached.state)]).not.toEqual([true, true]);
    expect(left.lines).toEqual(before.lines);
    const asked = (at: Place, ...words: readonly string[]) =>
      at.folder === undefined
        ? terminalIn(env, ...words, "--books", at.argument.slice("postgres:".length))
        : terminalAt(at.folder, { HOME: places.home }, ...words);
    const refusal = async (at: Place) => (await asked(at, "record", "--cost", "1")).out.replace(/\s+/g, " ");
    if (!isOpen(left.state)) expect(await refusal(places.from)).toContain(`were moved to ${places.to.argument}`);
    if (reached.state !== null && !isOpen(reached.state)) {
      expect(await refusal(places.to)).toMatch(/are being moved|run token-budget move/);
    }

    const again = await terminalIn(env, ...args);
    expect(again).toMatchObject({ code: 0 });
    expect(await contents(places.to.raw())).toEqual(before);
    expect(isOpen((await contents(places.from.raw())).state)).toBe(false);
    expect(await asked(places.to, "verify")).toMatchObject({ code: 0 });
    expect(await refusal(places.from)).toContain(`were moved to ${places.to.argument}`);
    expect(await asked(places.to, "record", "--cost", "1")).toMatchObject({ code: 0 });
    expect((await contents(places.to.raw())).lines.length).toBeGreaterThan(before.lines.length);
  });
});

/** A place of books: for `move`, for the other commands, and for a look at it. */
type Place = {
  readonly argument: string;
  readonly folder?: string;
  readonly raw: () => RawStore;
};

async function placesOf(
  world: PostgresWorld,
  way: Way,
  { made, template }: { readonly made: LargeBooks; readonly template: string },
) {
  const home = emptyFolder("home");
  const database = async (isFull: boolean): Promise<Place> => {
    const books = await world.newBooks(null);
    if (isFull) await world.sql(copyOf(template, books));
    const name = `postgres:${books}`;
    const raw = () => rawPostgres({ connection: world.connection(), books, path: STATE_PATH, name });
    return { argument: name, raw };
  };
  const folder = (isFull: boolean): Place => {
    const at = emptyFolder("place");
    if (isFull) writeLargeBooks(at, made);
    const raw = () => rawFolder({ folder: at, path: STATE_PATH, name: at, now: Date.now });
    return { argument: at, folder: at, raw };
  };
  const [from, to] = [
    way.startsWith("folder") ? folder(true) : await database(true),
    way.endsWith("folder") ? folder(false) : await database(false),
  ];
  return { home, from, to };
}

function copyOf(template: string, books: string): string {
  const columns = "seq, id, at, month, kind, cost, file, line, doc, repeated";
  return `update token_budget.books as b set state = t.state, version = t.version
      from token_budget.books as t where t.name = '${template}' and b.name = '${books}';
    insert into token_budget.entries (books, ${columns})
      select '${books}', ${columns} from token_budget.entries where books = '${template}'`;
}

async function contents(raw: RawStore) {
  const books = await raw.read();
  const lines: string[] = [];
  for await (const { text } of raw.ledger(books)) lines.push(...text.trimEnd().split("\n"));
  return { state: books.state, lines };
}

/** Whether writers may go on there. */
function isOpen(state: string | null): boolean {
  const read = readStateText(state ?? "");
  return read.kind === "state" && read.moved === undefined;
}
