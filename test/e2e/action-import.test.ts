import { describe, expect, it } from "vitest";
import { IMPORTED, VERSION_1, VERSION_1_TEXT } from "../support/version-1-books.ts";
import { booksOn, useWorld } from "./action-world.ts";

const world = useWorld();

describe("a token_budget.json of version 1.0 on the default branch", () => {
  it("is imported with every figure by the first writer, and is frozen from then on", async () => {
    world.at("2026-02-14T10:00:00Z");
    await world.repo.writeFile("main", "token_budget.json", VERSION_1_TEXT);
    const first = await world.step("check");
    expect(first.outputs).toMatchObject({
      allowed: "true",
      budget: "20",
      spent: "5.23",
      executions: "95",
      held: "0.055",
    });
    const { state, entries } = await booksOn(world.repo);
    expect(state).toMatchObject({ ...IMPORTED, total_spent: 5.23, models: { unpriced: { cost: 5.23 } } });
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
    expect(await world.repo.readFile("main", "token_budget.json")).toBe(VERSION_1_TEXT);

    await world.repo.writeFile("main", "token_budget.json", VERSION_1_TEXT.replace("5.23", "9.99"));
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
    await world.repo.writeFile("main", "token_budget.json", VERSION_1_TEXT);
    const { outputs, annotations } = await world.step("record", { branch: "main", cost: "0.02" });
    expect(outputs).toMatchObject({ spent: "5.25", executions: "96" });
    expect((await booksOn(world.repo, { branch: "main" })).state).toMatchObject({
      ...IMPORTED,
      executions: 96,
      total_spent: 5.25,
    });
    expect(await world.repo.branches()).toEqual(["main"]);
    expect(annotations.filter(({ message }) => message.includes("frozen"))).toEqual([]);
  });
});
