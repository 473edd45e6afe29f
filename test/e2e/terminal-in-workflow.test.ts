import { describe, expect, it } from "vitest";
import { booksOn, NOON, useWorld } from "./action-world.ts";
import { seedBooks } from "./books-on-branch.ts";
import { Folder } from "./folder-world.ts";

const world = useWorld();

/** A terminal in a step of a workflow that has a token which may write. */
function terminalIn(run: Readonly<Record<string, string>>): Folder {
  const env = {
    ...{ GITHUB_ACTIONS: "true", GITHUB_TOKEN: "ghs_write", GITHUB_API_URL: world.github.apiUrl },
    ...{ GITHUB_REPOSITORY: world.repo.nameWithOwner, GITHUB_RUN_ID: "31", GITHUB_RUN_ATTEMPT: "1", GITHUB_JOB: "ci" },
    ...run,
  };
  const folder = new Folder({ time: world.time, env: { ...env, GITHUB_EVENT_PATH: "event.json" } });
  const payload = { repository: { full_name: world.repo.nameWithOwner, default_branch: "main" } };
  folder.write("event.json", JSON.stringify(payload));
  return folder;
}

const BY_HAND = { GITHUB_EVENT_NAME: "workflow_dispatch", GITHUB_REF: "refs/heads/main" };
const RESET = ["reset", "--reason", "why"];
const ADJUST = ["adjust", "--adjustment", "top-up", "--amount", "5 USD", "--reason", "why"];

describe("the terminal program in a workflow", () => {
  it.each([
    ["a pull request", { GITHUB_EVENT_NAME: "pull_request", GITHUB_REF: "refs/pull/7/merge" }, "maintainer"],
    ["a push", { GITHUB_EVENT_NAME: "push", GITHUB_REF: "refs/heads/main" }, "maintainer"],
    ["another branch", { ...BY_HAND, GITHUB_REF: "refs/heads/feature" }, "maintainer"],
    ["somebody who may only write", BY_HAND, "writer"],
    ["a stranger", BY_HAND, "stranger"],
  ])("obeys the rules of the Action: no reset and no adjustment for %s", async (_, run, actor) => {
    await seedBooks(world.repo, { at: NOON, spent: 12 });
    world.repo.setRole("maintainer", "maintain");
    world.repo.setRole("writer", "write");
    const head = await world.repo.head("token-budget");
    for (const args of [RESET, ADJUST]) {
      const ended = await terminalIn({ ...run, GITHUB_ACTOR: "maintainer", GITHUB_TRIGGERING_ACTOR: actor }).run(
        ...args,
        ...["--repository", world.repo.nameWithOwner],
      );
      expect(ended.exitCode).not.toBe(0);
      expect(ended.stdout.replace(/\s+/g, " ")).toContain("is for maintainers");
    }
    expect(await world.repo.head("token-budget")).toBe(head);
  });

  it("resets for a maintainer by hand, in whose name and with the run it stands in the books", async () => {
    await seedBooks(world.repo, { at: NOON, spent: 12 });
    world.repo.setRole("maintainer", "maintain");
    const folder = terminalIn({ ...BY_HAND, GITHUB_ACTOR: "maintainer" });
    expect(await folder.run(...RESET, "--repository", world.repo.nameWithOwner)).toMatchObject({ exitCode: 0 });
    const { state, entries } = await booksOn(world.repo);
    expect(state.history).toMatchObject([{ closed: "reset", actor: "maintainer" }]);
    expect(entries.at(-1)).toMatchObject({ kind: "reset", run: { run_id: 31, actor: "maintainer" } });
  });

  it("changes no budget on a pull request, and settles only holds of its own run", async () => {
    const pull = { GITHUB_EVENT_NAME: "pull_request", GITHUB_REF: "refs/pull/7/merge", GITHUB_ACTOR: "octocat" };
    const there = ["--repository", world.repo.nameWithOwner];
    const other = await terminalIn({ ...pull, GITHUB_RUN_ID: "30" }).json("check", ...there, "--estimate", "3");
    const folder = terminalIn(pull);
    await folder.json("check", ...there, "--monthly-budget", "5000", "--estimate", "0.02");
    await folder.json("record", ...there, "--cost", "0.01");
    const { state } = await booksOn(world.repo);
    expect(state).toMatchObject({ monthly_budget: 15, total_spent: 0.01, holds: [{ id: other.hold, amount: 3 }] });
  });
});
