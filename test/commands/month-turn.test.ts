import { describe, expect, it } from "vitest";
import { useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const LATE = "2026-01-31T23:40:00Z";
const january = { at: LATE, spent: 14.82, executions: 270, prs: 269, milestones: [5, 10], holds: [0.055] };
const JANUARY = {
  month: "2026-01",
  budget: 15,
  total_spent: 14.82,
  executions: 270,
  prs_generated: 269,
  closed: "rollover",
};

describe("the first writer of February", () => {
  it("may be the scheduled recap", async () => {
    world.seed(january);
    world.at("2026-02-01T00:05:00Z");
    const { failure, outputs, summary } = await world.run("recap", {}, { event: { name: "schedule" } });
    expect(failure).toBeNull();
    expect(outputs).toMatchObject({ month: "2026-02", spent: "0", held: "0.055" });
    expect(summary).toContain("January 2026");
    expect(world.titles()).toEqual(["📊 Monthly Recap - AI Orchestration"]);
    expect(world.books().state).toMatchObject({ total_spent: 0, history: [JANUARY], outbox: [] });
    await world.run("check");
    expect(world.titles()).toHaveLength(1);
    await world.run("recap", { force: "true" });
    expect(world.titles()).toHaveLength(2);
  });

  it("may settle a hold of January, which is booked in February", async () => {
    world.at(LATE);
    world.seed({ ...january, holds: [] });
    const job = world.job();
    await job.run("check");
    world.at("2026-02-01T00:00:10Z");
    await job.run("record", { cost: "0.04" });
    const { state } = world.books();
    expect(state).toMatchObject({ total_spent: 0.04, executions: 1, holds: [], history: [JANUARY] });
  });

  it("charges a hold that was due in January to January", async () => {
    world.seed({ ...january, at: "2026-01-31T12:00:00Z" });
    world.at("2026-02-01T00:00:10Z");
    await world.run("check");
    const { state } = world.books();
    expect(state.history).toMatchObject([{ month: "2026-01", total_spent: 14.875, executions: 271 }]);
    expect(state.holds).toHaveLength(1);
  });

  it("gives months in which nobody wrote a line of nothing", async () => {
    world.seed({ ...january, holds: [] });
    world.at("2026-04-02T08:00:00Z");
    await world.run("record", { cost: "0.01" });
    const { state } = world.books();
    expect(state.history).toMatchObject([
      JANUARY,
      { month: "2026-02", total_spent: 0 },
      { month: "2026-03", total_spent: 0 },
    ]);
    expect(world.titles()).toEqual(["📊 Monthly Recap - AI Orchestration"]);
  });
});

describe("two writers at once at the turn", () => {
  it("close January once", async () => {
    world.seed(january);
    world.at("2026-02-01T00:00:01Z");
    await Promise.all([1, 2].map((id) => world.run("record", { cost: "0.03" }, { run: { id } })));
    const { state, entries } = world.books();
    expect(state).toMatchObject({ total_spent: 0.06, executions: 2, history: [JANUARY] });
    expect(entries.filter(({ kind }) => kind === "rollover")).toHaveLength(1);
    expect(world.titles()).toEqual(["📊 Monthly Recap - AI Orchestration"]);
  });
});

describe("a budget in another time zone", () => {
  it("turns at that zone's midnight", async () => {
    world.seed({ ...january, holds: [], state: { timezone: "America/New_York" } });
    world.at("2026-02-01T04:59:00Z");
    expect((await world.run("record", { cost: "0.01" })).outputs).toMatchObject({ month: "2026-01", spent: "14.83" });
    world.at("2026-02-01T05:00:00Z");
    const { outputs } = await world.run("record", { cost: "0.01" });
    expect(outputs).toMatchObject({ month: "2026-02", spent: "0.01", "resets-at": "2026-03-01T05:00:00Z" });
  });
});

describe("a runner whose clock is wrong", () => {
  it.each([
    ["a year ahead", "2027-01-31T23:50:00Z"],
    ["ten minutes ahead at midnight", "2026-02-01T00:00:00Z"],
    ["ten minutes ahead and past midnight", "2026-02-01T00:05:00Z"],
    ["a year behind", "2025-01-31T23:50:00Z"],
  ])("changes nothing: %s", async (_, clock) => {
    world.at("2026-01-31T23:50:00Z");
    world.seed(january);
    const job = world.job({ clock });
    const check = await job.run("check");
    expect(check.outputs).toMatchObject({ allowed: "true", month: "2026-01", "resets-at": "2026-02-01T00:00:00Z" });
    const record = await job.run("record", { cost: "0.01" });
    expect(record.outputs).toMatchObject({ month: "2026-01", spent: "14.83", hold: check.outputs["hold"] });
    const { state, entries } = world.books();
    expect(state).toMatchObject({ current_month: "2026-01", history: [], holds: [{ id: "seeded-hold-1" }] });
    expect(state.closed_holds).toMatchObject([{ charged: 0.01, at: "2026-01-31T23:50:00Z" }]);
    expect(entries.at(-1)).toMatchObject({ at: "2026-01-31T23:50:00Z", month: "2026-01" });
    expect(world.titles()).toEqual([]);
  });

  it("closes the month by the books' clock though the runner still shows the old one", async () => {
    world.seed(january);
    world.at("2026-02-01T00:05:00Z");
    const { outputs } = await world.run("check", {}, { clock: "2026-01-31T23:55:00Z" });
    expect(outputs).toMatchObject({ month: "2026-02", spent: "0" });
    expect(world.books().state.history).toMatchObject([JANUARY]);
  });
});
