import { describe, expect, it } from "vitest";
import { booksOn, READ_AND_COMMIT, useWorld } from "./action-world.ts";
import { seedBooks } from "./books-on-branch.ts";

const world = useWorld();
const nearFive = { at: "2026-02-14T09:30:00Z", spent: 4.98, executions: 90, prs: 90 };

describe("the channel", () => {
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
