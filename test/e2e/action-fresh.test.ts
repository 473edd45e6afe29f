import { describe, expect, it } from "vitest";
import type { ActionResult, StartedAction } from "../support/runner/action.ts";
import { booksOn, NOON, READ_AND_COMMIT, useWorld } from "./action-world.ts";
import { seedBooks } from "./books-on-branch.ts";

const world = useWorld();
const OLD_MS = 10_000;
/** That runs are denied was announced today: another denial writes nothing. */
const TOLD = { warned: { denied: NOON.slice(0, 10) } };

/** Books that any read shows; from now on each shows them as they were ten seconds before. */
async function seedForOldReads(seed: Omit<Parameters<typeof seedBooks>[1], "at">): Promise<void> {
  await seedBooks(world.repo, { at: NOON, ...seed });
  world.github.clock.advance(60_000);
  world.github.faults.always("query", { kind: "stale", ms: OLD_MS });
  world.requests();
}

/** A step that is killed where its next such request comes in, before GitHub has done anything or after it. */
function killedBy(request: "query" | "mutation", when: "before" | "after") {
  let running: StartedAction | undefined;
  const event = async () => {
    running?.kill("SIGKILL");
    await running?.ended;
  };
  world.github.faults.next(request, { kind: "meanwhile", when, event });
  return {
    onStart: (started: StartedAction) => {
      running = started;
    },
  };
}

const texts = ({ annotations }: ActionResult): string => annotations.map(({ message }) => message).join("\n");

describe("where reads are ten seconds old", () => {
  it("a release right after its check finds the hold it names", async () => {
    await seedForOldReads({ spent: 1 });
    const check = await world.step("check");
    const { hold = "" } = check.outputs;
    expect(hold).not.toBe("");
    world.requests();
    // From another job, whose environment doesn't name it.
    const release = await world.step("release", { hold }, { run: { id: 2 } });
    expect(release.outputs).toMatchObject({ hold, held: "0" });
    expect(texts(release)).not.toContain("not in these books");
    expect((await booksOn(world.repo)).state.holds).toEqual([]);
    expect(world.requests().filter((asked) => asked === "TokenBudgetCommit")).toHaveLength(1);
  });

  it("a hold that was never made is said to be unknown, after some seconds and a few reads", async () => {
    await seedForOldReads({ spent: 1 });
    const release = await world.step("release", { hold: "nobody-s" });
    expect(release.exitCode).toBe(0);
    expect(texts(release)).toContain("not in these books");
    const requests = world.requests();
    expect(requests.length).toBeLessThanOrEqual(7);
    expect(new Set(requests)).toEqual(new Set(["TokenBudgetRead"]));
  });

  it("a run isn't denied for money that was freed a moment before", async () => {
    await seedForOldReads({ holds: [14.98], state: TOLD });
    const release = await world.step("release", { hold: "seeded-hold-1" }, { run: { id: 900 } });
    expect(release.outputs["held"]).toBe("0");
    world.requests();
    const check = await world.step("check");
    expect(check).toMatchObject({ exitCode: 0, outputs: { allowed: "true", reason: "ok" } });
    expect(world.requests()).toEqual(["TokenBudgetRead", ...READ_AND_COMMIT]);
  });

  it("a denial that stands costs one read more and ten seconds", async () => {
    await seedForOldReads({ holds: [14.98], state: TOLD });
    const beganMs = world.time.nowMs();
    const check = await world.step("check");
    expect(check).toMatchObject({ exitCode: 1, outputs: { allowed: "false", reason: "insufficient" } });
    expect(world.requests()).toEqual(["TokenBudgetRead", "TokenBudgetRead"]);
    expect(world.time.nowMs() - beganMs).toBeGreaterThanOrEqual(OLD_MS);
    expect(world.time.nowMs() - beganMs).toBeLessThan(OLD_MS + 1_000);
  });

  it("the post part of a gate that was cancelled finds the hold its main part made", async () => {
    await seedForOldReads({ spent: 1 });
    const job = world.job();
    const main = await job.step(killedBy("mutation", "after"));
    expect(main.signal).toBe("SIGKILL");
    expect((await booksOn(world.repo)).state.holds).toHaveLength(1);
    const post = await job.post({ run: { status: "cancelled" }, onStart: () => {} });
    expect(post).toMatchObject({ exitCode: 0, outputs: { held: "0" } });
    const { state, entries } = await booksOn(world.repo);
    expect(state).toMatchObject({ holds: [], closed_holds: [{ how: "released" }], total_spent: 1 });
    expect(entries.at(-1)).toMatchObject({ kind: "release", reason: "the gate had no answer" });
  });

  it("the post part of a gate that was cancelled before it asked says nothing, and charges nothing", async () => {
    await seedForOldReads({ spent: 1 });
    const job = world.job();
    await job.step(killedBy("query", "before"));
    const post = await job.post({ run: { status: "cancelled" }, onStart: () => {} });
    expect(post).toMatchObject({ exitCode: 0, annotations: [] });
    expect((await booksOn(world.repo)).state).toMatchObject({ holds: [], closed_holds: [], total_spent: 1 });
  });

  it("a policy that was repaired a moment before is the policy", async () => {
    const path = ".github/token-budget.yml";
    await world.repo.writeFile("main", path, "monthly-budget: fifty\n");
    await seedForOldReads({ spent: 1 });
    await world.repo.writeFile("main", path, "monthly-budget: 50\n");
    const check = await world.step("check");
    expect(check.outputs).toMatchObject({ allowed: "true", budget: "50" });
  });

  it("an approval given meanwhile is heard of", async () => {
    await world.repo.writeFile(
      "main",
      ".github/token-budget.yml",
      "reserve: 10 USD\napproval-environment: ai-budget\n",
    );
    await seedForOldReads({ spent: 8, milestones: [5] });
    // The first waiting is announced by a commit; from then on nothing is written.
    expect((await world.step("check", { approval: "ai-budget" })).outputs["decision"]).toBe("approve");
    world.github.faults.next(
      { path: "approvals" },
      {
        kind: "meanwhile",
        when: "after",
        event: async () => {
          world.repo.setApprovals(1, [{ environments: ["ai-budget"], user: "octocat" }]);
        },
      },
    );
    const check = await world.step("check", { approval: "ai-budget" });
    expect(check.outputs).toMatchObject({ allowed: "true", reason: "approved" });
  });
});
