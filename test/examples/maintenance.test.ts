import { describe, expect, it } from "vitest";
import { booksOn } from "../e2e/action-world.ts";
import { seedBooks } from "../e2e/books-on-branch.ts";
import { ON_A_RUNNER, useExamples } from "./example-world.ts";

const world = useExamples();
const FEBRUARY = "2026-02-14T12:00:00Z";
const MARCH = "2026-03-01T06:05:00Z";
const byHand = (inputs: Readonly<Record<string, string>> = {}) => ({ event: { name: "workflow_dispatch" }, inputs });
const scheduled = { event: { name: "schedule", payload: { schedule: "5 6 1 * *" } } };

describe("the example monthly-recap", ON_A_RUNNER, () => {
  it("closes the month that is over and posts it once, also when two runs come at once", async () => {
    await seedBooks(world.repo, { at: FEBRUARY, spent: 12.4, executions: 30 });
    world.at(MARCH);
    const runs = await Promise.all([1, 2].map((id) => world.run("monthly-recap", { ...scheduled, run: { id } })));
    expect(runs.map(({ conclusion }) => conclusion)).toEqual(["success", "success"]);
    const { state } = await booksOn(world.repo);
    expect(state).toMatchObject({ current_month: "2026-03", total_spent: 0 });
    expect(state.history).toMatchObject([{ month: "2026-02", total_spent: 12.4, closed: "rollover" }]);
    const recaps = () => world.titles().filter((title) => title?.includes("Monthly Recap"));
    expect(recaps()).toHaveLength(1);

    // By hand it is posted once more.
    expect((await world.run("monthly-recap", byHand({ month: "2026-02" }))).conclusion).toBe("success");
    expect(recaps()).toHaveLength(2);
  });

  it("is red for a month that is none", async () => {
    expect((await world.run("monthly-recap", byHand({ month: "Feb" }))).conclusion).toBe("failure");
  });
});

describe("the example pause", ON_A_RUNNER, () => {
  it("pauses until a day and resumes, as it is asked for", async () => {
    await seedBooks(world.repo, { at: FEBRUARY, spent: 12.4 });
    world.repo.setRole("boss", "maintain");
    const start = (inputs: Readonly<Record<string, string>>) =>
      world.run("pause", { ...byHand({ reason: "", until: "", ...inputs }), run: { actor: "boss" } });
    const paused = await start({ command: "pause", reason: 'Release "week"', until: "2026-02-20" });
    expect(paused.conclusion).toBe("success");
    const { state } = await booksOn(world.repo);
    expect(state.paused).toMatchObject({ by: "boss", reason: 'Release "week"', until: "2026-02-20T00:00:00Z" });
    expect((await start({ command: "pause" })).conclusion, "a pause needs a reason").toBe("failure");
    expect((await start({ command: "resume" })).conclusion).toBe("success");
    expect((await booksOn(world.repo)).state).not.toHaveProperty("paused");
  });
});

describe("the example reset", ON_A_RUNNER, () => {
  const reason = 'New contract; see "#12" & $(date)';

  it("archives the month with the maintainer's reason, as it was written", async () => {
    await seedBooks(world.repo, { at: FEBRUARY, spent: 12.4 });
    world.repo.setRole("boss", "maintain");
    const run = await world.run("reset", { ...byHand({ reason }), run: { actor: "boss" } });
    expect(run.conclusion).toBe("success");
    const { state } = await booksOn(world.repo);
    expect(state).toMatchObject({ total_spent: 0, history: [{ total_spent: 12.4, reason, actor: "boss" }] });
  });

  it.each(["write", "none"] as const)("is red for somebody whose role is %s, and changes nothing", async (role) => {
    await seedBooks(world.repo, { at: FEBRUARY, spent: 12.4 });
    world.repo.setRole("dev", role);
    const run = await world.run("reset", { ...byHand({ reason }), run: { actor: "dev" } });
    expect(run.conclusion).toBe("failure");
    expect((await booksOn(world.repo)).state).toMatchObject({ total_spent: 12.4, history: [] });
  });

  it("asks for a reason before it runs", async () => {
    await expect(world.run("reset", byHand())).rejects.toThrow("requires the input reason");
  });
});

describe("the example alerts", ON_A_RUNNER, () => {
  const books = {
    at: FEBRUARY,
    spent: 14,
    milestones: [5, 10],
    state: {
      alerts: [
        {
          ...{ id: "A-0214-1", kind: "threshold", severity: "critical", period: "2026-02", at: "2026-02-14T11:00:00Z" },
          facts: { usage: 14, limit: 15, percent: 93.3 },
        },
      ],
    },
  };

  it("lets a person with write access take an alert on, and escalates on its schedule what nobody has", async () => {
    await seedBooks(world.repo, books);
    const hourly = { event: { name: "schedule", payload: { schedule: "17 * * * *" } } };
    expect((await world.run("alerts", hourly)).conclusion).toBe("success");
    expect(world.titles()).toEqual(["🚨 Nobody has acknowledged A-0214-1"]);
    world.repo.setRole("dev", "write");
    const asked = { ...byHand({ id: "A-0214-1", note: 'It\'s "the crawler"' }), run: { actor: "dev" } };
    expect((await world.run("alerts", asked)).conclusion).toBe("success");
    expect((await booksOn(world.repo)).state.alerts).toMatchObject([
      { acknowledged: { by: "dev", note: 'It\'s "the crawler"' }, escalated_at: expect.any(String) },
    ]);
    world.repo.setRole("guest", "read");
    const refused = await world.run("alerts", { ...asked, run: { actor: "guest" } });
    expect(refused.conclusion).toBe("failure");
  });
});

describe("the example monthly-statement", ON_A_RUNNER, () => {
  const policy = `
statements:
  entities:
    - { name: client-x, match: { client: client-x }, model: chargeback, rate: cost + 20%, due: 9 days }
  shared: [{ name: platform, amount: 12.50 USD, split: equal }]
`;

  it("shows on its schedule, and by hand issues statements and notes that one was paid", async () => {
    await seedBooks(world.repo, { at: FEBRUARY, spent: 12.4 });
    await world.repo.writeFile("main", ".github/token-budget.yml", policy);
    world.repo.setRole("boss", "maintain");
    world.at(MARCH);
    const monthly = await world.run("monthly-statement", {
      event: { name: "schedule", payload: { schedule: "35 6 1 * *" } },
    });
    expect(monthly.conclusion).toBe("success");
    expect((await booksOn(world.repo)).state).not.toHaveProperty("statements");
    const start = (inputs: Readonly<Record<string, string>>) =>
      world.run("monthly-statement", {
        ...byHand({ month: "", paid: "", void: "", reason: "", ...inputs }),
        run: { actor: "boss" },
      });
    expect((await start({})).conclusion).toBe("success");
    expect((await booksOn(world.repo)).state.statements).toMatchObject([
      { number: "INV-2026-02-CLIENT-X", amount: 15 },
    ]);
    const file = await world.repo.readFile("token-budget", "token_budget/statements/2026-02/client-x.json");
    expect(JSON.parse(file ?? "")).toMatchObject({ number: "INV-2026-02-CLIENT-X", due: "2026-03-10", amount: 15 });
    expect((await start({ paid: "INV-2026-02-CLIENT-X" })).conclusion, "a payment needs a reason").toBe("failure");
    expect((await start({ paid: "INV-2026-02-CLIENT-X", reason: "cash" })).conclusion).toBe("success");
    expect((await booksOn(world.repo)).state.statements).toMatchObject([{ paid: expect.any(String) }]);
    expect(await world.repo.readFile("token-budget", "token_budget/statements/2026-02/client-x.json")).toBe(file);
  });
});
