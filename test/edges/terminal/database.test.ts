import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type GitHub, startGitHub } from "../../support/github/server.ts";
import { NO_OWN_POSTGRES, newDatabase, newName, type OwnServer, startServer } from "../../support/postgres/server.ts";
import { SELF_SIGNED } from "../../support/tls/self-signed.ts";
import { type Said, terminalIn } from "./in-source.ts";

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
    expect(migrated).toMatchObject({ code: 1, out: expect.stringContaining("The database's role may not do this") });
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

  it("says no, and books all the same, where the policy can't be read", async () => {
    await run("database", "migrate", "--books", "octo-org", "--repository", "octo-org/budget");
    const check = await run("check", "--books", "octo-org");
    expect(check).toMatchObject({ code: 75, out: expect.stringContaining("reading it needs a token") });
    const record = await run("record", "--books", "octo-org", "--cost", "0.5");
    expect(record).toMatchObject({ code: 0, out: expect.stringContaining("Booked $0.5000") });
    expect(record.err).toContain("Bookings use the figures of the books");
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
