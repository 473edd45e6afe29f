import { describe, expect, it } from "vitest";
import { said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const TWO_MODELS = {
  model: "claude-sonnet-4-5\ngpt-4o-mini",
  "input-tokens": "2000\n2500",
  "output-tokens": "1500\n4000",
};

describe("one reusable workflow called twice in one run", () => {
  it("is two bookings, each of its own hold", async () => {
    const calls = [2001, 2002].map((checkRunId) => world.job({ run: { id: 5, job: "agent", checkRunId } }));
    const mains = await Promise.all(calls.map((job) => job.run("guard")));
    expect(world.books().state.holds).toHaveLength(2);
    await Promise.all(calls.map((job, index) => job.post({ cost: index === 0 ? "0.02" : "0.03" })));
    const { state, entries } = world.books();
    expect(state).toMatchObject({ total_spent: 0.05, executions: 2, holds: [] });
    expect(entries.map(({ hold, cost }) => ({ hold, cost })).sort((a, b) => a.cost - b.cost)).toEqual([
      { hold: mains[0]?.outputs["hold"], cost: 0.02 },
      { hold: mains[1]?.outputs["hold"], cost: 0.03 },
    ]);
  });

  it("is so too with check and record, where no step names a hold", async () => {
    const run = (checkRunId: number) => ({ id: 5, job: "agent", checkRunId });
    const first = await world.run("check", {}, { run: run(2001) });
    const second = await world.run("check", {}, { run: run(2002) });
    // A job of its own, without the variable that a check leaves for later steps of the same job.
    const record = await world.run("record", { cost: "0.03" }, { run: run(2002) });
    expect(record.outputs).toMatchObject({ hold: second.outputs["hold"], held: "0.055" });
    expect(world.books().state.holds).toMatchObject([{ id: first.outputs["hold"] }]);
  });
});

describe("two record steps in one job", () => {
  it("are two bookings of one execution", async () => {
    const job = world.job();
    const check = await job.run("check");
    const first = await job.run("record", { cost: "0.02" });
    const second = await job.run("record", { cost: "0.03" });
    expect(first.outputs).toMatchObject({ cost: "0.02", spent: "0.02", hold: check.outputs["hold"] });
    expect(second.outputs).toMatchObject({ cost: "0.03", spent: "0.05", hold: check.outputs["hold"] });
    expect(said(second)).toBe("");
    const { state, entries } = world.books();
    expect(entries).toMatchObject([{ cost: 0.02 }, { cost: 0.03, further: true }]);
    expect(state).toMatchObject({ total_spent: 0.05, executions: 1, holds: [] });
  });
});

describe("an operation with an id of its own", () => {
  it("is booked once under it, and answers the same again", async () => {
    const inputs = { id: "nightly-42", ...TWO_MODELS };
    const first = await world.run("record", inputs);
    const head = world.commits().length;
    world.calls();
    const again = await world.run("record", inputs, { run: { id: 2, attempt: 2 } });
    expect(again).toMatchObject({ failure: null, outputs: { cost: "0.031275", spent: "0.031275", executions: "1" } });
    expect(first.outputs["cost"]).toBe("0.031275");
    expect(world.calls()).toEqual(["read"]);
    expect(world.commits().length).toBe(head);
    expect(world.books().entries).toHaveLength(1);
  });

  it("is booked once by two writers at once", async () => {
    const inputs = { id: "nightly-42", cost: "0.03" };
    const both = await Promise.all([1, 2].map(() => world.run("record", inputs)));
    expect(both.map(({ failure, outputs }) => [failure, outputs["cost"], outputs["spent"]])).toEqual([
      [null, "0.03", "0.03"],
      [null, "0.03", "0.03"],
    ]);
    expect(world.books().entries).toMatchObject([{ id: "nightly-42", cost: 0.03 }]);
  });

  it("is refused with other content", async () => {
    await world.run("record", { id: "nightly-42", cost: "0.03" });
    const head = world.commits().length;
    const other = await world.run("record", { id: "nightly-42", cost: "0.04" });
    expect(other.outputs["reason"]).toBe("id-reused");
    expect(other.failure).toContain("nightly-42");
    expect(world.commits().length).toBe(head);
  });

  it("is remembered across hours", async () => {
    world.at("2026-02-14T10:59:00Z");
    await world.run("record", { id: "nightly-42", cost: "0.03" });
    world.at("2026-02-14T12:01:00Z");
    const again = await world.run("record", { id: "nightly-42", cost: "0.03" });
    expect(again).toMatchObject({ failure: null, outputs: { cost: "0.03", spent: "0.03", executions: "1" } });
    expect(world.books().entries).toHaveLength(1);
  });
});
