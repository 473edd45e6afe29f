import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { grantsFor } from "../../../src/store/postgres/migrate.ts";
import { type GitHub, startGitHub } from "../../support/github/server.ts";
import { NO_OWN_POSTGRES, newDatabase, newName, type OwnServer, startServer } from "../../support/postgres/server.ts";
import { emptyFolder } from "../../support/runner/action.ts";
import { SELF_SIGNED } from "../../support/tls/self-signed.ts";
import { type Said, terminalAt, terminalIn } from "./in-source.ts";

const HIDDEN = "hidden.Pass-w0rd";

describe("books in PostgreSQL at a terminal", () => {
  let server: OwnServer;
  let github: GitHub;
  beforeAll(async () => {
    if (NO_OWN_POSTGRES !== undefined) return;
    [server, github] = await Promise.all([startServer(), startGitHub()]);
    await github.createRepository("octo-org/budget");
  });
  afterAll(async () => {
    server?.crash();
    await github?.stop();
  });
  let url: string;
  beforeEach(async ({ skip }) => {
    skip(NO_OWN_POSTGRES !== undefined, NO_OWN_POSTGRES);
    url = server.urlOf(await newDatabase(server));
  });

  const at = (given: Readonly<Record<string, string>> = {}) => ({ TOKEN_BUDGET_DATABASE_URL: url, ...given });
  const run = (...args: readonly string[]) => terminalIn(at(), ...args);
  const named = (database: string) => new URL(database).pathname.slice(1);
  const grantsIn = ({ out }: Said) => out.split("\n").filter((line) => line.startsWith("GRANT "));

  /** The tables of an owner who is no superuser, and a writer who has only the printed rights. */
  async function owned(...books: readonly string[]) {
    const [owner, writer] = [newName("owner"), newName("writer")].map((user) => ({ user, password: HIDDEN }));
    if (owner === undefined || writer === undefined) throw new Error("two roles");
    for (const { user, password } of [owner, writer])
      await server.run(`create role ${user} login password '${password}'`);
    await server.run(`grant create on database ${named(url)} to ${owner.user}`);
    const asOwner = { TOKEN_BUDGET_DATABASE_URL: server.urlOf(named(url), owner) };
    const migrated = await terminalIn(asOwner, "database", "migrate", "--writer", writer.user, ...books);
    expect(migrated).toMatchObject({ code: 0, err: "" });
    const grants = grantsIn(migrated);
    await server.run(grants.join("\n"), named(url));
    return { asOwner, asWriter: { TOKEN_BUDGET_DATABASE_URL: server.urlOf(named(url), writer) }, writer };
  }

  it("says what to do where there are no tables, no books, and no name", async () => {
    expect((await run("status", "--books", "demo")).out).toContain("run `token-budget database migrate`");
    await run("database", "migrate");
    expect((await run("status", "--books", "demo")).out).toContain("There are no books demo in the database.");
    expect(await run("status")).toMatchObject({ code: 2, out: expect.stringContaining("--books is missing") });
    const nothing = await terminalIn({}, "status", "--books", "demo");
    expect(nothing).toMatchObject({ code: 2, out: expect.stringContaining("TOKEN_BUDGET_DATABASE_URL") });
    expect(await terminalIn({}, "database", "migrate")).toMatchObject({ code: 2 });
    expect(await run("database")).toMatchObject({ code: 2, out: expect.stringContaining("task is missing") });
  });

  it("makes the tables once, also when two begin at the same time", async () => {
    const both = await Promise.all([run("database", "migrate"), run("database", "migrate", "--books", "demo")]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ out }) => out).join("")).toContain("Made the tables: version 1.");
    expect(both.map(({ out }) => out).join("")).toContain("The tables are up to date: version 1.");
    expect((await run("database", "migrate", "--books", "demo")).out).toContain("The books demo are there already.");
    const moved = await run("database", "migrate", "--books", "demo", "--repository", "octo-org/budget");
    expect(moved.out).toContain("Changed the books demo. Their policy is in octo-org/budget.");
  });

  it("compresses states with lz4 where the server has it", async () => {
    await run("database", "migrate");
    const [found] = await server.run(
      `select attcompression = 'l' as does, (select 'lz4' = any (enumvals) from pg_settings where name = 'default_toast_compression') as can
       from pg_attribute where attrelid = 'token_budget.books'::regclass and attname = 'state'`,
      named(url),
    );
    expect(found?.["does"]).toBe(found?.["can"]);
  });

  it("says which repository has the policy of books, and takes the one that they are named after", async () => {
    expect((await run("database", "migrate", "--books", "demo")).out).toContain("No repository has their policy");
    const after = await run("database", "migrate", "--books", "octo-org/budget");
    expect(after.out).toContain("Made the books octo-org/budget. Their policy is in octo-org/budget.");
    const other = await run("database", "migrate", "--books", "o/r", "--repository", "octo-org/budget");
    expect(other.out).toContain("Made the books o/r. Their policy is in octo-org/budget.");
    expect((await run("database", "migrate", "--books", "o/r")).out).toContain(
      "The books o/r are there already. Their policy is in octo-org/budget.",
    );
  });

  it("refuses tables that a newer release has made, and changes nothing", async () => {
    await run("database", "migrate", "--books", "demo");
    await server.run(
      "insert into token_budget.migrations (version, name, program) values (99, 'later', '9.0.0')",
      named(url),
    );
    const refused = await run("database", "migrate", "--books", "demo", "--repository", "o/other");
    expect(refused).toMatchObject({
      code: 1,
      out: expect.stringContaining("use a newer release. Nothing was changed."),
    });
    // What an older release may go on writing to isn't refused.
    expect(await run("check", "--books", "demo")).toMatchObject({ code: 0 });
    await server.run("update token_budget.books set format = 2", named(url));
    expect(await run("check", "--books", "demo")).toMatchObject({ code: 75, out: expect.stringContaining("format 2") });
    expect((await run("record", "--books", "demo", "--cost", "1")).out).toContain("use a newer release");
  });

  it("does everything with the printed rights alone, but can't change a line nor where the policy is", async () => {
    const { asWriter, writer } = await owned("--books", "demo");
    const ask = (...args: readonly string[]) => terminalIn(asWriter, ...args, "--books", "demo");
    expect(await ask("check", "--estimate", "0.25")).toMatchObject({ code: 0 });
    expect(await ask("record", "--cost", "0.42")).toMatchObject({ code: 0 });
    for (const command of [["status"], ["verify"], ["report"], ["recap"], ["doctor"], ["alerts"]]) {
      expect(await ask(...command), command.join(" ")).toMatchObject({ code: 0 });
    }
    expect(await ask("adjust", "top-up", "5", "--reason", "more")).toMatchObject({ code: 0 });
    expect(await ask("reset", "--reason", "again", "--yes")).toMatchObject({ code: 0 });
    const refused = [
      "update token_budget.entries set cost = 0",
      "delete from token_budget.entries",
      "truncate token_budget.entries",
      "update token_budget.books set policy_repository = 'o/mine'",
      "update token_budget.books set name = 'mine'",
      "update token_budget.books set format = 0",
      "insert into token_budget.books (name, policy_repository) values ('mine', 'o/mine')",
      "delete from token_budget.books",
      "update token_budget.documents set bytes = ''",
      "create table token_budget.more (a int)",
      "drop table token_budget.entries",
    ];
    for (const statement of refused) {
      const asked = server.run(`set role ${writer.user}; ${statement}`, named(url));
      await expect(asked, statement).rejects.toMatchObject({ code: "42501" });
    }
    const migrated = await terminalIn(asWriter, "database", "migrate", "--books", "mine");
    expect(migrated).toMatchObject({
      code: 1,
      out: expect.stringMatching(/use\s+the\s+URL\s+of\s+the\s+tables'\s+owner/),
    });
  });

  describe("examined by doctor", () => {
    type Check = { check: string; status: string; text: string; fix?: string; code?: string };

    async function examined(env: Readonly<Record<string, string>>, books = "demo") {
      const { code, out, err } = await terminalIn(env, "doctor", "--books", books, "--json");
      const address = new URL(env["TOKEN_BUDGET_DATABASE_URL"] ?? "");
      for (const secret of [address.password, address.href, named(address.href), address.username, address.port])
        expect(out + err).not.toContain(decodeURIComponent(secret));
      const { checks } = JSON.parse(out) as { checks: readonly Check[] };
      const about = ["database", "tables", "role"];
      return {
        code,
        of: (name: string) => checks.filter(({ check }) => check === name),
        wrong: checks.filter(({ check, status }) => status !== "ok" && check !== "books"),
        statuses: checks.filter(({ check }) => about.includes(check)).map(({ check, status }) => `${check}: ${status}`),
      };
    }

    it("has nothing to fix where the writer has the printed rights", async () => {
      const { asWriter } = await owned("--books", "demo", "--repository", "octo-org/budget");
      const { wrong, of } = await examined({
        ...asWriter,
        GITHUB_TOKEN: "ghs_write",
        GITHUB_API_URL: github.apiUrl,
      });
      expect(wrong).toEqual([]);
      expect(of("database")).toEqual([
        expect.objectContaining({
          text: expect.stringMatching(/^connected on this machine, without TLS: PostgreSQL \d+\.\d+\.$/),
        }),
      ]);
      expect(of("tables")[0]?.text).toBe("up to date: version 1.");
      expect(of("role")[0]?.text).toBe("it has the printed rights, and no more.");
      expect(of("books")[0]?.text).toContain("octo-org/budget has their policy");
      expect(of("clock")[0]?.text).toBe("agrees with the database's to the minute.");
    });

    it("warns of books whose policy no repository has, and says how to name one", async () => {
      const { asWriter } = await owned("--books", "demo");
      const { code, of } = await examined(asWriter);
      expect(code).toBe(0);
      expect(of("books")).toContainEqual(
        expect.objectContaining({
          status: "warning",
          text: expect.stringContaining("no repository has their policy"),
          code: "token-budget database migrate --books NAME --repository owner/name",
        }),
      );
    });

    it("says over TLS that the certificate is verified", async () => {
      await run("database", "migrate", "--books", "demo");
      const secure = { TOKEN_BUDGET_DATABASE_URL: `${url}?sslmode=verify-full` };
      const { code, out } = await terminalIn(secure, "doctor", "--books", "demo", "--database-ca", SELF_SIGNED.cert);
      expect(code).toBe(0);
      expect(out).toContain("connected with TLS, its certificate and name verified");
    });

    it("warns of a role that may change the ledger or the policy's repository, and says how that ends", async () => {
      const { asOwner, asWriter, writer } = await owned("--books", "demo");
      expect((await examined(at())).wrong).toEqual([
        expect.objectContaining({
          check: "role",
          status: "warning",
          text: expect.stringContaining("it is a superuser"),
        }),
      ]);
      expect((await examined(asOwner)).wrong).toEqual([
        expect.objectContaining({
          check: "role",
          status: "warning",
          text: expect.stringContaining("it owns the tables"),
        }),
      ]);
      await server.run(
        `grant update, delete on token_budget.entries to ${writer.user};
         grant update (policy_repository) on token_budget.books to ${writer.user};
         grant truncate on token_budget.documents to ${writer.user};
         grant create on schema token_budget to ${writer.user}`,
        named(url),
      );
      const { code, wrong } = await examined(asWriter);
      expect(code).toBe(0);
      expect(wrong).toEqual([
        expect.objectContaining({
          ...{ check: "role", status: "warning" },
          text: expect.stringContaining(
            "CREATE on the schema token_budget; TRUNCATE on documents; UPDATE, DELETE on entries; UPDATE (policy_repository) on books",
          ),
        }),
      ]);
      await server.run((wrong[0]?.code ?? "").replaceAll("ROLE", writer.user), named(url));
      expect((await examined(asWriter)).wrong).toEqual([]);
    });

    it("names the rights that a role lacks, and the GRANTs give them", async () => {
      const { asWriter, writer } = await owned("--books", "demo");
      await server.run(
        `revoke insert on token_budget.documents from ${writer.user};
         revoke update (state) on token_budget.books from ${writer.user};
         revoke select on token_budget.days from ${writer.user}`,
        named(url),
      );
      const { code, wrong } = await examined(asWriter);
      expect(code).toBe(1);
      expect(wrong).toEqual([
        expect.objectContaining({
          ...{ check: "role", status: "problem", code: "token-budget database migrate --writer ROLE" },
          text: "it lacks SELECT on days; INSERT on documents; UPDATE (state) on books.",
        }),
      ]);
      await server.run(`revoke all on schema token_budget from ${writer.user}`, named(url));
      const without = await examined(asWriter);
      expect(without.statuses).toEqual(["database: ok", "role: problem"]);
      expect(without.of("role")[0]?.text).toContain("USAGE on the schema token_budget");
      await server.run(grantsFor(writer.user).join("\n"), named(url));
      expect((await examined(asWriter)).wrong).toEqual([]);
    });

    it("says which migration is missing, and that there are no tables or no such books", async () => {
      const empty = await examined(at());
      expect(empty.statuses).toEqual(["database: ok", "tables: problem"]);
      expect(empty.of("tables")[0]?.code).toContain("token-budget database migrate");
      expect(empty.of("books")).toEqual([]);
      await run("database", "migrate", "--books", "demo");
      expect((await examined(at(), "other")).of("books")).toEqual([
        expect.objectContaining({ status: "problem", text: expect.stringContaining("There are no books other") }),
      ]);
      await server.run("delete from token_budget.migrations", named(url));
      const old = await examined(at());
      expect(old.of("tables")).toEqual([
        {
          ...{ check: "tables", status: "problem", code: "token-budget database migrate" },
          text: 'version 0, and this release needs 1: "books, entries, documents" is missing.',
          fix: expect.stringContaining("the tables' owner"),
        },
      ]);
      expect(old.of("books")).toHaveLength(1);
    });

    it("reports a URL that can't be used as the database's", async () => {
      const { code, of } = await examined({ TOKEN_BUDGET_DATABASE_URL: `${url}?options=x` });
      expect(code).toBe(1);
      expect(of("database")).toEqual([
        expect.objectContaining({ status: "problem", text: expect.stringContaining("isn't known") }),
      ]);
    });
  });

  describe("moved by the writer's role", () => {
    /** A folder with books. */
    async function booksInFolder() {
      const folder = emptyFolder("books");
      expect(await terminalAt(folder, {}, "record", "--cost", "0.5")).toMatchObject({ code: 0 });
      return folder;
    }
    const wrapped = ({ out }: Said) => out.replace(/\s+/g, " ");
    const move = (env: Readonly<Record<string, string>>, from: string, to: string) =>
      terminalIn(env, "move", "--from", from, "--to", to);

    it("keep the policy of their repository, which only the owner can name", async () => {
      const policy = "required-tags: [team]\n";
      const repo = await github.createRepository("octo-org/moving");
      await repo.writeFile("main", ".github/token-budget.yml", policy);
      const inGitHub = { GITHUB_TOKEN: "ghs_write", GITHUB_API_URL: github.apiUrl };
      const { asOwner, asWriter } = await owned("--books", "demo");
      await terminalIn(asOwner, "database", "migrate", "--books", "other");
      const booked = await terminalIn(inGitHub, "record", "--cost", "0.5", "--repository", "octo-org/moving");
      expect(booked).toMatchObject({ code: 0 });
      const byWriter = await move({ ...inGitHub, ...asWriter }, "github:octo-org/moving", "postgres:other");
      expect(byWriter).toMatchObject({ code: 0, err: expect.stringContaining("No repository has the policy") });
      expect(byWriter.out).toContain("token-budget database migrate --books other --repository octo-org/moving");
      const byOwner = await move({ ...inGitHub, ...asOwner }, "postgres:other", "postgres:demo");
      expect(byOwner.err).toContain("No repository has the policy");
      await terminalIn(asOwner, "database", "migrate", "--books", "other", "--repository", "octo-org/moving");
      await terminalIn(asOwner, "database", "migrate", "--books", "third");
      await move({ ...inGitHub, ...asOwner }, "postgres:demo", "postgres:other");
      const along = await move({ ...inGitHub, ...asOwner }, "postgres:other", "postgres:third");
      expect(along).toMatchObject({ code: 0, err: "" });
      expect(wrapped(along)).toContain(
        "Their policy is .github/token-budget.yml on the default branch of octo-org/moving",
      );
      const denied = await terminalIn({ ...inGitHub, ...asWriter }, "check", "--books", "third");
      expect(wrapped(denied)).toContain("team");
    });

    it("arrive and leave with the printed rights alone", async () => {
      const { asWriter } = await owned("--books", "demo");
      const [home, back] = [await booksInFolder(), emptyFolder("back")];
      expect(await move(asWriter, home, "postgres:demo")).toMatchObject({ code: 0 });
      expect(await terminalIn(asWriter, "record", "--cost", "0.25", "--books", "demo")).toMatchObject({ code: 0 });
      expect(await terminalIn(asWriter, "verify", "--books", "demo")).toMatchObject({ code: 0 });
      expect(await move(asWriter, "postgres:demo", back)).toMatchObject({ code: 0 });
      expect((await terminalAt(back, {}, "status")).out).toContain("$0.75");
      expect(await terminalIn(asWriter, "record", "--cost", "1", "--books", "demo")).toMatchObject({
        code: 1,
        out: expect.stringContaining("were moved to"),
      });
    });

    it("go nowhere without the owner, who makes tables and books", async () => {
      const { asWriter } = await owned("--books", "demo");
      const home = await booksInFolder();
      const other = await move(asWriter, home, "postgres:other");
      expect(other.code).toBe(1);
      expect(wrapped(other)).toContain("There are no books other in the database. Make them under the owner's role");
      const empty = { TOKEN_BUDGET_DATABASE_URL: server.urlOf(await newDatabase(server)) };
      expect(wrapped(await move(empty, home, "postgres:demo"))).toContain("run `token-budget database migrate`");
      expect(await terminalAt(home, {}, "record", "--cost", "0.5")).toMatchObject({ code: 0 });
    });

    it("stay whole where a role may only read, and the writer's role goes on", async () => {
      const { asWriter } = await owned("--books", "demo", "--repository", "octo-org/budget");
      const reader = { user: newName("reader"), password: HIDDEN };
      await server.run(`create role ${reader.user} login password '${HIDDEN}'`);
      await server.run(
        `grant usage on schema token_budget to ${reader.user}; grant select on all tables in schema token_budget to ${reader.user}`,
        named(url),
      );
      const asReader = { TOKEN_BUDGET_DATABASE_URL: server.urlOf(named(url), reader) };
      const refused =
        "The database's role may not do this: run the GRANTs that `token-budget database migrate` prints.";
      const [home, away] = [await booksInFolder(), emptyFolder("away")];
      expect(wrapped(await move(asReader, home, "postgres:demo"))).toContain(refused);
      expect(await terminalAt(home, {}, "record", "--cost", "0.5")).toMatchObject({ code: 0 });
      expect(await move(asWriter, home, "postgres:demo")).toMatchObject({ code: 0 });
      // Who may only read locks nothing.
      for (const command of ["status", "verify", "report"])
        expect(await terminalIn(asReader, command, "--books", "demo"), command).toMatchObject({ code: 0 });
      // What is read can be copied; only the old place can't be marked, so the new one isn't opened.
      expect(wrapped(await move(asReader, "postgres:demo", away))).toContain(refused);
      expect(await terminalAt(away, {}, "record", "--cost", "1")).toMatchObject({
        code: 1,
        out: expect.stringContaining("are being moved"),
      });
      expect(await terminalIn(asWriter, "record", "--cost", "0.5", "--books", "demo")).toMatchObject({ code: 0 });
      expect(await move(asWriter, "postgres:demo", away)).toMatchObject({ code: 0 });
      expect((await terminalAt(away, {}, "status")).out).toContain("$1.50");
      expect(await terminalAt(away, {}, "verify")).toMatchObject({ code: 0 });
    });
  });

  it("takes the policy from the repository that the books name, and from no other", async () => {
    const policy = "monthly-budget: 40\nname: Whole org\n";
    await github.repo("octo-org/budget").writeFile("main", ".github/token-budget.yml", policy);
    await github.createRepository("octo-org/mine");
    await github.repo("octo-org/mine").writeFile("main", ".github/token-budget.yml", "monthly-budget: 1000000\n");
    await run("database", "migrate", "--books", "octo-org", "--repository", "octo-org/budget");
    const env = at({ GITHUB_TOKEN: "ghs_write", GITHUB_API_URL: github.apiUrl });
    github.clearLog();
    const status = await terminalIn(env, "status", "--books", "octo-org");
    expect(status.out).toContain("$40.00");
    expect(status.out).toContain("Whole org");
    expect(github.requests()).toBe(1);
    const other = await terminalIn(env, "check", "--books", "octo-org", "--repository", "octo-org/mine");
    expect(other).toMatchObject({ code: 75 });
    expect(other.out).toContain("can't be used with repository: octo-org/mine");
    expect(await terminalIn(env, "check", "--books", "octo-org", "--repository", "Octo-Org/Budget")).toMatchObject({
      code: 0,
    });
  });

  it("names the books in the commands that it says come next", async () => {
    await run("database", "migrate", "--books", "demo");
    const ask = async (...args: readonly string[]) =>
      (await run(...args, "--books", "demo")).out.replaceAll(/\s+/g, " ");
    expect(await ask("check")).toMatch(/token-budget record --hold \S+ --usage-file FILE --books demo/);
    await ask("pause", "--reason", "a look");
    expect(await ask("check")).toContain("token-budget resume --books demo");
    await ask("resume");
    await ask("record", "--cost", "15");
    expect(await ask("check")).toContain('token-budget adjust top-up 5 --reason "…" --books demo');
  });

  it("says no, and books all the same, where the policy can't be read", async () => {
    await run("database", "migrate", "--books", "octo-org", "--repository", "octo-org/budget");
    const check = await run("check", "--books", "octo-org");
    expect(check).toMatchObject({ code: 75, out: expect.stringContaining("reading it needs a token") });
    const record = await run("record", "--books", "octo-org", "--cost", "0.5");
    expect(record).toMatchObject({ code: 0, out: expect.stringContaining("Booked $0.5000") });
    expect(record.err).toContain("Bookings use the figures of the books");
    await run("database", "migrate", "--books", "hidden", "--repository", "octo-org/hidden");
    const blind = at({ GITHUB_TOKEN: "ghs_write", GITHUB_API_URL: github.apiUrl });
    const unseen = await terminalIn(blind, "check", "--books", "hidden");
    expect(unseen).toMatchObject({ code: 75, out: expect.stringContaining("missing-permission") });
    expect(unseen.out.replaceAll(/\s+/g, " ")).toContain("The policy of these books is in octo-org/hidden");
    const stranger = at({ GITHUB_TOKEN: "ghs_unknown", GITHUB_API_URL: github.apiUrl });
    expect(await terminalIn(stranger, "check", "--books", "octo-org")).toMatchObject({ code: 75 });
  });

  it("prints no URL, user, password or host of the database, whatever fails", async () => {
    await run("database", "migrate", "--books", "demo");
    const to = (change: (url: URL) => void) => {
      const other = new URL(url);
      other.password = HIDDEN;
      change(other);
      return other.href;
    };
    const failing: readonly (readonly [string, string])[] = [
      [to(() => {}), "doesn't accept the password"],
      [
        to((one) => {
          one.username = "nobody-here";
        }),
        "doesn't accept",
      ],
      [
        to((one) => {
          one.port = "1";
        }),
        "nothing answers at its address",
      ],
      [
        to((one) => {
          one.search = "?sslmode=verify-full";
        }),
        "certificate can't be verified",
      ],
      [
        to((one) => {
          one.host = "db.secret-host.invalid";
          one.search = "?sslmode=disable";
        }),
        "leave sslmode out",
      ],
      [
        to((one) => {
          one.search = "?options=-c%20x";
        }),
        "isn't known",
      ],
      [`${url.replace(/:[^:@/]*@/, `:${HIDDEN}@`)}#x`, "write %23"],
      [`mysql://root:${HIDDEN}@db.secret-host.invalid/x`, "can't be used"],
    ];
    for (const [database, text] of failing) {
      const fast = { TOKEN_BUDGET_DATABASE_URL: database };
      for (const args of [
        ["doctor", "--books", "demo"],
        ["database", "migrate"],
      ]) {
        const { out, err } = await terminalIn(fast, ...args);
        const all = `${out}${err}`.replaceAll(/\s+/g, " ");
        for (const secret of [HIDDEN, "secret-host", "nobody-here", database]) expect(all).not.toContain(secret);
        expect(all, `${args[0]} ${text}`).toContain(text);
      }
    }
  });

  it("verifies the server's certificate and name, and takes an authority from text or from a file", async () => {
    const secure = { TOKEN_BUDGET_DATABASE_URL: `${url}?sslmode=verify-full` };
    expect((await terminalIn(secure, "database", "migrate")).out).toContain("can't be verified");
    const given = await terminalIn(secure, "database", "migrate", "--database-ca", SELF_SIGNED.cert);
    expect(given).toMatchObject({ code: 0 });
    const none = await terminalIn(secure, "database", "migrate", "--database-ca", "missing.pem");
    expect(none).toMatchObject({ code: 2, out: expect.stringContaining("database-ca is neither") });
  });
});
