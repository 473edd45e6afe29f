import { describe, expect, it } from "vitest";
import { decodeState } from "../../src/books/file/decode.ts";
import { IMPORTED, VERSION_1_TEXT } from "../support/version-1-books.ts";
import { fieldsOf, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();

/** Leaves a state of an earlier release on the default branch. */
function leave(content: string): void {
  world.store.legacy = { path: "token_budget.json", branch: "main", state: decodeState(content) };
}

describe("a token_budget.json of version 1.0 on the default branch", () => {
  it("is imported once by two first writers at once", async () => {
    world.at("2026-02-14T10:00:00Z");
    leave(VERSION_1_TEXT);
    const both = await Promise.all([1, 2].map((id) => world.run("record", { cost: "0.01" }, { run: { id } })));
    expect(both.map(({ failure }) => failure)).toEqual([null, null]);
    const { state, entries } = world.books();
    expect(state).toMatchObject({ total_spent: 5.25, executions: 97 });
    expect(entries.map(({ kind }) => kind)).toEqual(["import", "charge", "charge"]);
  });

  it("of a month that is over is imported into it and closed", async () => {
    world.at("2026-03-02T08:00:00Z");
    leave(VERSION_1_TEXT);
    const { outputs } = await world.run("check");
    expect(outputs).toMatchObject({ month: "2026-03", spent: "0", budget: "20" });
    const { state, entries } = world.books();
    expect(state.history).toMatchObject([
      ...IMPORTED.history,
      { month: "2026-02", total_spent: 5.23, executions: 95, closed: "rollover" },
    ]);
    expect(entries.map(({ kind }) => kind)).toEqual(["import", "rollover"]);
    expect(fieldsOf(world.messages()[0])["💰 Total Spent"]).toBe("$5.23 / $20.00");
  });

  it("that is damaged stops the first check, and no books are begun", async () => {
    leave(`<<<<<<< HEAD\n${VERSION_1_TEXT}`);
    const { failure, outputs } = await world.run("check");
    expect(failure).not.toBeNull();
    expect(outputs).toMatchObject({ allowed: "false", reason: "state-unreadable" });
    expect(outputs["message"]).toMatch(/token_budget\.json in branch main/);
    expect([world.store.state, world.store.lines]).toEqual([null, []]);
  });
});
