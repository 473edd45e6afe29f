import { describe, expect, it } from "vitest";
import { fieldsOf, READ_AND_COMMIT, said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();

const january = {
  at: "2026-01-31T23:40:00Z",
  spent: 14.82,
  executions: 270,
  prs: 269,
  milestones: [5, 10],
  holds: [0.055],
};
const RECAP = "📊 Monthly Recap - AI Orchestration";

/** Books of February whose January was closed by a check, with its recap already in the channel. */
async function februaryBooks(): Promise<void> {
  world.seed(january);
  world.at("2026-02-14T12:00:00Z");
  await world.run("check");
  world.discord.clear();
  world.calls();
}

describe("a recap of a named month", () => {
  it.each([
    ["2026-01", /^January 2026: \$14\.82 of \$15\.00 spent/],
    ["2026-02", /^February 2026 so far: \$0\.0550 of \$15\.00 spent/],
    ["2025-07", /^The books have no month 2025-07\.$/],
  ])("shows %s, writes nothing and posts nothing", async (month, sentence) => {
    await februaryBooks();
    const before = world.books();
    const { failure, outputs, notes, screen } = await world.run("recap", { month });
    expect(failure).toBeNull();
    expect(outputs["message"]).toMatch(sentence);
    expect(outputs["commit"]).toBeUndefined();
    expect(notes).toEqual([]);
    expect(screen).not.toBe("");
    expect(world.calls()).toEqual(["read"]);
    expect(world.books()).toEqual(before);
    expect(world.titles()).toEqual([]);
  });

  it("shows a month that is over and that no run has closed yet", async () => {
    world.seed(january);
    world.at("2026-02-01T08:00:00Z");
    const { outputs, screen } = await world.run("recap", { month: "2026-01" });
    expect(outputs).toMatchObject({ month: "2026-02", message: expect.stringMatching(/^January 2026: \$14\.82/) });
    expect(screen).not.toContain("still running");
    expect(world.books().state).toMatchObject({ current_month: "2026-01", history: [] });
  });

  it.each([{ post: "true" }, { force: "true" }, { post: "true", force: "true" }])(
    "posts it with %j",
    async (inputs) => {
      await februaryBooks();
      for (const _ of [1, 2]) await world.run("recap", { month: "2026-01", ...inputs });
      expect(world.titles()).toEqual([RECAP, RECAP]);
    },
  );

  it("keeps it in the queue where no run has the webhook", async () => {
    await februaryBooks();
    const result = await world.run("recap", { month: "2026-01", post: "true" }, { discord: null });
    expect(said(result, "notice")).toBe("The recap is in the queue: a run with a Discord webhook posts it.");
    expect(world.books().state["outbox"]).toMatchObject([{ kind: "recap", facts: { month: "2026-01" } }]);
  });
});

describe("the most expensive runs of a month", () => {
  it("are named in its recap with cost and link: in the channel, the summary and at the terminal", async () => {
    world.at("2026-01-20T12:00:00Z");
    for (const [id, cost] of [
      [41, "0.5"],
      [42, "2.5"],
      [41, "0.25"],
    ] as const) {
      await world.run("record", { cost }, { run: { id } });
    }
    world.at("2026-02-01T08:00:00Z");
    const { screen, summary } = await world.run("recap");
    const [posted] = world.messages();
    const link = (id: number) => expect.stringMatching(new RegExp(`^https?://[^/]+/o/r/actions/runs/${id}$`));
    const lines = (fieldsOf(posted)["🏆 Most Expensive Runs"] ?? "").split("\n");
    expect(lines.map((line) => /^(.*)\[(.*)\]\((.*)\)(.*)$/.exec(line)?.slice(1))).toEqual([
      ["ai-pr, ", "run 42", link(42), ": $2.50"],
      ["ai-pr, ", "run 41", link(41), ": $0.7500"],
    ]);
    expect(summary).toMatch(/\| \[run 42\]\(https?:\/\/[^)]+\/o\/r\/actions\/runs\/42\) \| ai-pr \| \$2\.50 \|/);
    expect(screen).toMatch(
      /Most expensive runs .*\nrun 42 +ai-pr +\$2\.50\n {2}https?:\/\/\S+\/o\/r\/actions\/runs\/42\n/,
    );
  });

  it("aren't named where they aren't known", async () => {
    await februaryBooks();
    const { screen, summary } = await world.run("recap", { month: "2026-01", post: "true" });
    expect(`${screen}${summary}`).not.toContain("Most expensive");
    expect(fieldsOf(world.messages()[0])).not.toHaveProperty("🏆 Most Expensive Runs");
  });
});

describe("a recap without a month", () => {
  it("closes the month that is over and posts its recap once", async () => {
    world.seed(january);
    world.at("2026-02-01T08:00:00Z");
    await world.run("recap");
    expect(world.calls().slice(0, 2)).toEqual(READ_AND_COMMIT);
    expect(said(await world.run("recap"), "notice")).toContain("already posted or queued");
    expect(world.titles()).toEqual([RECAP]);
    expect(world.books().state).toMatchObject({ current_month: "2026-02", last_recap: "2026-01" });
  });

  it("only shows the last closed month with post: false", async () => {
    await februaryBooks();
    const { outputs } = await world.run("recap", { post: "false" });
    expect(outputs["message"]).toMatch(/^January 2026: \$14\.82/);
    expect(world.calls()).toEqual(["read"]);
    expect(world.titles()).toEqual([]);
  });
});
