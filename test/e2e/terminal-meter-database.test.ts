import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { usePostgresWorld } from "../store/postgres/postgres-world.ts";
import { type GitHub, startGitHub } from "../support/github/server.ts";
import { NO_POSTGRES } from "../support/postgres/server.ts";
import { MODELS, type Providers, startProviders } from "../support/providers/server.ts";
import { emptyFolder } from "../support/runner/action.ts";
import { Folder } from "./folder-world.ts";

describe("a metered run of books in PostgreSQL", () => {
  const world = usePostgresWorld();
  let github: GitHub;
  let providers: Providers;
  beforeAll(async () => {
    [github, providers] = await Promise.all([startGitHub(), startProviders()]);
  });
  afterAll(() => Promise.all([github.stop(), providers.stop()]));
  beforeEach(({ skip }) => skip(NO_POSTGRES !== undefined, NO_POSTGRES));

  it("is granted more by the database as it costs more, and booked from the meter's record", async () => {
    // A call costs $0.03.
    providers.tokens = { input: 5000, output: 1000 };
    const repo = await github.createRepository("octo-org/metered");
    await repo.writeFile("main", ".github/token-budget.yml", `meter-hosts: ["${providers.origin}"]\n`);
    const books = await world().newBooks(repo.nameWithOwner);
    const folder = new Folder({
      env: {
        ...{ TOKEN_BUDGET_DATABASE_URL: world().urlOf({}), GITHUB_TOKEN: "ghs_write", GITHUB_API_URL: github.apiUrl },
        ...{ ANTHROPIC_BASE_URL: providers.origin, HOME: emptyFolder("home") },
      },
    });
    const script = `(async () => {
      const body = JSON.stringify({ model: "${MODELS.anthropic}", max_tokens: 100, messages: [] });
      for (let calls = 0; calls < 4; calls += 1)
        await (await fetch(process.env.ANTHROPIC_BASE_URL + "/v1/messages", { method: "POST", body })).text();
    })()`;
    const words = ["run", "--books", books, "--meter", "--estimate", "0.05", "--", "node", "-e", script];
    expect(await folder.run(...words)).toMatchObject({ exitCode: 0 });
    expect(providers.asked).toHaveLength(4);
    const kept = await world().sql(
      `select cost::float8 / 1e9 as cost, doc ->> 'source' as source from token_budget.entries where books = '${books}' and kind = 'charge'`,
    );
    expect(kept).toEqual([{ cost: expect.closeTo(0.12, 9), source: "meter" }]);
  });
});
