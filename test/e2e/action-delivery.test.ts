import { describe, expect, it, vi } from "vitest";
import { rateLimited } from "../support/discord/faults.ts";
import { booksOn, READ_AND_COMMIT, useWorld } from "./action-world.ts";
import { seedBooks } from "./books-on-branch.ts";

const world = useWorld();
const nearFive = { at: "2026-02-14T09:30:00Z", spent: 4.98, executions: 90, prs: 90 };

describe("a run that dies while it delivers", () => {
  it("has booked and answered before; its message goes out when its lease is over, and not earlier", async () => {
    world.at("2026-02-14T10:00:00Z");
    await seedBooks(world.repo, nearFive);
    const healed = world.discord.faults.always("any", { kind: "hang" });
    const run = world.start("record", { cost: "0.05" });
    await vi.waitFor(() => expect(world.discord.requests()).toBe(1), { timeout: 20_000, interval: 20 });
    run.kill("SIGKILL");
    const { outputs, summary } = await run.ended;
    expect(outputs).toMatchObject({
      cost: "0.05",
      spent: "5.03",
      milestones: "5",
      commit: await world.repo.head("token-budget"),
    });
    expect(summary).toContain("0.0500 booked");
    expect((await booksOn(world.repo)).state).toMatchObject({
      total_spent: 5.03,
      outbox: [{ id: "milestone-2026-02-5", lease_until: "2026-02-14T10:10:00Z" }],
    });

    healed();
    world.at("2026-02-14T10:09:00Z");
    await world.step("record", { cost: "0.01" });
    expect(world.titles()).toEqual([]);
    world.at("2026-02-14T10:10:00Z");
    await world.step("record", { cost: "0.01" });
    expect(world.titles()).toEqual(["🚀 $5 Milestone Reached!"]);
    expect((await booksOn(world.repo)).state.outbox).toEqual([]);
  });

  it("by its cancellation, keeps what it booked too", async () => {
    world.at("2026-02-14T10:00:00Z");
    await seedBooks(world.repo, nearFive);
    const healed = world.discord.faults.always("any", { kind: "hang" });
    const run = world.start("record", { cost: "0.05" });
    await vi.waitFor(() => expect(world.discord.requests()).toBe(1), { timeout: 20_000, interval: 20 });
    run.kill("SIGINT");
    expect((await run.ended).outputs["spent"]).toBe("5.03");
    healed();
  });
});

describe("a channel in trouble", () => {
  it("that limits its rate is waited for", async () => {
    world.at("2026-02-14T10:00:00Z");
    await seedBooks(world.repo, nearFive);
    world.discord.faults.next("any", rateLimited(0.3));
    const { exitCode, annotations } = await world.step("record", { cost: "0.05" });
    expect(exitCode).toBe(0);
    expect(annotations.filter(({ level }) => level === "warning")).toHaveLength(1); // the booking without a hold
    expect(world.discord.requests()).toBe(2);
    expect(world.titles()).toEqual(["🚀 $5 Milestone Reached!"]);
  });

  it("is asked by one run only, where two write at once", async () => {
    world.at("2026-02-14T10:00:00Z");
    await seedBooks(world.repo, nearFive);
    await Promise.all([1, 2].map((id) => world.step("record", { cost: "0.03" }, { run: { id } })));
    expect(world.titles()).toEqual(["🚀 $5 Milestone Reached!"]);
    expect((await booksOn(world.repo)).state).toMatchObject({ total_spent: 5.04, outbox: [], milestones_reached: [5] });
  });

  it("that was never told within seven days is told nothing old, and the run says so", async () => {
    world.at("2026-02-14T10:00:00Z");
    await seedBooks(world.repo, nearFive);
    await world.step("record", { cost: "0.05" }, { discord: null });
    world.at("2026-02-21T10:00:01Z");
    const { annotations } = await world.step("record", { cost: "0.05" }, { discord: null });
    expect(annotations.map(({ message }) => message).join("\n")).toMatch(
      /No run had a Discord webhook for 7 days: 1 message dropped/,
    );
    expect((await booksOn(world.repo)).state.outbox).toEqual([]);
  });
});

describe("a command that only looks", () => {
  it("delivers nothing and takes no lease", async () => {
    world.at("2026-02-14T10:00:00Z");
    await seedBooks(world.repo, nearFive);
    await world.step("record", { cost: "0.05" }, { discord: null });
    expect(world.requests()).toEqual(READ_AND_COMMIT);
    await world.step("status");
    await world.step("verify");
    expect(world.titles()).toEqual([]);
    expect((await booksOn(world.repo)).state.outbox).toHaveLength(1);
  });
});
