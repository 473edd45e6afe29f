import { describe, expect, it } from "vitest";
import { decodeState } from "../../src/books/file/decode.ts";
import { fieldsOf, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
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

/** Leaves a state of an earlier release on the default branch. */
function leave(content: string): void {
  world.store.legacy = { path: "token_budget.json", branch: "main", state: decodeState(content) };
}

describe("a token_budget.json of version 1.0 on the default branch", () => {
  it("is imported once by two first writers at once", async () => {
    world.at("2026-02-14T10:00:00Z");
    leave(text);
    const both = await Promise.all([1, 2].map((id) => world.run("record", { cost: "0.01" }, { run: { id } })));
    expect(both.map(({ failure }) => failure)).toEqual([null, null]);
    const { state, entries } = world.books();
    expect(state).toMatchObject({ total_spent: 5.25, executions: 97 });
    expect(entries.map(({ kind }) => kind)).toEqual(["import", "charge", "charge"]);
  });

  it("of a month that is over is imported into it and closed", async () => {
    world.at("2026-03-02T08:00:00Z");
    leave(text);
    const { outputs } = await world.run("check");
    expect(outputs).toMatchObject({ month: "2026-03", spent: "0", budget: "20" });
    const { state, entries } = world.books();
    expect(state.history).toMatchObject([
      ...imported.history,
      { month: "2026-02", total_spent: 5.23, executions: 95, closed: "rollover" },
    ]);
    expect(entries.map(({ kind }) => kind)).toEqual(["import", "rollover"]);
    expect(fieldsOf(world.messages()[0])["💰 Total Spent"]).toBe("$5.23 / $20.00");
  });

  it("that is damaged stops the first check, and no books are begun", async () => {
    leave(`<<<<<<< HEAD\n${text}`);
    const { failure, outputs } = await world.run("check");
    expect(failure).not.toBeNull();
    expect(outputs).toMatchObject({ allowed: "false", reason: "state-unreadable" });
    expect(outputs["message"]).toMatch(/token_budget\.json in branch main/);
    expect([world.store.state, world.store.lines]).toEqual([null, []]);
  });
});
