import { describe, expect, it } from "vitest";
import { booksOn, NOON } from "../e2e/action-world.ts";
import { seedBooks } from "../e2e/books-on-branch.ts";
import { codex } from "./agents.ts";
import { pullRequest } from "./events.ts";
import { ON_A_RUNNER, useExamples } from "./example-world.ts";

const world = useExamples();
const POLICY = ".github/token-budget.yml";
const RICH = "monthly-budget: 1000\ndefault-estimate: 0.000001\nbranch: feature\n";

/** Runs the example that reviews pull requests, on one of this repository or of a fork. */
function review(from: string, workspace: Readonly<Record<string, string>> = {}) {
  const fork = from !== world.repo.nameWithOwner;
  const opened = pullRequest(world.repo.nameWithOwner, from);
  return world.run("codex", {
    ...opened,
    run: { ...opened.run, actor: fork ? "stranger" : "dev" },
    fork,
    workspace,
    ...codex("success", 1),
  });
}

describe("a pull request that changes the policy and the books on its own branch", ON_A_RUNNER, () => {
  it("changes nothing about its own gate", async () => {
    await world.repo.writeFile("main", POLICY, "monthly-budget: 10\n");
    await seedBooks(world.repo, { at: NOON, spent: 9.97, state: { monthly_budget: 10 } });
    const rich = { at: NOON, state: { monthly_budget: 1000 } };
    await seedBooks(world.repo, rich, { branch: "feature" });
    await world.repo.writeFile("feature", POLICY, RICH);
    const mine = (await world.repo.readFile("feature", "token_budget.json")) ?? "";

    const { conclusion, jobs } = await review(world.repo.nameWithOwner, { [POLICY]: RICH, "token_budget.json": mine });
    expect(conclusion).toBe("failure");
    const [gate, ...later] = jobs[0]?.steps ?? [];
    expect(gate?.told?.outputs).toMatchObject({ allowed: "false", reason: "exhausted", budget: "10", spent: "9.97" });
    expect(new Set(later.map(({ outcome }) => outcome))).toEqual(new Set(["skipped"]));
    expect((await booksOn(world.repo)).state).toMatchObject({ monthly_budget: 10, total_spent: 9.97, holds: [] });
    expect(await world.repo.readFile("feature", "token_budget.json")).toBe(mine);
  });
});

describe("a pull request that is reviewed twice", ON_A_RUNNER, () => {
  it("has one comment, which shows what both reviews cost", async () => {
    await review(world.repo.nameWithOwner);
    await review(world.repo.nameWithOwner);
    const { comments } = world.repo.pulls.get(7) ?? {};
    expect(comments?.map(({ author }) => author)).toEqual(["github-actions[bot]"]);
    expect(comments?.[0]?.body).toMatch(/has cost \*\*&#36;\d+\.\d+\*\* in 2 runs\./);
    expect((await booksOn(world.repo)).state["pulls"]).toMatchObject({
      [`${world.repo.nameWithOwner}#7`]: { executions: 2 },
    });
  });
});

describe("a fork's pull request", ON_A_RUNNER, () => {
  it("is left out without being red: no agent, no hold, a notice that says why", async () => {
    await seedBooks(world.repo, { at: NOON, spent: 1 });
    const head = await world.repo.head("token-budget");
    const { conclusion, jobs } = await review("stranger/r", { [POLICY]: RICH });
    expect(conclusion).toBe("success");
    const [gate, ...later] = jobs[0]?.steps ?? [];
    expect(gate).toMatchObject({
      outcome: "success",
      told: { outputs: { allowed: "false", reason: "read-only-token" } },
    });
    expect(gate?.told?.annotations.map(({ level }) => level)).toEqual(["notice"]);
    expect(new Set(later.map(({ outcome }) => outcome))).toEqual(new Set(["skipped"]));
    expect(jobs[0]?.posts).toMatchObject([{ outcome: "success", told: { annotations: [] } }]);
    expect(await world.repo.head("token-budget")).toBe(head);
    expect(world.repo.pulls.get(7)?.comments).toEqual([]);
  });
});
