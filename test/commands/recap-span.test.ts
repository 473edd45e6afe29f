import { beforeEach, describe, expect, it } from "vitest";
import { spanOf } from "../../src/values/date-span.ts";
import { fieldsOf, said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();

const RUNS = [
  ["2025-12-30T08:00:00Z", 0.5],
  ["2026-01-05T08:00:00Z", 1.25],
  ["2026-01-27T08:00:00Z", 0.75],
  ["2026-01-31T23:59:00Z", 2],
  ["2026-02-01T08:00:00Z", 0.1],
  ["2026-02-01T09:00:00Z", 0.2],
  ["2026-02-14T08:00:00Z", 0.4],
] as const;

const dollars = (cost: number) => `$${cost.toFixed(cost < 1 ? 4 : 2)}`;

/** What the runs of some days cost, added up by hand. */
function spentIn(period: string): number {
  const { from, to } = spanOf(period, "2026-02-14") ?? { from: "", to: "" };
  const inside = RUNS.filter(([at]) => from <= at.slice(0, 10) && at.slice(0, 10) <= to);
  return inside.reduce((sum, [, cost]) => sum + cost, 0);
}

beforeEach(async () => {
  for (const [index, [at, cost]] of RUNS.entries()) {
    world.at(at);
    await world.run("record", { cost: String(cost), tags: "team=web" }, { run: { id: 40 + index } });
  }
  world.at("2026-02-14T12:00:00Z");
  world.discord.clear();
  world.calls();
});

describe("a recap of a span", () => {
  it.each([
    ["2026-02-01", "1 Feb 2026"],
    ["today", "14 Feb 2026 so far"],
    ["2026-W05", "26 Jan to 1 Feb 2026"],
    ["2026-01-31/2026-02-01", "31 Jan to 1 Feb 2026"],
    ["2026-01", "January 2026"],
    ["2025-Q4", "Q4 2025"],
    ["2026-Q1", "Q1 2026 so far"],
    ["2025", "2025"],
    ["this-year", "2026 so far"],
  ])("of %s has the sums of the ledger, and writes nothing", async (period, name) => {
    const before = world.books();
    const { failure, outputs, screen } = await world.run("recap", { period });
    expect(failure).toBeNull();
    expect(outputs["message"]).toMatch(new RegExp(`^${name}: \\${dollars(spentIn(period))} `));
    expect(screen).toContain(name.replace(" so far", ""));
    expect(world.books()).toEqual(before);
    expect(world.titles()).toEqual([]);
  });

  it("compares with the one before, and names models and the most expensive runs", async () => {
    const { json } = await world.run("recap", { period: "2026-W05" });
    expect(JSON.parse(json).recap).toMatchObject({
      period: "2026-W05",
      executions: 4,
      previous: null,
      topRuns: [
        { run: 43, cost: 2 },
        { run: 42, cost: 0.75 },
        { run: 45, cost: 0.2 },
      ],
    });
    const week = await world.run("recap", { period: "2026-01-28/2026-02-03" });
    expect(JSON.parse(week.json).recap).toMatchObject({ previous: { spent: 0.75 } });
  });

  it("has what a hold cost that expired while nobody wrote for months", async () => {
    world.at("2026-02-20T08:00:00Z");
    await world.run("check", { estimate: "0.7" }, { run: { id: 90 } });
    world.at("2026-05-02T08:00:00Z");
    await world.run("check", {}, { run: { id: 91 } });
    const { outputs } = await world.run("recap", { period: "2026-02-20" });
    expect(outputs["message"]).toMatch(/^20 Feb 2026: \$0\.7000 /);
  });

  it("that nothing is known of says so", async () => {
    const month = await world.run("recap", { period: "2024-Q1" });
    expect(month.outputs["message"]).toBe("The books have nothing of Q1 2024.");
    const day = await world.run("recap", { period: "2024-02-01" });
    expect(day.outputs["message"]).toBe("The books have nothing of 1 Feb 2024.");
    const posted = await world.run("recap", { period: "2024-02-01", post: "true" });
    expect(posted.outputs["message"]).toBe("The books have nothing of 1 Feb 2024.");
    expect(world.titles()).toEqual([]);
    const quiet = await world.run("recap", { period: "2026-02-10" });
    expect(quiet.outputs["message"]).toBe("10 Feb 2026: $0.00 spent on 0 executions and 0 pull requests.");
  });

  it.each([
    ["2026-02-15", "15 Feb 2026"],
    ["2026-02-20/2026-02-25", "20 to 25 Feb 2026"],
    ["2026-W08", "16 to 22 Feb 2026"],
    ["2026-03", "March 2026"],
    ["2026-Q2", "Q2 2026"],
  ])("of days to come, %s, says that it hasn't begun", async (period, name) => {
    for (const post of ["false", "true"]) {
      const { outputs } = await world.run("recap", { period, post });
      expect(outputs["message"]).toBe(`${name} hasn't begun.`);
    }
    expect(world.titles()).toEqual([]);
  });

  it.each([
    ["2025-12", true],
    ["2025-12-20/2026-01-05", true],
    ["last-90-days", true],
    ["2025-Q4", true],
    ["2025", true],
    ["2026-01", false],
    ["2026-W05", false],
    ["this-year", false],
  ])("of %s that begins before the books says so: %s", async (period, isSaid) => {
    for (const post of ["false", "true"]) {
      const text = said(await world.run("recap", { period, post }), "notice");
      expect(text.includes("The books begin on 30 Dec 2025: what was spent before isn't known.")).toBe(isSaid);
    }
  });

  it("is posted once if it is over, again if that is forced, and each time while it runs", async () => {
    for (const _ of [1, 2]) await world.run("recap", { period: "last-week", post: "true" });
    expect(world.titles()).toEqual(["📊 Weekly Recap - AI Orchestration"]);
    expect(said(await world.run("recap", { period: "last-week", post: "true" }), "notice")).toContain("already posted");
    await world.run("recap", { period: "last-week", post: "true", force: "true" });
    for (const _ of [1, 2]) await world.run("recap", { period: "2026-Q1", post: "true" });
    expect(world.titles()).toEqual([
      ...["📊 Weekly Recap - AI Orchestration", "📊 Weekly Recap - AI Orchestration"],
      ...["📊 Quarterly Recap - AI Orchestration", "📊 Quarterly Recap - AI Orchestration"],
    ]);
    expect(world.books().state).toMatchObject({ recaps: { week: "2026-W06" } });
  });

  it.each([
    ["weeks", ["last-week", "2026-W05", "2026-W06", "2026-W05"], 2],
    ["days", ["2026-01-26/2026-02-01", "2026-02-01/2026-02-05", "2026-01-26/2026-02-01"], 2],
    ["closed months", ["2025-12", "2025-12", "last-month", "2025-12"], 1],
  ])("is posted once if it is over, also after others of its kind: %s", async (_, periods, posted) => {
    for (const period of periods) await world.run("recap", { period, post: "true" });
    expect(world.titles()).toHaveLength(posted);
    // Whoever names a month without a period wants it now.
    await world.run("recap", { month: "2025-12", post: "true" });
    expect(world.titles()).toHaveLength(posted + 1);
  });

  it("is noted for the last ten of its kind, and not where no channel gets it", async () => {
    world.policy("notify: { kinds: none }");
    await world.run("recap", { period: "2026-01-20", post: "true" });
    expect(world.books().state).not.toHaveProperty("recaps");
    world.policy(null);
    for (let day = 20; day <= 31; day += 1) await world.run("recap", { period: `2026-01-${day}`, post: "true" });
    const noted = world.books().state.recaps.day.split(" ");
    expect([noted.length, noted[0], noted[9]]).toEqual([10, "2026-01-31", "2026-01-22"]);
  });

  it("shows what the span before spent as that span's own recap shows it", async () => {
    world.at("2026-02-16T08:00:00Z");
    await world.run("record", { cost: "1.7242" });
    world.at("2026-02-17T12:00:00Z");
    world.discord.clear();
    const own = await world.run("recap", { period: "2026-02-16" });
    expect(own.outputs["message"]).toMatch(/^16 Feb 2026: \$1\.73 spent/);
    const next = await world.run("recap", { period: "2026-02-17", post: "true" });
    expect(next.screen).toContain("$1.73 in 16 Feb 2026");
    expect(fieldsOf(world.messages()[0])["📅 Against 16 Feb 2026"]).toMatch(/^\$1\.73 /);
  });

  it("of days has no budget to compare with in its message", async () => {
    await world.run("recap", { period: "2026-02-01", post: "true" });
    const [posted] = world.messages();
    expect(fieldsOf(posted)).toMatchObject({ "💰 Total Spent": "$0.3000", "🔄 Executions": "2" });
    expect(Object.keys(fieldsOf(posted)).join()).not.toMatch(/Progress|Milestones/);
  });

  it("stays in the queue where no run has the webhook, where version 0.1 doesn't read it", async () => {
    const result = await world.run("recap", { period: "yesterday", post: "true" }, { discord: null });
    expect(said(result, "notice")).toContain("The recap is in the queue");
    expect(world.books().state).toMatchObject({
      outbox: [],
      deliveries: [{ kind: "recap", facts: { period: "2026-02-13" } }],
    });
  });

  it("doesn't go with a month", async () => {
    const { failure } = await world.run("recap", { period: "yesterday", month: "2026-01" });
    expect(failure).toBe("month and period both say what to recap: give one of them.");
  });

  it("counts a hold that expired on the day on which it did, whoever books it", async () => {
    await world.run("check", { "hold-minutes": "60", estimate: "0.3" });
    world.at("2026-02-16T12:00:00Z");
    const posted = await world.run("recap", { period: "2026-02-14", post: "true" });
    expect(posted.outputs["message"]).toMatch(/^14 Feb 2026: \$0\.70 spent|^14 Feb 2026: \$0\.7000 spent/);
    const shown = await world.run("recap", { period: "2026-02-14" });
    expect(shown.outputs["message"]).toBe(posted.outputs["message"]);
  });
});

describe("a recap of days of books of version 1.0", () => {
  it("says what was imported without its days", async () => {
    world.store.put({
      state: JSON.stringify({
        version: "1.0",
        current_month: "2026-02",
        total_spent: 3,
        executions: 5,
        prs_generated: 4,
        history: [],
      }),
      lines: [],
    });
    await world.run("record", { cost: "0.25" });
    const { notes, outputs } = await world.run("recap", { period: "this-month" });
    expect(outputs["message"]).toMatch(/\$3\.25/);
    expect(notes).toEqual([]);
    const days = await world.run("recap", { period: "last-30-days" });
    expect(days.outputs["message"]).toMatch(/\$0\.2500 spent/);
    expect(said(days)).toContain("imported without its days");
  });
});
