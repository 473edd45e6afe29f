import { describe, expect, it } from "vitest";
import { booksOn } from "../e2e/action-world.ts";
import { seedBooks } from "../e2e/books-on-branch.ts";
import { claudeCode, type Way } from "./agents.ts";
import { ON_A_RUNNER, useExamples } from "./example-world.ts";

const world = useExamples();
const AT = "2026-02-14T12:00:00Z";
const COST = 0.04995;

const run = (way: Way = "success", id = 1) =>
  world.run("matrix", { event: { name: "workflow_dispatch" }, run: { id }, ...claudeCode(way, id) });

describe("the example matrix", ON_A_RUNNER, () => {
  it("books every leg for itself, under its tag", async () => {
    const { conclusion, jobs } = await run();
    expect(conclusion).toBe("success");
    expect(jobs.map(({ matrix }) => matrix["part"])).toEqual(["api", "web", "docs"]);
    const { state, entries } = await booksOn(world.repo);
    expect(state).toMatchObject({ total_spent: 3 * COST, executions: 3, holds: [] });
    const told = entries.map(({ tags, run, result }) => [tags.part, run.index, result]);
    expect(told.sort((a, b) => a[1] - b[1])).toEqual([
      ["api", 0, "success"],
      ["web", 1, "success"],
      ["docs", 2, "success"],
    ]);
  });

  it("makes the legs red that came when the money was gone, and lets the others work", async () => {
    // Two legs' money, however they meet: two holds of $0.055 fit, and what two legs cost leaves less than a third needs.
    await seedBooks(world.repo, { at: AT, spent: 14.885 });
    const { conclusion, jobs } = await run();
    expect(conclusion).toBe("failure");
    expect(jobs.map(({ result }) => result).sort()).toEqual(["failure", "success", "success"]);
    const { state } = await booksOn(world.repo);
    expect(state).toMatchObject({ total_spent: 14.9849, executions: 2, holds: [] });
  });

  it("books legs whose agent failed, and those that were cancelled", async () => {
    const failed = await run("failure", 1);
    expect(failed.jobs.map(({ result }) => result)).toEqual(["failure", "failure", "failure"]);
    const cancelled = await run("cancelled", 2);
    expect(cancelled.conclusion).toBe("cancelled");
    const { state, entries } = await booksOn(world.repo);
    // A leg that was cancelled before its agent began has released its hold.
    const charges = entries.filter(({ kind }) => kind === "charge");
    expect(entries).toHaveLength(6);
    expect(state).toMatchObject({ executions: charges.length, holds: [] });
    const results = charges.map(({ result }) => result).sort();
    expect(results.slice(-3)).toEqual(["failure", "failure", "failure"]);
    expect(new Set(results.slice(0, -3))).toEqual(new Set(["cancelled"]));
  });

  it("runs twice at once without mixing the legs up", async () => {
    await Promise.all([run("success", 1), run("success", 2)]);
    const { state, entries } = await booksOn(world.repo);
    expect(state).toMatchObject({ total_spent: Number((6 * COST).toFixed(9)), executions: 6, holds: [] });
    expect(entries.map(({ run, tags }) => `${run.run_id} ${tags.part}`).sort()).toEqual([
      "1 api",
      "1 docs",
      "1 web",
      "2 api",
      "2 docs",
      "2 web",
    ]);
  });
});
