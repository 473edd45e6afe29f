import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectLaws } from "../store/postgres/laws.ts";
import { type PostgresWorld, postgresWorldOn } from "../store/postgres/postgres-world.ts";
import { NO_POSTGRES, newName, sharedServer } from "../support/postgres/server.ts";
import type { StandIn } from "../support/workflow/run-options.ts";
import { claudeCode, type Way } from "./agents.ts";
import { ON_A_RUNNER, useExamples } from "./example-world.ts";

const world = useExamples();
const APP_TOKEN = "app-token-";
const PASSWORD = "writer-Secret!pass";

/** Hands out a token that only reads the repository with the policy. */
const appToken: StandIn = ({ inputs, setOutput, setSecret, onPost }) => {
  expect(inputs).toMatchObject({ "client-id": "Iv1.budget", "private-key": "app-key", "permission-contents": "read" });
  const token = `${APP_TOKEN}${newName("x")}`;
  world.github.setToken(token, { permission: "read", repositories: [`${inputs["owner"]}/${inputs["repositories"]}`] });
  setSecret(token);
  setOutput("token", token);
  onPost(() => world.github.revokeToken(token));
};

describe("the example fleet", ON_A_RUNNER, () => {
  let postgres: PostgresWorld;
  let url: string;
  beforeAll(async () => {
    if (NO_POSTGRES !== undefined) return;
    postgres = await postgresWorldOn(await sharedServer());
    const user = newName("writer");
    await postgres.sql(`create role ${user} login password '${PASSWORD}'`);
    await postgres.sql(`grant usage on schema token_budget to ${user}; grant select on all tables in schema token_budget to ${user};
      grant update (version, state, updated_at) on token_budget.books to ${user};
      grant insert on token_budget.entries, token_budget.documents to ${user}`);
    url = postgres.urlOf({ role: { user, password: PASSWORD } });
  });
  beforeEach(({ skip }) => skip(NO_POSTGRES !== undefined, NO_POSTGRES));

  async function org(owner: string) {
    const policy = await world.github.createRepository(`${owner}/ai-budget`);
    await policy.writeFile("main", ".github/token-budget.yml", "monthly-budget: 50\n");
    for (const name of ["app", "site"]) await world.github.createRepository(`${owner}/${name}`);
    await postgres.sql(
      `insert into token_budget.books (name, policy_repository) values ('${owner}', '${owner}/ai-budget')`,
    );
  }

  const run = (
    owner: string,
    name: string,
    { way = "success", id = 1, secret = url }: { way?: Way; id?: number; secret?: string } = {},
  ) => {
    const agent = claudeCode(way, id);
    return world.run("fleet", {
      event: { name: "workflow_dispatch" },
      inputs: { prompt: "Mend it" },
      repository: `${owner}/${name}`,
      run: { id },
      secrets: { BUDGET_APP_KEY: "app-key", BUDGET_DATABASE_URL: secret },
      vars: { BUDGET_APP_CLIENT_ID: "Iv1.budget" },
      standIns: { ...agent.standIns, "actions/create-github-app-token": appToken },
    });
  };

  it("books the runs of all repositories in one place, and nothing in GitHub", async () => {
    await org("one");
    const ran = await Promise.all([run("one", "app", { id: 1 }), run("one", "site", { id: 2 })]);
    expect(ran.map(({ conclusion }) => conclusion)).toEqual(["success", "success"]);
    const { state, lines } = await postgres.kept("one");
    const after = expectLaws(state, lines);
    expect(after).toMatchObject({ executions: 2, holds: [] });
    const entries = lines.map((line) => JSON.parse(line) as { readonly run: { readonly repository: string } });
    expect(entries.map((entry) => entry.run.repository).toSorted()).toEqual(["one/app", "one/site"]);
    expect(JSON.parse(state ?? "")).toMatchObject({ monthly_budget: 50, total_spent: 0.0999 });
    expect(await world.github.repo("one/ai-budget").branches()).toEqual(["main"]);
    const shown = ran.flatMap(({ jobs }) => jobs.flatMap(({ steps, posts }) => [...steps, ...posts]));
    const told = shown.map((step) => [step.told?.summary, step.told?.log, step.told?.env, step.told?.outputs]);
    expect(JSON.stringify([told, state, lines])).not.toContain(PASSWORD);
  });

  it("lets nothing run, and starts no books in GitHub, where the secret isn't set", async () => {
    await org("two");
    const ran = await run("two", "app", { secret: "" });
    expect(ran.conclusion).toBe("failure");
    expect(JSON.stringify(ran)).toContain("check that the secret is there");
    expect(await world.github.repo("two/ai-budget").branches()).toEqual(["main"]);
    expect((await postgres.kept("two")).lines).toEqual([]);
  });
});
