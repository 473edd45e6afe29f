import { describe, expect, it } from "vitest";
import { booksOn, useWorld } from "./action-world.ts";

const world = useWorld();
const TWO_MODELS = {
  model: "claude-sonnet-4-5\ngpt-4o-mini",
  "input-tokens": "2000\n2500",
  "output-tokens": "1500\n4000",
};

describe("a matrix of three legs", () => {
  it("is three bookings", async () => {
    const legs = [0, 1, 2].map((index) =>
      world.job({ run: { id: 6, job: "agent", index, total: 3, checkRunId: 3000 + index } }),
    );
    await Promise.all(legs.map((job) => job.step()));
    const posts = await Promise.all(legs.map((job) => job.post({ inputs: { cost: "0.02" } })));
    expect(posts.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    const { state, entries } = await booksOn(world.repo);
    expect(state).toMatchObject({ total_spent: 0.06, executions: 3, holds: [] });
    expect(entries.map(({ run }) => run.index).sort()).toEqual([0, 1, 2]);
  });
});

describe("an operation with an id of its own", () => {
  it("is booked once under it, and answers the same again", async () => {
    const inputs = { id: "nightly-42", ...TWO_MODELS };
    const first = await world.step("record", inputs);
    const head = await world.repo.head("token-budget");
    world.requests();
    const again = await world.step("record", inputs, { run: { id: 2, attempt: 2 } });
    expect(again).toMatchObject({ exitCode: 0, outputs: { cost: "0.031275", spent: "0.031275", executions: "1" } });
    expect(first.outputs["cost"]).toBe("0.031275");
    expect(world.requests()).toEqual(["TokenBudgetRead"]);
    expect(await world.repo.head("token-budget")).toBe(head);
    expect((await booksOn(world.repo)).entries).toHaveLength(1);
  });
});
