import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { NOON, said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const EXECUTION = readFileSync(new URL("../fixtures/usage/claude-code/execution-file.json", import.meta.url), "utf8");

describe("several steps in one job", () => {
  it("settle each its own hold where both checks came first and the steps name them", async () => {
    const job = world.job();
    const holds = [await job.run("check"), await job.run("check")].map(({ outputs }) => outputs["hold"] ?? "");
    for (const hold of holds) await job.run("record", { cost: "0.02", hold });
    const { state, entries } = world.books();
    expect(entries.map(({ hold }) => hold)).toEqual(holds);
    expect(state).toMatchObject({ total_spent: 0.04, executions: 2, holds: [] });
  });

  it("let a gate's hold go, after which its post part books nothing", async () => {
    const job = world.job();
    const main = await job.run("guard");
    const released = await job.run("release");
    expect(released.outputs).toMatchObject({ hold: main.outputs["hold"], held: "0" });
    const post = await job.post();
    expect(post?.failure).toBeNull();
    const { state, entries } = world.books();
    expect(entries).toMatchObject([{ kind: "release", amount: 0.055 }]);
    expect(state).toMatchObject({ total_spent: 0, executions: 0, holds: [] });
  });

  it("let a hold go that was used all the same: its post part books it with a warning", async () => {
    const job = world.job();
    await job.run("guard");
    await job.run("release");
    job.leave("claude-execution-output.json", EXECUTION);
    const post = await job.post();
    expect(said(post)).toContain("charged in full");
    expect(world.books().state).toMatchObject({ total_spent: 0.04995, executions: 1 });
  });
});

describe("books with keys that nobody knows", () => {
  it("keep them as they are", async () => {
    const dashboards = { team: ["a", 1.5] };
    world.seed({ at: NOON, spent: 4, state: { dashboards } });
    await world.run("record", { cost: "0.05" });
    expect(world.books().state).toMatchObject({ total_spent: 4.05, dashboards });
  });
});
