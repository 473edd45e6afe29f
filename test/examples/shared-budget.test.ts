import { describe, expect, it } from "vitest";
import { booksOn, expectSoundBooks, seedBooks } from "../e2e/books-on-branch.ts";
import type { StandIn } from "../support/workflow/run-options.ts";
import { claudeCode, type Way } from "./agents.ts";
import { ON_A_RUNNER, useExamples } from "./example-world.ts";

const world = useExamples();
/** The App's tokens all begin like this; every job has one of its own. */
const APP_TOKEN = "app-token-";
let tokens = 0;

/** Hands out a token that sees the repository it was asked for, and takes it back when the job ends. */
const appToken: StandIn = ({ inputs, setOutput, setSecret, onPost }) => {
  expect(inputs).toMatchObject({ "client-id": "Iv1.budget", "private-key": "app-key", "permission-contents": "write" });
  const repositories = [`${inputs["owner"]}/${inputs["repositories"]}`];
  tokens += 1;
  const token = `${APP_TOKEN}${tokens}`;
  world.github.setToken(token, { permission: "write", repositories });
  setSecret(token);
  setOutput("token", token);
  onPost(() => world.github.revokeToken(token));
};

function run(owner: string, name: string, way: Way = "success", id = 1) {
  const agent = claudeCode(way, id);
  return world.run("shared-budget", {
    event: { name: "workflow_dispatch" },
    inputs: { prompt: "Mend it" },
    repository: `${owner}/${name}`,
    run: { id },
    secrets: { BUDGET_APP_KEY: "app-key" },
    vars: { BUDGET_APP_CLIENT_ID: "Iv1.budget" },
    standIns: { ...agent.standIns, "actions/create-github-app-token": appToken },
  });
}

async function team(owner: string) {
  const books = await world.github.createRepository(`${owner}/ai-budget`);
  for (const name of ["app", "site"]) await world.github.createRepository(`${owner}/${name}`);
  return books;
}

describe("the example shared-budget", ON_A_RUNNER, () => {
  it("books the runs of all repositories in one place, before the App's token is taken back", async () => {
    const books = await team("one");
    const ran = [await run("one", "app", "success", 1), await run("one", "site", "success", 2)];
    expect(ran.map(({ conclusion }) => conclusion)).toEqual(["success", "success"]);
    expect(ran[0]?.jobs[0]?.posts.map(({ id, outcome }) => [id, outcome])).toEqual([
      ["budget", "success"],
      ["app", "success"],
    ]);
    const { state, entries } = await booksOn(books);
    expect(state).toMatchObject({ monthly_budget: 50, total_spent: 0.0999, executions: 2, holds: [] });
    expect(entries.map(({ run }) => run.repository)).toEqual(["one/app", "one/site"]);
    await expectSoundBooks(books, [APP_TOKEN, "app-key"]);
  });

  it("books two repositories at once, one whose agent fails and one that is cancelled", async () => {
    const books = await team("two");
    const ran = await Promise.all([run("two", "app", "failure", 1), run("two", "site", "cancelled", 2)]);
    expect(ran.map(({ conclusion }) => conclusion)).toEqual(["failure", "cancelled"]);
    const { state, entries } = await booksOn(books);
    expect(state).toMatchObject({ executions: 2, holds: [] });
    expect(entries.map(({ run, result }) => [run.repository, result]).sort()).toEqual([
      ["two/app", "failure"],
      ["two/site", "cancelled"],
    ]);
    await expectSoundBooks(books, [APP_TOKEN, "app-key"]);
  });

  it("denies a run in any repository when the shared month is over", async () => {
    const books = await team("three");
    await seedBooks(books, { at: "2026-02-14T12:00:00Z", spent: 49.96, state: { monthly_budget: 50 } });
    const ran = await run("three", "app");
    expect(ran.conclusion).toBe("failure");
    expect((await booksOn(books)).state).toMatchObject({ total_spent: 49.96, executions: 0, holds: [] });
  });
});
