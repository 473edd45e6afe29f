import { beforeEach, describe, expect, it } from "vitest";
import type { Repository } from "../support/github/repository.ts";
import { booksOn, useWorld } from "./action-world.ts";

const world = useWorld();
const POLICY = `monthly-budget: 10
reserve: 50%
approval-environment: ai-budget
budgets:
  - { name: infrastructure, match: { division: infrastructure }, limit: 0.001 USD, on-exceed: approve }
`;
const RUN = 7;

/** The repository that keeps the books of others, among them the world's own. */
let owners: Repository;

beforeEach(async () => {
  owners = await world.createRepository();
  await owners.writeFile("main", ".github/token-budget.yml", POLICY);
  world.repo.setApprovals(RUN, [{ environments: ["ai-budget"], user: "Ann" }]);
});

const check = (inputs: Readonly<Record<string, string>>, options: Parameters<typeof world.step>[2] = {}) =>
  world.step(
    "check",
    { repository: owners.nameWithOwner, approval: "ai-budget", "on-deny": "continue", estimate: "0.01", ...inputs },
    { run: { id: RUN }, ...options },
  );

const OVER_A_LIMIT = { tags: "division=infrastructure" };

describe("an approval of a run whose books another repository keeps, for the overage", () => {
  it("opens nothing by an administrator of the run's repository alone, and the answer says why and what to do", async () => {
    world.repo.setRole("Ann", "admin");
    owners.setRole("Ann", "write");
    const { exitCode, outputs, summary } = await check(OVER_A_LIMIT);
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ allowed: "false", decision: "approve", reason: "approval-needed" });
    expect(outputs["message"]).toContain(`Ann approved, but has the role write in ${owners.nameWithOwner}`);
    expect(outputs["message"]).toContain("keeps these books");
    expect(summary).toContain(`the role maintain or admin in ${owners.nameWithOwner}`);
    expect((await booksOn(owners)).state.holds, "nothing is set aside").toEqual([]);
  });

  it("lets a run in by a maintainer of that repository", async () => {
    owners.setRole("Ann", "maintain");
    const { outputs } = await check(OVER_A_LIMIT);
    expect(outputs).toMatchObject({ allowed: "true", reason: "approved", "approved-by": "Ann" });
    expect((await booksOn(owners)).state.holds).toMatchObject([{ approved_by: "Ann" }]);
  });
});

describe("an approval of a run whose books another repository keeps", () => {
  it("asks nobody for a role in the run's own repository, whatever the case its name is written in", async () => {
    await world.repo.writeFile("main", ".github/token-budget.yml", POLICY);
    world.requests();
    const { outputs } = await check({ ...OVER_A_LIMIT, repository: world.repo.nameWithOwner.toUpperCase() });
    expect(outputs).toMatchObject({ allowed: "true", "approved-by": "Ann" });
    expect(world.requests().filter((request) => request.includes("collaborators"))).toEqual([]);
  });

  it("says what a token lacks that doesn't see the run", async () => {
    world.github.setToken("ghs_app", { permission: "write", repositories: [owners.nameWithOwner] });
    const { outputs } = await check(OVER_A_LIMIT, { token: "ghs_app" });
    expect(outputs).toMatchObject({ allowed: "false", reason: "missing-permission" });
    expect(outputs["message"]).toContain(`give it access to ${world.repo.nameWithOwner} as well, with actions: read`);
  });
});
