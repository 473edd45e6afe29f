import { describe, expect, it } from "vitest";
import { isOpen } from "../../src/books/alerts/resolve.ts";
import { preview } from "../../src/books/decide.ts";
import { judgeBooking } from "../../src/books/judge.ts";
import type { Alert, Severity } from "../../src/books/notify-keys.ts";
import type { Request } from "../../src/books/request.ts";
import type { State } from "../../src/books/state.ts";
import { nanoOf } from "../../src/values/money.ts";
import { Bookkeeper, billed, check, circumstances, freshState, record, usageOf, type When } from "./sample-books.ts";

/** Books in which every day up to the 13th cost so much, with a budget of so much. */
function everyDay(dollars: number, budget: number, change: Partial<State> = {}): Bookkeeper {
  const days = Array.from({ length: 13 }, (_, index) => `2026-02-${String(index + 1).padStart(2, "0")}`);
  const daily = days.map((day, index) => {
    return [day, { spent: nanoOf(dollars * (index % 2 === 0 ? 0.7 : 1.3)), executions: 1, prs: 0 }] as const;
  });
  const spent = daily.reduce((total, [, day]) => total + day.spent, 0);
  return new Bookkeeper(
    freshState(
      { daily: Object.fromEntries(daily), total_spent: nanoOf(spent / 1e9), monthly_budget: nanoOf(budget), ...change },
      "2026-02-01T00:00:00Z",
    ),
  );
}

let count = 0;
function bookInto(keeper: Bookkeeper, budget?: number) {
  count += 1;
  const settings = { alerts: [], monthlyBudget: budget === undefined ? undefined : nanoOf(budget) };
  keeper.do(record({ id: `r${count}`, usage: usageOf(billed(0.05)) }), { settings, judge: judgeBooking });
  return (keeper.state.deliveries ?? []).map(({ kind, severity, facts }) => [kind, severity, facts["alert"]]);
}

function topUp(dollars: number): Request {
  return {
    kind: "adjust",
    id: "top-up",
    adjustment: "top-up",
    amount: { unit: "USD", amount: nanoOf(dollars) },
    tags: {},
    ...{ actor: "octocat", reason: "more", run: {} },
  };
}

const kept = ({ id, severity, resolved_at }: Alert) => [id, severity, resolved_at === undefined];

describe("the chance of running out", () => {
  it("is announced once at 50 and once at 80 percent, again only after it was 20 points lower", () => {
    const keeper = everyDay(1, 40);
    expect(bookInto(keeper)).toEqual([]);
    expect(keeper.state.alerts).toBeUndefined();
    // About $27 by the month's end.
    const warned = bookInto(keeper, 26.2);
    expect(warned).toEqual([["forecast", "warning", "A-0214-1"]]);
    expect(bookInto(keeper, 26.2)).toEqual(warned);
    const critical = bookInto(keeper, 23.5);
    expect(critical.slice(1)).toEqual([["forecast", "critical", "A-0214-2"]]);
    expect(bookInto(keeper, 23.5)).toEqual(critical);
    // Between 60 and 30 percent the warning stays, and needs no second message.
    expect(bookInto(keeper, 28)).toEqual(critical);
    expect(keeper.state.alerts?.map(kept)).toEqual([
      ["A-0214-1", "warning", true],
      ["A-0214-2", "critical", false],
    ]);
    expect(bookInto(keeper, 40)).toEqual(critical);
    expect(keeper.state.alerts?.map(kept)).toEqual([
      ["A-0214-1", "warning", false],
      ["A-0214-2", "critical", false],
    ]);
    expect(bookInto(keeper, 23.5).at(-1)).toEqual(["forecast", "critical", "A-0214-3"]);
    expect(keeper.state.alerts?.at(-1)?.facts).toMatchObject({ limit: 23.5, percent: expect.any(Number) });
  });

  it("that was critical at once and falls is a warning that the same person has taken on, without a message", () => {
    const keeper = everyDay(1, 23.5);
    expect(bookInto(keeper)).toEqual([["forecast", "critical", "A-0214-1"]]);
    const [alert] = keeper.state.alerts ?? [];
    if (alert === undefined) throw new Error("no alert was raised");
    const acknowledged = { by: "octocat", at: "2026-02-14T10:00:00Z" };
    keeper.state = { ...keeper.state, alerts: [{ ...alert, acknowledged }] };
    expect(bookInto(keeper, 26.2)).toHaveLength(1);
    expect(keeper.state.alerts).toMatchObject([
      { severity: "critical", resolved_at: "2026-02-14T10:00:00Z" },
      { severity: "warning", acknowledged },
    ]);
  });

  const now = "2026-02-14T10:40:00Z";
  const raised = { now, settings: { monthlyBudget: nanoOf(60) } };
  const open = ({ alerts = [] }: Pick<State, "alerts">) => alerts.filter(isOpen).map(({ severity }) => severity);

  it.each<readonly [string, Request, When, Severity[]]>([
    ["is resolved by the top-up that answers it", topUp(40), { now }, []],
    ["is resolved by a check with a larger budget", check({ id: "c" }), raised, []],
    ["is resolved by the schedule that escalates with a larger budget", { kind: "alerts", id: "a" }, raised, []],
    ["stays, and is escalated, after a top-up that is too small", topUp(0.1), { now }, ["critical"]],
    ["becomes a warning by a top-up that leaves a chance", topUp(2.7), { now }, ["warning"]],
  ])("%s", (_, request, when, left) => {
    const keeper = everyDay(1, 23.5);
    expect(bookInto(keeper)).toHaveLength(1);
    keeper.do(request, when);
    expect(open(keeper.state)).toEqual(left);
    const kinds = (keeper.state.deliveries ?? []).map(({ kind }) => kind);
    expect(kinds).toEqual(["forecast", ...(left.includes("critical") ? ["escalation"] : [])]);
  });

  it("is resolved for whoever only reads, too, and keeps its place where a lower level would take it", () => {
    const keeper = everyDay(1, 23.5);
    bookInto(keeper);
    const seen = (dollars: number) =>
      preview(keeper.state, { profile: "" }, circumstances({ settings: { monthlyBudget: nanoOf(dollars) } })).state;
    expect(open(seen(60))).toEqual([]);
    expect(open(seen(26.2))).toEqual(["critical"]);
  });

  it("is not judged while only a pace is known, nor once the money has run out", () => {
    expect(bookInto(new Bookkeeper(freshState({ monthly_budget: nanoOf(0.1) })))).toEqual([]);
    const keeper = everyDay(1, 5);
    expect(bookInto(keeper)).toEqual([]);
    expect(keeper.state.alerts).toMatchObject([{ kind: "exhausted" }]);
  });
});
