import { resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseAddress } from "../../src/store/postgres/address.ts";
import { connectionTo } from "../../src/store/postgres/connection.ts";
import { migrate } from "../../src/store/postgres/migrate.ts";
import { VERSION } from "../../src/version.ts";
import { booksOn } from "../e2e/books-on-branch.ts";
import { NO_POSTGRES, newDatabase, sharedServer } from "../support/postgres/server.ts";
import { emptyFolder } from "../support/runner/action.ts";
import { startNode } from "../support/runner/spawn.ts";
import { ON_A_RUNNER, useExamples } from "./example-world.ts";

const world = useExamples();
const BRANCH = "token-budget-copy";
const CLI = resolve("dist/cli.js");
const PROGRAMS = {
  npx: `[ "$1 $2" = "--yes token-budget@${VERSION}" ] || exit 64; shift 2; exec "${process.execPath}" "${CLI}" "$@"`,
};

describe.skipIf(NO_POSTGRES !== undefined)("the example ledger-to-git", ON_A_RUNNER, () => {
  let url: string;
  beforeAll(async () => {
    const server = await sharedServer();
    url = server.urlOf(await newDatabase(server));
    const connection = connectionTo(parseAddress(url), async () => ({}));
    await migrate(connection, { program: VERSION, named: { books: "octo-org", policyRepository: undefined } });
    await connection.close();
  });

  const run = () =>
    world.run("ledger-to-git", {
      event: { name: "schedule", payload: { schedule: "40 3 * * *" } },
      secrets: { TOKEN_BUDGET_DATABASE_URL: url },
      vars: { BUDGET_BOOKS: "octo-org" },
      standIns: { "actions/setup-node": () => {} },
      programs: PROGRAMS,
    });

  async function book(cost: string): Promise<void> {
    const env = { TOKEN_BUDGET_DATABASE_URL: url };
    const args = ["record", "--books", "octo-org", "--cost", cost];
    const ended = await startNode(CLI, args, { cwd: emptyFolder("desk"), env }).ended;
    expect(ended.exitCode, ended.stderr).toBe(0);
  }

  it("copies the books to a branch, and the next night only what is new", async () => {
    await book("0.25");
    expect((await run()).conclusion).toBe("success");
    const first = await booksOn(world.repo, { branch: BRANCH });
    expect(first.state).toMatchObject({ total_spent: 0.25, requires: ["moved"], moved: { to: "postgres:octo-org" } });
    const commits = (await world.repo.log(BRANCH)).length;
    expect((await run()).conclusion).toBe("success");
    expect(await world.repo.log(BRANCH)).toHaveLength(commits);
    await book("0.5");
    expect((await run()).conclusion).toBe("success");
    const { state, entries } = await booksOn(world.repo, { branch: BRANCH });
    expect(state).toMatchObject({ total_spent: 0.75 });
    expect(entries.map(({ cost }) => cost)).toEqual([0.25, 0.5]);
    expect(await world.repo.log(BRANCH)).toHaveLength(commits + 1);
  });
});
