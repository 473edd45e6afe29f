import { describe, expect, it } from "vitest";
import { booksOn, useWorld } from "./action-world.ts";

const world = useWorld();
const VERSION_1 = {
  version: "1.0",
  current_month: "2026-02",
  monthly_budget: 20,
  total_spent: 5.23,
  executions: 95,
  prs_generated: 94,
  tokens_used: { claude_input: 190000, claude_output: 142500, openai_input: 237500, openai_output: 380000 },
  milestones_reached: [5],
  last_reset: "2026-02-01T00:00:00Z",
  history: [
    {
      month: "2025-12",
      total_spent: 14.01,
      executions: 250,
      prs_generated: 249,
      budget: 15,
      milestones_reached: [5, 10],
    },
    { month: "2026-01", total_spent: 14.82, executions: 270, prs_generated: 269 },
  ],
  team: "platform",
};
const text = JSON.stringify(VERSION_1, null, 2);
const imported = {
  version: "2.0",
  current_month: "2026-02",
  monthly_budget: 20,
  executions: 95,
  prs_generated: 94,
  tokens_used: VERSION_1.tokens_used,
  milestones_reached: [5],
  last_reset: "2026-02-01T00:00:00Z",
  history: VERSION_1.history.map((line) => ({ ...line, closed: "import" })),
  team: "platform",
};

describe("a token_budget.json of version 1.0 on the default branch", () => {
  it("is imported with every figure by the first writer, and is frozen from then on", async () => {
    world.at("2026-02-14T10:00:00Z");
    await world.repo.writeFile("main", "token_budget.json", text);
    const first = await world.step("check");
    expect(first.outputs).toMatchObject({
      allowed: "true",
      budget: "20",
      spent: "5.23",
      executions: "95",
      held: "0.055",
    });
    const { state, entries } = await booksOn(world.repo);
    expect(state).toMatchObject({ ...imported, total_spent: 5.23, models: { unpriced: { cost: 5.23 } } });
    expect(entries).toMatchObject([
      {
        id: "import-2026-02",
        kind: "import",
        month: "2026-02",
        cost: 5.23,
        imported: { executions: 95, prs: 94, tokens_used: VERSION_1.tokens_used },
      },
    ]);
    const log = await world.repo.log("token-budget");
    expect(log).toMatchObject([{ parents: [], message: expect.stringMatching(/import 2026-02 \(\$5\.23\)/) }]);
    expect(await world.repo.readFile("main", "token_budget.json")).toBe(text);

    await world.repo.writeFile("main", "token_budget.json", text.replace("5.23", "9.99"));
    const status = await world.step("status");
    expect(status.outputs["spent"]).toBe("5.23");
    const check = await world.step("check");
    expect(check.outputs["spent"]).toBe("5.23");
    for (const { annotations } of [status, check]) {
      expect(annotations).toContainEqual(
        expect.objectContaining({
          level: "warning",
          message: expect.stringContaining("token_budget.json on main is frozen"),
        }),
      );
    }
    expect(world.titles()).toEqual([]);
    const verified = await world.step("verify");
    expect(verified.exitCode).toBe(0);
  });

  it("is upgraded in place with branch: main, and is nothing frozen then", async () => {
    world.at("2026-02-14T10:00:00Z");
    await world.repo.writeFile("main", "token_budget.json", text);
    const { outputs, annotations } = await world.step("record", { branch: "main", cost: "0.02" });
    expect(outputs).toMatchObject({ spent: "5.25", executions: "96" });
    expect((await booksOn(world.repo, { branch: "main" })).state).toMatchObject({
      ...imported,
      executions: 96,
      total_spent: 5.25,
    });
    expect(await world.repo.branches()).toEqual(["main"]);
    expect(annotations.filter(({ message }) => message.includes("frozen"))).toEqual([]);
  });
});
