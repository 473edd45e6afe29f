import { describe, expect, it } from "vitest";
import { booksOn, useWorld } from "./action-world.ts";

const world = useWorld();
const TWO_MODELS = {
  model: "claude-sonnet-4-5\ngpt-4o-mini",
  "input-tokens": "2000\n2500",
  "output-tokens": "1500\n4000",
};

describe("one reusable workflow called twice in one run", () => {
  it("is two bookings, each of its own hold", async () => {
    const calls = [2001, 2002].map((checkRunId) => world.job({ run: { id: 5, job: "agent", checkRunId } }));
    const mains = await Promise.all(calls.map((job) => job.step()));
    expect((await booksOn(world.repo)).state.holds).toHaveLength(2);
    await Promise.all(calls.map((job, index) => job.post({ inputs: { cost: index === 0 ? "0.02" : "0.03" } })));
    const { state, entries } = await booksOn(world.repo);
    expect(state).toMatchObject({ total_spent: 0.05, executions: 2, holds: [] });
    expect(entries.map(({ hold, cost }) => ({ hold, cost })).sort((a, b) => a.cost - b.cost)).toEqual([
      { hold: mains[0]?.outputs["hold"], cost: 0.02 },
      { hold: mains[1]?.outputs["hold"], cost: 0.03 },
    ]);
  });

  it("is so too with check and record, where no step names a hold", async () => {
    const run = (checkRunId: number) => ({ id: 5, job: "agent", checkRunId });
    const first = await world.step("check", {}, { run: run(2001) });
    const second = await world.step("check", {}, { run: run(2002) });
    // A job of its own, without the variable that a check leaves for later steps of the same job.
    const record = await world.step("record", { cost: "0.03" }, { run: run(2002) });
    expect(record.outputs).toMatchObject({ hold: second.outputs["hold"], held: "0.055" });
    expect((await booksOn(world.repo)).state.holds).toMatchObject([{ id: first.outputs["hold"] }]);
  });
});

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

describe("two record steps in one job", () => {
  it("are two bookings of one execution", async () => {
    const job = world.job();
    const check = await job.step({ inputs: { command: "check" } });
    const first = await job.step({ inputs: { command: "record", cost: "0.02" } });
    const second = await job.step({ inputs: { command: "record", cost: "0.03" } });
    expect(first.outputs).toMatchObject({ cost: "0.02", spent: "0.02", hold: check.outputs["hold"] });
    expect(second.outputs).toMatchObject({ cost: "0.03", spent: "0.05", hold: check.outputs["hold"] });
    expect(second.annotations.filter(({ level }) => level === "warning")).toEqual([]);
    const { state, entries } = await booksOn(world.repo);
    expect(entries).toMatchObject([{ cost: 0.02 }, { cost: 0.03, further: true }]);
    expect(state).toMatchObject({ total_spent: 0.05, executions: 1, holds: [] });
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

  it("is booked once by two writers at once", async () => {
    const inputs = { id: "nightly-42", cost: "0.03" };
    const both = await Promise.all([1, 2].map(() => world.step("record", inputs)));
    expect(both.map(({ exitCode, outputs }) => [exitCode, outputs["cost"], outputs["spent"]])).toEqual([
      [0, "0.03", "0.03"],
      [0, "0.03", "0.03"],
    ]);
    expect((await booksOn(world.repo)).entries).toMatchObject([{ id: "nightly-42", cost: 0.03 }]);
  });

  it("is refused with other content", async () => {
    await world.step("record", { id: "nightly-42", cost: "0.03" });
    const head = await world.repo.head("token-budget");
    const other = await world.step("record", { id: "nightly-42", cost: "0.04" });
    expect(other).toMatchObject({ exitCode: 1, outputs: { reason: "id-reused" } });
    expect(other.annotations).toContainEqual(
      expect.objectContaining({
        level: "error",
        message: expect.stringContaining("nightly-42 already belongs to another booking"),
      }),
    );
    expect(await world.repo.head("token-budget")).toBe(head);
  });

  it("is remembered across hours", async () => {
    world.at("2026-02-14T10:59:00Z");
    await world.step("record", { id: "nightly-42", cost: "0.03" });
    world.at("2026-02-14T12:01:00Z");
    const again = await world.step("record", { id: "nightly-42", cost: "0.03" });
    expect(again).toMatchObject({ exitCode: 0, outputs: { cost: "0.03", spent: "0.03", executions: "1" } });
    expect((await booksOn(world.repo)).entries).toHaveLength(1);
  });
});
