import { describe, expect, it } from "vitest";
import type { ActionResult } from "../support/runner/action.ts";
import { booksOn, type JobOptions, NOON, useWorld } from "./action-world.ts";
import { seedBooks } from "./books-on-branch.ts";

const world = useWorld();
const texts = ({ annotations }: ActionResult, wanted: string): readonly string[] =>
  annotations.flatMap(({ level, message }) => (level === wanted ? [message] : []));

const forkRun = (): JobOptions => ({
  event: {
    name: "pull_request",
    payload: {
      pull_request: {
        number: 7,
        head: { repo: { full_name: "stranger/r" } },
        base: { repo: { full_name: world.repo.nameWithOwner } },
      },
    },
  },
  run: { ref: "refs/pull/7/merge", actor: "stranger" },
  token: "ghs_read",
  discord: null,
});
const dependabotRun = (): JobOptions => ({
  event: { name: "push" },
  run: { ref: "refs/heads/dependabot/npm/x", actor: "dependabot[bot]" },
  token: "ghs_read",
  discord: null,
});

describe("a pull request whose token can't write", () => {
  it.each([
    ["of a fork", forkRun, "check"],
    ["of a fork", forkRun, "guard"],
    ["of Dependabot", dependabotRun, "check"],
  ])("%s is skipped and doesn't fail (%#)", async (_, run, command) => {
    await seedBooks(world.repo, { at: NOON, spent: 1 });
    const head = await world.repo.head("token-budget");
    const job = world.job(run());
    const result = await job.step({ inputs: { command } });
    expect(result.exitCode).toBe(0);
    expect(result.outputs).toMatchObject({ allowed: "false", decision: "deny", reason: "read-only-token" });
    expect(texts(result, "notice").join()).toMatch(/comes from a fork or from Dependabot/);
    expect(texts(result, "warning")).toEqual([]);
    expect(result.summary).toContain("AI run skipped");
    const post = await job.post();
    expect(post).toMatchObject({ exitCode: 0, annotations: [] });
    expect(await world.repo.head("token-budget")).toBe(head);
  });

  it("is skipped too on the first use, and begins no books", async () => {
    const result = await world.step("check", {}, forkRun());
    expect(result).toMatchObject({ exitCode: 0, outputs: { allowed: "false", reason: "read-only-token" } });
    expect(await world.repo.branches()).toEqual(["main"]);
  });

  it("is skipped where the secret with the books' token is empty", async () => {
    const result = await world.step("check", { "github-token": "" }, forkRun());
    expect(result).toMatchObject({ exitCode: 0, outputs: { allowed: "false", reason: "read-only-token" } });
    expect(world.requests()).toEqual([]);
  });

  const FULL = { at: NOON, holds: [14.98], state: { warned: { denied: NOON.slice(0, 10) } } };
  const POLICY = ".github/token-budget.yml";

  it.each<readonly [string, () => Promise<unknown>]>([
    ["the books would deny it and nothing need be written", () => seedBooks(world.repo, FULL)],
    ["the month is over", () => seedBooks(world.repo, { at: NOON, spent: 15 })],
    ["the policy can't be read", () => world.repo.writeFile("main", POLICY, "monthly-budget: fifty\n")],
    ["the books can't be read", () => world.repo.writeFile("token-budget", "token_budget.json", "{")],
    ["GitHub can't be reached", async () => world.github.faults.always("any", { kind: "status", status: 502 })],
  ])("is skipped and doesn't fail where %s", async (_, prepare) => {
    await prepare();
    for (const command of ["check", "guard"]) {
      const result = await world.step(command, { "on-error": "allow" }, forkRun());
      expect(result).toMatchObject({ exitCode: 0, outputs: { allowed: "false", reason: "read-only-token" } });
      expect(texts(result, "notice").join()).toMatch(/comes from a fork or from Dependabot/);
      expect(texts(result, "error")).toEqual([]);
    }
  });

  it("asks once whether its token may write, and nothing more", async () => {
    await seedBooks(world.repo, FULL);
    await world.step("check", {}, forkRun());
    expect(world.requests()).toEqual([`POST /repos/${world.repo.nameWithOwner}/git/refs`]);
  });

  it("is decided as any other where the repository lets forks write", async () => {
    await seedBooks(world.repo, { at: NOON, spent: 1 });
    const allowed = await world.step("check", {}, { ...forkRun(), token: "ghs_write" });
    expect(allowed).toMatchObject({ exitCode: 0, outputs: { allowed: "true", reason: "ok" } });
    const denied = await world.step("check", { estimate: "14" }, { ...forkRun(), token: "ghs_write" });
    expect(denied).toMatchObject({ exitCode: 1, outputs: { allowed: "false", reason: "insufficient" } });
    // Nothing is written for a second denial of the day, and it is one all the same.
    const again = await world.step("check", { estimate: "14" }, { ...forkRun(), token: "ghs_write" });
    expect(again).toMatchObject({ exitCode: 1, outputs: { allowed: "false", reason: "insufficient" } });
    expect((await booksOn(world.repo)).state.holds).toHaveLength(1);
  });

  it("may look at the budget", async () => {
    await seedBooks(world.repo, { at: NOON, spent: 1 });
    const { exitCode, outputs } = await world.step("status", {}, forkRun());
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ spent: "1", allowed: "true" });
  });
});

describe("any other run whose token can't write", () => {
  it.each(["check", "guard"])("is told the two lines that mend it (%s)", async (command) => {
    const result = await world.step(command, {}, { token: "ghs_read" });
    expect(result.exitCode).toBe(1);
    expect(result.outputs).toMatchObject({ allowed: "false", decision: "deny", reason: "missing-permission" });
    expect(texts(result, "error").join()).toContain("permissions:\n  contents: write");
    expect(result.summary).toMatch(/contents: write/);
    expect(await world.repo.branches()).toEqual(["main"]);
  });

  it("is let in without an answer with on-error: allow, and warned", async () => {
    const result = await world.step("check", { "on-error": "allow" }, { token: "ghs_read" });
    expect(result.exitCode).toBe(0);
    expect(result.outputs).toMatchObject({ allowed: "true", decision: "allow", reason: "missing-permission" });
    expect(texts(result, "warning").join()).toMatch(/allowed without an answer/);
  });

  it("fails a record that can't be written, and leaves its line in the log; on-error: allow doesn't fail", async () => {
    await seedBooks(world.repo, { at: NOON });
    const inputs = { cost: "0.04" };
    const record = await world.step("record", inputs, { token: "ghs_read" });
    expect(record).toMatchObject({ exitCode: 1, outputs: { reason: "missing-permission" } });
    expect(record.log).toMatch(/Not booked: .*"kind":"charge","cost":0\.04/s);
    const spared = await world.step("record", { ...inputs, "on-error": "allow" }, { token: "ghs_read" });
    expect(spared.exitCode).toBe(0);
    expect(texts(spared, "warning").join()).toMatch(/Not booked/);
    expect((await booksOn(world.repo)).state.total_spent).toBe(0);
  });
});

describe("a protected branch", () => {
  it.each([
    ["of its own, before first use", "token-budget", {}, "Cannot create ref due to creations being restricted"],
    ["that the books share", "main", { branch: "main" }, "Changes must be made through a pull request"],
  ])("%s is named, with the way out", async (_, branch, inputs, rule) => {
    world.repo.setProtected(branch);
    const result = await world.step("check", inputs);
    expect(result.exitCode).toBe(1);
    expect(result.outputs).toMatchObject({ allowed: "false", reason: "missing-permission" });
    expect(result.outputs["message"]).toMatch(
      new RegExp(`blocks the books' commits to the branch ${branch} .*${rule}`),
    );
    expect(await world.repo.branches()).toEqual(["main"]);
    expect(await world.repo.log("main")).toHaveLength(1);
  });
});

describe("a bad token", () => {
  it("is unreachable books, by on-error", async () => {
    const denied = await world.step("check", { "github-token": "ghs_wrong" });
    expect(denied).toMatchObject({ exitCode: 1, outputs: { allowed: "false", reason: "state-unreachable" } });
    expect(world.requests()).toEqual(["TokenBudgetRead"]);
    const allowed = await world.step("check", { "github-token": "ghs_wrong", "on-error": "allow" });
    expect(allowed).toMatchObject({ exitCode: 0, outputs: { allowed: "true", reason: "state-unreachable" } });
    for (const { log, summary } of [denied, allowed]) expect(log + summary).not.toContain("ghs_wrong");
  });
});
