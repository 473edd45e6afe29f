import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { grantsFor, migrate } from "../../src/store/postgres/migrate.ts";
import { VERSION } from "../../src/version.ts";
import { PostgresWorld } from "../store/postgres/postgres-world.ts";
import type { Fault } from "../support/github/faults.ts";
import { type Met, startProxy } from "../support/postgres/proxy.ts";
import { newDatabase, newName, type PostgresServer } from "../support/postgres/server.ts";
import { seededBooks } from "../support/seeded-books.ts";
import type { KeeperIn } from "./create-world.ts";
import { FOREIGN_KEY } from "./happenings.ts";
import { booksIn, type Version } from "./history.ts";
import type { Happening } from "./schedule.ts";
import type { Trouble } from "./trouble.ts";
import { type Asked, REQUEST_MS, type Step, type World } from "./world.ts";

type Scene = Omit<World, "keeper">;

/** More steps than any schedule has; each logs in under a role that has the printed rights and no more. */
const ROLES = 24;
const PASSWORD = "writer-Secret-Pass";
const POLICY_REPOSITORY = "o/r";

/**
 * A database whose clock is the schedules': what its functions call `clock_timestamp()` reads a file. It notes each
 * version of the books, with who wrote it.
 */
const MADE = (clock: string) => `
  create schema made;
  create function made.clock_timestamp() returns timestamptz language sql volatile security definer
    as $$ select to_timestamp(pg_catalog.pg_read_file('${clock}')::numeric / 1000) $$;
  create table made.versions (books text, version bigint, author text, at timestamptz, state text, last_seq bigint);
  create function made.note() returns trigger language plpgsql security definer as $$ begin
    insert into made.versions select new.name, new.version, session_user, made.clock_timestamp(), new.state,
      (select coalesce(max(seq), 0) from token_budget.entries where books = new.name);
    return null;
  end $$;
  create trigger noted after insert or update on token_budget.books for each row execute function made.note();
  grant usage on schema made to public`;

/** A database for schedules that are played one after another. */
export type ScheduleDatabase = {
  readonly world: PostgresWorld;
  readonly roles: readonly string[];
  readonly setClock: (ms: number) => void;
};

export async function scheduleDatabase(server: PostgresServer): Promise<ScheduleDatabase> {
  const folder = mkdtempSync(join(tmpdir(), "token-budget-clock-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  // The server runs as somebody else.
  chmodSync(folder, 0o755);
  const clock = join(folder, "now");
  const setClock = (ms: number) => {
    writeFileSync(`${clock}.new`, String(ms), { mode: 0o644 });
    renameSync(`${clock}.new`, clock);
  };
  setClock(0);
  const world = new PostgresWorld(server, await newDatabase(server));
  const owner = world.connection();
  await migrate(owner, { program: VERSION });
  await owner.close();
  const roles = Array.from({ length: ROLES }, () => newName("step"));
  await world.sql(`${MADE(clock)}; alter database ${world.database} set search_path = made, pg_catalog`);
  for (const role of roles)
    await world.sql(`create role ${role} login password '${PASSWORD}'; ${grantsFor(role).join("")}`);
  return { world, roles, setClock };
}

/** Books in a database; a proxy before it loses answers and cuts connections as a step's plan has it. */
export function keeperIn(database: ScheduleDatabase): KeeperIn {
  return async (scene, seed) => {
    const { world, roles, setClock } = database;
    const { github, steps } = scene;
    setClock(github.clock.now().getTime());
    const books = await world.newBooks(POLICY_REPOSITORY);
    if (seed !== null) await world.sql(seeding(books, seededBooks(POLICY_REPOSITORY, seed)));
    const asked = new Map<string, Asked[]>();
    const proxy = await startProxy(world.server);
    proxy.fate = async (statement, user) => {
      const step = steps[roles.indexOf(user)];
      if (step === undefined || statement === "") return "ok";
      github.clock.advance(REQUEST_MS);
      setClock(github.clock.now().getTime());
      const met = await meets(scene, step, { statement, books, world, roles });
      setClock(github.clock.now().getTime());
      const isTold = met === "ok" || (typeof met === "object" && met.fate === "ok" && met.answered === undefined);
      const one = { atMs: github.clock.now().getTime(), isWrite: statement.includes("with moved as"), isTold };
      asked.set(step.plan.name, [...(asked.get(step.plan.name) ?? []), one]);
      return met;
    };
    return {
      state: async () => (await world.kept(books)).state ?? undefined,
      lives: async () => [{ versions: await versionsOf(database, { books, steps }), isLost: false }],
      asked: (step) => asked.get(step.plan.name) ?? [],
      inputs: (step) => {
        const role = { user: roles[steps.indexOf(step)] ?? "", password: PASSWORD };
        return { "database-url": world.urlOf({ port: proxy.port, role }), books };
      },
      secrets: [PASSWORD, ...roles],
      close: () => proxy.stop(),
    };
  };
}

function seeding(books: string, { state, entry, file }: ReturnType<typeof seededBooks>): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const line = JSON.stringify(entry);
  return `insert into token_budget.entries (books, seq, id, at, month, kind, cost, file, line, doc)
      values ('${books}', 1, '${entry.id}', '${entry.at}', '${entry.month}', '${entry.kind}', ${Math.round(entry.cost * 1e9)}, '${file}', ${quoted(line)}, ${quoted(line)});
    update token_budget.books set version = 1, state = ${quoted(JSON.stringify(state, null, 2))} where name = '${books}'`;
}

type Place = {
  readonly statement: string;
  readonly books: string;
  readonly world: PostgresWorld;
  readonly roles: readonly string[];
};

async function meets(scene: Scene, step: Step, place: Place): Promise<Met> {
  const nth = step.githubRequests++;
  const { kill, happening, github } = step.plan;
  const trouble = github[nth] ?? null;
  const what = place.statement.includes("with moved as")
    ? "writes"
    : place.statement.includes("for update")
      ? "takes"
      : "asks";
  const fate = fateOf(trouble);
  scene.note(
    `${step.plan.name} ${what} in the database${trouble === null ? "" : `, but: ${JSON.stringify(trouble)} (${fate})`}`,
  );
  // Whoever has the books can't be waited for by the one who changes them.
  if (
    happening !== null &&
    nth >= happening.request &&
    what !== "writes" &&
    !scene.happened.some((one) => one.what === happening.what)
  ) {
    await happen(scene, happening, place);
  }
  if (what !== "writes") for (const one of scene.happened) if (one.isDue()) await one.undo();
  if (kill !== null && "request" in kill.at && kill.at.request === nth) {
    const end = async () => {
      scene.note(`${step.plan.name} gets ${kill.signal}`);
      step.running?.kill(kill.signal);
      await step.running?.ended;
    };
    if (kill.at.when === "after") return { fate: "cut after", answered: end };
    await end();
    return "cut before";
  }
  if (fate === "mute") scene.time.leaveHanging(step.running?.pid ?? 0);
  return fate;
}

/** What becomes of a statement where a request to GitHub would meet this. */
function fateOf(trouble: Trouble | null): "ok" | "cut before" | "cut after" | "cut while" | "mute" {
  if (trouble === null || trouble.kind === "used up") return "ok";
  const fault: Fault = trouble;
  switch (fault.kind) {
    case "drop-before":
    case "html":
      return "cut before";
    case "drop-after":
      return "cut after";
    case "truncate":
      return "cut while";
    case "hang":
      return "mute";
    case "status":
      return fault.after === true ? "cut after" : "cut before";
    default:
      return "ok";
  }
}

/** Does what a person does to books in a database, or a clock; what there is only in git doesn't happen. */
async function happen(
  scene: Scene,
  { what, by, undoneAfter }: Happening,
  { books, world, roles }: Place,
): Promise<void> {
  const edit = (change: string) =>
    world.sql(
      `update token_budget.books set version = version + 1, state = ${change}
       where name = '${books}' and state is not null and left(state, 2) <> '{,' returning version`,
    );
  const budget = (sign: string) =>
    edit(
      `jsonb_set(state::jsonb, '{monthly_budget}', to_jsonb((state::jsonb ->> 'monthly_budget')::numeric ${sign} ${by}))::text`,
    );
  const nothing = async () => {};
  // Mended where it was broken: what others wrote before that stays.
  const broken = async () => {
    const edited = await edit("overlay(state placing '{,' from 1 for 1)");
    if (edited.length === 0) return undefined;
    const mend = `update token_budget.books set version = version + 1, state = overlay(state placing '{' from 1 for 2)
      where name = '${books}' and left(state, 2) = '{,'`;
    return async () => void (await world.sql(mend));
  };
  const deeds: Partial<Record<Happening["what"], () => Promise<(() => Promise<void>) | undefined>>> = {
    "budget raised": async () => ((await budget("+")).length > 0 ? nothing : undefined),
    "budget lowered": async () => ((await budget("-")).length > 0 ? nothing : undefined),
    "key added": async () =>
      (await edit(`(state::jsonb || '{"${FOREIGN_KEY}": {"team": "infrastructure", "shown": [1, 2]}}')::text`)).length >
      0
        ? nothing
        : undefined,
    "JSON broken": broken,
    "merge left open": broken,
    async "branch protected"() {
      const all = roles.join(", ");
      await world.sql(`revoke update (state) on token_budget.books from ${all}`);
      return async () => void (await world.sql(`grant update (state) on token_budget.books to ${all}`));
    },
    async "time jumps"() {
      scene.github.clock.advance(by * 60_000);
      return nothing;
    },
  };
  const undo = await deeds[what]?.();
  let left = undoneAfter;
  let isUndone = undo === undefined;
  scene.happened.push({
    what,
    isDue: () => !isUndone && left !== null && --left < 0,
    async undo() {
      if (isUndone) return;
      isUndone = true;
      await undo?.();
      scene.note(`undone: ${what}`);
    },
  });
  if (undo !== undefined) scene.note(`meanwhile: ${what}${by > 0 ? ` (${by})` : ""}`);
}

async function versionsOf(
  { world, roles }: ScheduleDatabase,
  { books, steps }: { readonly books: string; readonly steps: readonly Step[] },
): Promise<readonly Version[]> {
  const noted = await world.sql(
    `select version::text as version, author, extract(epoch from at) * 1000 as at, state, last_seq::int as last
     from made.versions where books = '${books}' and state is not null order by versions.version`,
  );
  const rows = await world.sql(
    `select seq::int as seq, file, line from token_budget.entries where books = '${books}' order by seq`,
  );
  return noted.map(({ version, author, at, state, last }) => {
    const files = new Map([["token_budget.json", String(state)]]);
    for (const { seq, file, line } of rows) {
      const path = `token_budget/ledger/${String(file)}`;
      if (Number(seq) <= Number(last)) files.set(path, `${files.get(path) ?? ""}${String(line)}\n`);
    }
    const step = steps[roles.indexOf(String(author))];
    return {
      oid: String(version),
      author: step?.plan.name ?? "a person",
      message: "",
      atMs: Number(at),
      files,
      ...booksIn(files),
    };
  });
}
