import { beforeEach, describe, expect, it } from "vitest";
import { booksOn, READ_AND_COMMIT, useWorld } from "./action-world.ts";

const world = useWorld();
const comments = () => world.repo.pulls.get(12)?.comments ?? [];

/** A run for pull request 12, with a token that may comment unless another is given. */
function forPull(id: number, token = "ghs_pulls") {
  const side = { repo: { full_name: world.repo.nameWithOwner } };
  const payload = { pull_request: { number: 12, head: side, base: side } };
  return { token, run: { id }, event: { name: "pull_request", payload }, discord: null };
}

beforeEach(() => world.repo.openPull(12));

describe("a comment on a pull request", () => {
  it("is one, with the total, where three first runs write at once", async () => {
    await world.step("record", { cost: "0.5" }, forPull(1));
    const runs = [2, 3, 4].map((id) => world.step("record", { cost: String(id), comment: "true" }, forPull(id)));
    for (const { exitCode, annotations } of await Promise.all(runs)) {
      expect([exitCode, annotations.filter(({ message }) => message.includes("comment"))]).toEqual([0, []]);
    }
    expect(comments().map(({ author }) => author)).toEqual(["github-actions[bot]"]);
    expect(comments()[0]?.body).toContain("has cost **&#36;9.00** in 3 runs.");
    const { pulls } = (await booksOn(world.repo)).state as unknown as { pulls: object };
    expect(Object.values(pulls)).toEqual([
      { cost: 9, executions: 3, at: expect.any(String), comment: comments()[0]?.id },
    ]);
  });

  it("takes a query, two REST requests and a commit more, and nothing where none is wanted", async () => {
    await world.step("record", { cost: "1", comment: "true" }, forPull(1));
    world.requests();
    await world.step("record", { cost: "1" }, forPull(2));
    expect(world.requests()).toEqual(READ_AND_COMMIT);
    await world.step("record", { cost: "1", comment: "full" }, forPull(3));
    const path = `/repos/${world.repo.nameWithOwner}/issues/comments/${comments()[0]?.id}`;
    expect(world.requests()).toEqual([
      ...READ_AND_COMMIT,
      "TokenBudgetLogin",
      `GET ${path}`,
      `PATCH ${path}`,
      "TokenBudgetCommit",
    ]);
    expect(comments()[0]?.body).toMatch(/&#36;3\.00\*\* in 3 runs\..*&#36;12\.00 left/s);
  });

  it("that the token may not write is a notice with the missing line, and the run is booked", async () => {
    const { exitCode, annotations } = await world.step(
      "record",
      { cost: "1", comment: "true" },
      forPull(1, "ghs_write"),
    );
    expect(exitCode).toBe(0);
    const texts = annotations.filter(({ level }) => level === "notice").map(({ message }) => message);
    expect(texts.join("\n")).toContain("pull-requests: write");
    expect(comments()).toEqual([]);
    expect((await booksOn(world.repo)).state.total_spent).toBe(1);
  });
});
