import { describe, expect, it } from "vitest";
import { booksOn, READ_AND_COMMIT, useWorld } from "./action-world.ts";

const world = useWorld();

describe("books in another repository", () => {
  it("are kept there, with the token that may write there, and name the run's repository", async () => {
    const books = await world.createRepository();
    world.github.setToken("ghs_books", { permission: "write", repositories: [books.nameWithOwner] });
    const inputs = { repository: books.nameWithOwner, "github-token": "ghs_books" };
    const job = world.job({ inputs });
    const check = await job.step({ inputs: { command: "check" } });
    expect(check.outputs).toMatchObject({ allowed: "true" });
    const record = await job.step({ inputs: { command: "record", cost: "0.03" } });
    expect(record.outputs).toMatchObject({ spent: "0.03", held: "0", hold: check.outputs["hold"] });
    expect(await world.repo.branches()).toEqual(["main"]);
    const { entries } = await booksOn(books);
    expect(entries).toMatchObject([{ cost: 0.03, run: { repository: world.repo.nameWithOwner } }]);
    for (const { log } of [check, record]) expect(log).not.toContain("ghs_books");
  });

  it("that the workflow's own token doesn't see are said to need one of their own", async () => {
    world.github.setToken("ghs_own", { permission: "write", repositories: [world.repo.nameWithOwner] });
    const books = await world.createRepository();
    const { exitCode, outputs } = await world.step("check", { repository: books.nameWithOwner }, { token: "ghs_own" });
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ allowed: "false", decision: "deny", reason: "state-unreachable" });
    expect(outputs["message"]).toMatch(/need a separate token/);
    expect(await books.branches()).toEqual(["main"]);
  });
});

describe("branch: main", () => {
  it("keeps the books beside the code, leaves its README alone and starts no workflow", async () => {
    await world.repo.writeFile("main", "src/app.ts", "export {};\n");
    const job = world.job({ inputs: { branch: "main", path: "ai/token_budget.json" } });
    world.requests();
    expect((await job.step({ inputs: { command: "check" } })).outputs).toMatchObject({ allowed: "true" });
    expect(world.requests()).toEqual(READ_AND_COMMIT);
    await job.step({ inputs: { command: "record", cost: "0.05" } });
    expect(await world.repo.branches()).toEqual(["main"]);
    expect(await world.repo.files("main")).toEqual([
      "README.md",
      "ai/token_budget.json",
      expect.stringMatching(/^ai\/token_budget\/ledger\/\d{4}-\d\d\/\d\dT\d\d\.ndjson$/),
      "src/app.ts",
    ]);
    expect(await world.repo.readFile("main", "README.md")).toBe(`# ${world.repo.name}\n`);
    const log = await world.repo.log("main");
    expect(log).toHaveLength(4);
    for (const { message } of log.slice(0, 2)) expect(message).toMatch(/^budget: .*\[skip ci\]$/);
    const { state } = await booksOn(world.repo, { branch: "main", path: "ai/token_budget.json" });
    expect(state).toMatchObject({ total_spent: 0.05, holds: [] });
  });
});

describe("an empty repository", () => {
  it("gets its first commit and then its books", async () => {
    const empty = await world.createRepository({ empty: true });
    const job = world.job({ repository: empty.nameWithOwner });
    expect((await job.step({ inputs: { command: "check" } })).outputs).toMatchObject({
      allowed: "true",
      held: "0.055",
    });
    expect(await empty.branches()).toEqual(["main", "token-budget"]);
    expect(await empty.log("token-budget")).toMatchObject([{ parents: [] }]);
    await job.step({ inputs: { command: "record", cost: "0.05" } });
    expect((await booksOn(empty)).state).toMatchObject({ total_spent: 0.05, holds: [] });
  });

  it("gets them once where two runs find it empty", async () => {
    const empty = await world.createRepository({ empty: true });
    const checks = await Promise.all(
      [1, 2].map((id) => world.step("check", {}, { repository: empty.nameWithOwner, run: { id } })),
    );
    expect(checks.map(({ outputs }) => outputs["allowed"])).toEqual(["true", "true"]);
    expect(await empty.branches()).toEqual(["main", "token-budget"]);
    expect(await empty.log("main")).toHaveLength(1);
    expect((await booksOn(empty)).state.holds).toHaveLength(2);
  });

  it("gets them on its default branch where that is asked for", async () => {
    const empty = await world.createRepository({ empty: true });
    const { outputs } = await world.step("check", { branch: "main" }, { repository: empty.nameWithOwner });
    expect(outputs).toMatchObject({ allowed: "true" });
    expect(await empty.branches()).toEqual(["main"]);
    expect((await booksOn(empty, { branch: "main" })).state.holds).toHaveLength(1);
  });
});

describe("a branch that was named and isn't there", () => {
  it("is begun, for it is the books' own", async () => {
    const { outputs } = await world.step("check", { branch: "ai/books" });
    expect(outputs).toMatchObject({ allowed: "true" });
    expect(await world.repo.branches()).toEqual(["ai/books", "main"]);
  });
});

describe("an Enterprise server", () => {
  it("is asked under its own addresses alone", async () => {
    const { url, enterprise } = world.github;
    const job = world.job();
    const env = {
      GITHUB_API_URL: enterprise.apiUrl,
      GITHUB_GRAPHQL_URL: enterprise.graphqlUrl,
      GITHUB_SERVER_URL: url,
    };
    expect((await job.step({ inputs: { command: "check" }, env })).outputs).toMatchObject({ allowed: "true" });
    await job.step({ inputs: { command: "record", cost: "0.05" }, env });
    const paths = world.github.log.slice(-6).map(({ path }) => path);
    expect(paths).toEqual([
      "/api/graphql",
      ...["trees", "commits", "refs"].map((what) => `/api/v3/repos/${world.repo.nameWithOwner}/git/${what}`),
      "/api/graphql",
      "/api/graphql",
    ]);
    expect((await booksOn(world.repo)).state).toMatchObject({ total_spent: 0.05 });
  });
});
