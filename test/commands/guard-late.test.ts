import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cutShort, READ_AND_COMMIT, said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const EXECUTION = readFileSync(new URL("../fixtures/usage/claude-code/execution-file.json", import.meta.url), "utf8");

describe("a re-run of failed jobs, which repeats the work without its gate", () => {
  it("is booked in full with a warning where it names the hold that its first attempt settled", async () => {
    const gate = await world.run("check", {}, { run: { job: "gate", id: 7 } });
    const hold = gate.outputs["hold"] ?? "";
    const work = { hold, cost: "0.04" };
    const first = await world.run("record", work, { run: { job: "work", id: 7, status: "failure" } });
    expect(first.outputs).toMatchObject({ spent: "0.04", held: "0", hold });
    expect(said(first)).toBe("");

    const again = await world.run("record", work, { run: { job: "work", id: 7, attempt: 2 } });
    expect(again).toMatchObject({ failure: null, outputs: { cost: "0.04", spent: "0.08" } });
    expect(said(again)).toContain("without a check");
    expect(world.books().entries).toMatchObject([
      { cost: 0.04, hold, result: "failure", run: { attempt: 1 } },
      { cost: 0.04, hold, result: "success", run: { attempt: 2 } },
    ]);
  });

  it("is booked in full with a warning where it names no hold, and leaves the first attempt's hold alone", async () => {
    const gate = await world.run("check", {}, { run: { job: "gate", id: 7 } });
    const again = await world.run("record", { cost: "0.04" }, { run: { job: "work", id: 7, attempt: 2 } });
    expect(again).toMatchObject({ failure: null, outputs: { cost: "0.04", spent: "0.04", held: "0.055" } });
    expect(said(again)).toContain("charged in full");
    expect(world.books().state.holds).toMatchObject([{ id: gate.outputs["hold"] }]);
  });

  it("settles the hold where the first attempt died before it could", async () => {
    const gate = await world.run("check", {}, { run: { job: "gate", id: 7 } });
    const inputs = { hold: gate.outputs["hold"] ?? "", cost: "0.04" };
    const again = await world.run("record", inputs, { run: { job: "work", id: 7, attempt: 2 } });
    expect(again.outputs).toMatchObject({ spent: "0.04", held: "0", hold: gate.outputs["hold"] });
    expect(said(again)).toBe("");
  });

  it("charges a released hold in full with a warning", async () => {
    const gate = await world.run("check");
    const hold = gate.outputs["hold"] ?? "";
    const released = await world.run("release", { hold });
    expect(released.outputs).toMatchObject({ held: "0", hold });
    const late = await world.run("record", { hold, cost: "0.04" }, { run: { attempt: 2 } });
    expect(late).toMatchObject({ failure: null, outputs: { spent: "0.04" } });
    expect(said(late)).toMatch(/is not open .* charged in full/);
  });
});

describe("a hold whose time ran out", () => {
  it("is charged at its estimate by the next writer, and corrected by the late post", async () => {
    world.at("2026-02-14T10:00:00Z");
    const job = world.job();
    const main = await job.run("guard", { "hold-minutes": "30", estimate: "0.08" });
    world.at("2026-02-14T10:31:00Z");
    const other = await world.run("check", {}, { run: { id: 2 } });
    expect(other.outputs).toMatchObject({ spent: "0.08", executions: "1" });

    world.at("2026-02-14T11:05:00Z");
    job.leave("claude-execution-output.json", EXECUTION);
    const post = await job.post();
    expect(post?.failure).toBeNull();
    expect(post?.outputs["message"]).toContain("-$0.0301");
    const { state, entries } = world.books();
    expect(state).toMatchObject({ total_spent: 0.04995, executions: 1, corrections: { count: 1, amount: -0.03005 } });
    expect(entries).toMatchObject([
      { id: `${main.outputs["hold"]}:expire`, cost: 0.08, quality: "estimated" },
      { id: `${main.outputs["hold"]}:settle`, kind: "correction", cost: -0.03005, replaces: 0.08 },
    ]);
  });
});

describe("a main part that was cut short before it had its answer", () => {
  it("has what was used booked by post", async () => {
    const job = world.job();
    const main = await job.run("guard");
    job.leave("claude-execution-output.json", EXECUTION);
    world.calls();
    const post = await job.post({}, { of: cutShort(main) });
    expect(world.calls()).toEqual(READ_AND_COMMIT);
    expect(said(post)).toMatch(/it used is booked/);
    expect(world.books().state).toMatchObject({ total_spent: 0.04995, holds: [] });
  });
});
