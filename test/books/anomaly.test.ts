import { describe, expect, it } from "vitest";
import { judgeBooking as judge } from "../../src/books/judge.ts";
import type { State } from "../../src/books/state.ts";
import { nanoOf } from "../../src/values/money.ts";
import { differencesOf } from "../support/replayed.ts";
import { Bookkeeper, billed, check, freshState, hold, record, usageOf, type When } from "./sample-books.ts";

/** Thirteen days of $2 before NOW, 14 February: $2 is usual, up to $3. */
function usualBooks(change: Partial<State> = {}, days = 13): State {
  const daily = Array.from({ length: days }, (_, at) => {
    const day = `2026-02-${String(14 - days + at).padStart(2, "0")}`;
    return [day, { spent: nanoOf(2), executions: 1, prs: 0 }] as const;
  });
  const spent = { total_spent: nanoOf(2 * days), executions: days, monthly_budget: nanoOf(1000) };
  return freshState({ ...spent, daily: Object.fromEntries(daily), ...change });
}

let ids = 0;
function book(keeper: Bookkeeper, dollars: number, { settings, ...change }: Parameters<typeof record>[0] & When = {}) {
  ids += 1;
  const request = record({ id: `run-${ids}`, usage: usageOf(billed(dollars)), ...change });
  return keeper.do(request, { judge, ...(settings !== undefined && { settings }) });
}

const marks = ({ entries }: Bookkeeper) =>
  entries.flatMap(({ kind, anomaly = false }) => (kind === "alert" ? [] : [anomaly]));
const messages = ({ state }: Bookkeeper) => (state.deliveries ?? []).map(({ id }) => id);

describe("a day above its expected range", () => {
  it("is announced by the charge that crosses the edge, and again only if its severity rises", () => {
    const keeper = new Bookkeeper(usualBooks());
    const dollars = [2.9, 0.1, 0.5, 0.2, 0.5, 0.3, 0.6, 5];
    const notes = dollars.map((amount) => book(keeper, amount).answer.notes.filter(({ text }) => /unusual/.test(text)));
    expect(marks(keeper)).toEqual([false, false, true, false, true, false, true, false]);
    expect(messages(keeper)).toEqual(["info", "warning", "critical"].map((one) => `anomaly-2026-02-14-${one}`));
    expect(notes.flatMap((some) => some.map(({ level }) => level))).toEqual(["notice", "warning", "warning"]);
    expect(notes[2]?.[0]?.text).toBe(
      "An unusual day: $3.50 today, more than the $3.00 that is usual at most; ai-pr spent $3.50 of it.",
    );
    expect(keeper.state.today).toMatchObject({ day: "2026-02-14", anomaly: "critical" });
  });

  it("may skip a severity", () => {
    const keeper = new Bookkeeper(usualBooks());
    book(keeper, 9);
    expect(messages(keeper)).toEqual(["anomaly-2026-02-14-critical"]);
  });

  it("is marked in the ledger where nobody wants the message, and verify finds nothing", () => {
    const keeper = new Bookkeeper(freshState({ monthly_budget: nanoOf(1000) }, "2026-02-01T00:00:00Z"));
    for (let day = 1; day <= 14; day += 1) {
      const now = `2026-02-${String(day).padStart(2, "0")}T10:00:00Z`;
      keeper.do(record({ id: now, usage: usageOf(billed(day === 14 ? 9 : 2)) }), {
        now,
        judge,
        settings: { notify: [] },
      });
    }
    expect(marks(keeper).lastIndexOf(true)).toBe(13);
    expect([messages(keeper), marks(keeper).filter(Boolean)]).toEqual([[], [true]]);
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("isn't judged with fewer than ten known days", () => {
    const keeper = new Bookkeeper(usualBooks({}, 9));
    book(keeper, 100);
    expect([marks(keeper), messages(keeper)]).toEqual([[false], []]);
  });

  it("waits for a booking that can read the policy", () => {
    const keeper = new Bookkeeper(usualBooks());
    book(keeper, 9, { settings: { defersCrossings: true } });
    book(keeper, 0.01);
    expect([marks(keeper), messages(keeper).length]).toEqual([[false, true], 1]);
  });

  it("is judged by the next booking where a check charged an expired hold", () => {
    const expired = hold({ amount: nanoOf(4), expires_at: "2026-02-14T09:30:00Z" });
    const keeper = new Bookkeeper(usualBooks({ holds: [expired] }));
    keeper.do(check({ id: "hold-2" }));
    expect([marks(keeper), messages(keeper)]).toEqual([[false], []]);
    book(keeper, 0.1);
    expect([marks(keeper), messages(keeper)]).toEqual([[false, true], ["anomaly-2026-02-14-warning"]]);
  });

  it("is an alert, and one that got worse replaces it", () => {
    const keeper = new Bookkeeper(usualBooks());
    for (const dollars of [3.5, 1, 5]) book(keeper, dollars);
    expect(keeper.state.alerts).toMatchObject([
      { kind: "anomaly", severity: "info", resolved_at: expect.any(String) },
      { kind: "anomaly", severity: "warning", resolved_at: expect.any(String) },
      { kind: "anomaly", severity: "critical", facts: { usage: 9.5, limit: 3, percent: 317, overage: 6.5 } },
    ]);
    expect(keeper.state.alerts?.at(-1)).not.toHaveProperty("resolved_at");
  });

  it("counts what was booked before a reset", () => {
    const keeper = new Bookkeeper(usualBooks());
    book(keeper, 2.5);
    keeper.do({ kind: "reset", id: "reset-1", actor: "octocat", reason: "test", run: record().run });
    book(keeper, 1);
    expect(marks(keeper)).toEqual([false, false, true]);
  });
});

describe("what drove a day", () => {
  const settings = { requiredTags: ["agent", "team", "area"] };

  it("is kept by profile and the first two required tags, and the message names the largest three", () => {
    const keeper = new Bookkeeper(usualBooks());
    book(keeper, 1, { settings, profile: "review", tags: { agent: "qa", team: "web", area: "x" } });
    book(keeper, 2.25, { settings, tags: { agent: "dev-lead" } });
    expect(keeper.state.today).toEqual({
      day: "2026-02-14",
      profiles: { review: nanoOf(1), "ai-pr": nanoOf(2.25) },
      tags: { agent: { qa: nanoOf(1), "dev-lead": nanoOf(2.25) }, team: { web: nanoOf(1) } },
      anomaly: "info",
    });
    expect(keeper.state.deliveries?.[0]?.facts).toMatchObject({
      ...{ severity: "info", spent: 3.25, expected: 2, upper: 3 },
      causes: [
        { by: "profile", name: "ai-pr", spent: 2.25 },
        { by: "agent", name: "dev-lead", spent: 2.25 },
        { by: "profile", name: "review", spent: 1 },
      ],
    });
  });

  it("restarts with the day of the books' zone", () => {
    const keeper = new Bookkeeper(usualBooks({ timezone: "Asia/Tokyo" }));
    book(keeper, 1);
    keeper.do(record({ id: "late", usage: usageOf(billed(0.5)) }), { now: "2026-02-14T15:00:00Z", judge });
    expect(keeper.state.today).toEqual({ day: "2026-02-15", profiles: { "ai-pr": nanoOf(0.5) } });
  });

  it("adds values beyond the twentieth up as other, which is no cause", () => {
    const keeper = new Bookkeeper(usualBooks());
    for (let at = 0; at < 22; at += 1) book(keeper, 0.01, { profile: `profile-${at}` });
    book(keeper, 9, { profile: "__proto__" });
    expect(Object.keys(keeper.state.today?.profiles ?? {})).toHaveLength(21);
    expect(keeper.state.today?.profiles["other"]).toBe(nanoOf(9.02));
    expect(keeper.state.deliveries?.[0]?.facts["causes"]).toMatchObject([{ spent: 0.01 }, {}, {}]);
  });

  it("is less what a correction takes off", () => {
    const expired = hold({ amount: nanoOf(1), expires_at: "2026-02-14T09:30:00Z" });
    const keeper = new Bookkeeper(usualBooks({ holds: [expired] }));
    book(keeper, 0.25, { hold: "hold-1" });
    expect(keeper.state.today?.profiles).toEqual({ "ai-pr": nanoOf(0.25) });
  });
});

describe("a run that costs more than eight times its profile's median", () => {
  const profiles = (costs: readonly number[]) => ({
    "ai-pr": { costs: costs.map(nanoOf), tokens: costs.map(() => 1) },
  });
  const named = (costs: readonly number[], dollars: number) => {
    const { answer } = book(new Bookkeeper(freshState({ profiles: profiles(costs) })), dollars);
    return answer.notes.flatMap(({ text }) => (text.includes("median") ? [text] : []));
  };

  it.each([
    [[0.1, 0.2, 0.2, 0.2, 0.3], 2.4, ["This run cost $2.40, 12 times the profile's median of $0.2000."]],
    [[0.1, 0.2, 0.2, 0.2, 0.3], 1.6, []],
    [[0.2, 0.2, 0.2, 0.2], 2.4, []],
    [[0, 0, 0, 0, 0], 2.4, []],
  ])("is named: %j, then %f", (costs, dollars, expected) => {
    expect(named(costs, dollars)).toEqual(expected);
  });
});
