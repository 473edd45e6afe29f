import { describe, expect, it } from "vitest";
import { booksOn, READ_AND_COMMIT, useWorld } from "./action-world.ts";

const world = useWorld({ ownProcesses: true });

describe("the first check of a repository", () => {
  it("begins a branch without a parent that holds the state, its page and nothing else", async () => {
    world.at("2026-02-14T10:00:00Z");
    const { exitCode, outputs, summary } = await world.step("check");

    expect(exitCode).toBe(0);
    expect(outputs).toEqual({
      allowed: "true",
      decision: "allow",
      reason: "ok",
      message: "Allowed: $0.0550 set aside; $0.00 of $15.00 spent (0.0%), $0.0550 held, $14.9450 left.",
      month: "2026-02",
      budget: "15",
      spent: "0",
      held: "0.055",
      remaining: "14.945",
      "percent-used": "0",
      health: "green",
      executions: "0",
      "resets-at": "2026-03-01T00:00:00Z",
      estimate: "0.055",
      "max-cost": "15",
      hold: expect.stringMatching(/^\w{10,}$/),
      commit: await world.repo.head("token-budget"),
    });
    expect(await world.repo.log("token-budget")).toEqual([
      {
        oid: outputs["commit"],
        parents: [],
        message: "budget: hold $0.0550 ai-pr, $14.94 left (run 1)",
        at: "2026-02-14T10:00:00.000Z",
      },
    ]);
    expect(await world.repo.files("token-budget")).toEqual([
      "README.md",
      "token_budget.json",
      "token_budget/badge.svg",
    ]);
    expect(await world.repo.readFile("token-budget", "token_budget/badge.svg")).toContain(
      "<title>AI budget: 0%</title>",
    );
    expect(await world.repo.readFile("token-budget", "README.md")).toContain("# AI Orchestration: February 2026");
    const { state } = await booksOn(world.repo);
    expect(state.holds).toMatchObject([{ id: outputs["hold"], amount: 0.055, expires_at: "2026-02-14T16:00:00Z" }]);
    expect(summary).toContain("AI run allowed");
    expect(await world.repo.files("main")).toEqual(["README.md"]);
  });

  it("costs one read and three requests that make the branch; each later check and record two, status one", async () => {
    const job = world.job();
    await job.step({ inputs: { command: "check" } });
    const name = world.repo.nameWithOwner;
    expect(world.requests()).toEqual([
      "TokenBudgetRead",
      `POST /repos/${name}/git/trees`,
      `POST /repos/${name}/git/commits`,
      `POST /repos/${name}/git/refs`,
    ]);
    await job.step({ inputs: { command: "record", cost: "0.02" } });
    expect(world.requests()).toEqual(READ_AND_COMMIT);
    await world.step("check");
    expect(world.requests()).toEqual(READ_AND_COMMIT);
    const { outputs } = await world.step("status");
    expect(world.requests()).toEqual(["TokenBudgetRead"]);
    expect(outputs).toMatchObject({ spent: "0.02", held: "0.055", executions: "1", allowed: "true" });
    expect(outputs["commit"] ?? "").toBe("");
  });

  it("keeps what was booked in one commit with its ledger line and the page", async () => {
    world.at("2026-02-14T10:07:31Z");
    const job = world.job({ run: { id: 123 } });
    await job.step({ inputs: { command: "check" } });
    await job.step({ inputs: { command: "record", cost: "0.04" } });
    expect(await world.repo.files("token-budget")).toEqual([
      "README.md",
      "token_budget.json",
      "token_budget/badge.svg",
      "token_budget/ledger/2026-02/14T10.ndjson",
    ]);
    const [booked] = await world.repo.log("token-budget");
    expect(booked?.message).toBe("budget: +$0.0400 ai-pr, $14.96 left (run 123)");
    expect(await world.repo.readFile("token-budget", "README.md")).toContain("0.0400");
    const { entries } = await booksOn(world.repo);
    expect(entries).toMatchObject([{ kind: "charge", cost: 0.04, quality: "reported", run: { run_id: 123 } }]);
  });
});

describe("a status before any books", () => {
  it("shows an untouched budget and writes nothing", async () => {
    const { exitCode, outputs } = await world.step("status", { "monthly-budget": "20" });
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ budget: "20", spent: "0", remaining: "20" });
    expect(outputs["message"]).toContain("No books yet");
    expect(world.requests()).toEqual(["TokenBudgetRead"]);
    expect(await world.repo.branches()).toEqual(["main"]);
  });
});

describe("two first checks at once", () => {
  it("make one branch with both holds", async () => {
    const checks = await Promise.all([1, 2].map((id) => world.step("check", {}, { run: { id } })));
    expect(checks.map(({ outputs }) => outputs["allowed"])).toEqual(["true", "true"]);
    const log = await world.repo.log("token-budget");
    expect(log).toHaveLength(2);
    const { state } = await booksOn(world.repo);
    expect(state.holds.map((hold: { id: string }) => hold.id).sort()).toEqual(
      checks.map(({ outputs }) => outputs["hold"]).sort(),
    );
  });
});
