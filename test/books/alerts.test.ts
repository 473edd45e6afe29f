import { describe, expect, it } from "vitest";
import { alertText } from "../../src/books/alerts/alert-text.ts";
import { acknowledgedInTime } from "../../src/books/alerts/in-time.ts";
import { raiseAlert } from "../../src/books/alerts/raise.ts";
import { resolveAlerts } from "../../src/books/alerts/resolve.ts";
import { severityAt } from "../../src/books/alerts/severity.ts";
import type { Draft } from "../../src/books/draft.ts";
import { fitted } from "../../src/books/file/fits.ts";
import type { Alert } from "../../src/books/notify-keys.ts";
import { DEFAULT_SETTINGS } from "../../src/books/settings.ts";
import type { State } from "../../src/books/state.ts";
import { rule } from "./part-samples.ts";
import { circumstances, freshState, NOW, type When } from "./sample-books.ts";

const draftOf = (change: Partial<State> = {}, when: When = {}): Draft => ({
  state: freshState(change),
  entries: [],
  notes: [],
  circumstances: circumstances(when),
});

function alert(change: Partial<Alert> = {}): Alert {
  return {
    id: "A-0214-1",
    kind: "threshold",
    severity: "warning",
    period: "2026-02",
    at: NOW,
    facts: { limit: 15 },
    ...change,
  };
}

describe("the severity of a percentage", () => {
  it.each([
    [1, "info"],
    [74, "info"],
    [75, "warning"],
    [89, "warning"],
    [90, "critical"],
    [99, "critical"],
    [100, "emergency"],
  ] as const)("%d is %s", (percent, severity) => {
    expect(severityAt(percent)).toBe(severity);
    expect(severityAt(percent, { [percent]: "emergency" })).toBe("emergency");
  });
});

describe("an alert's number", () => {
  it("counts the alerts of its day in the books' zone, also when older ones are forgotten", () => {
    let draft = draftOf({ timezone: "Pacific/Kiritimati" }, { now: "2026-02-14T11:00:00Z" });
    const ids: string[] = [];
    for (let count = 0; count < 45; count += 1) {
      const raised = raiseAlert(draft, { kind: "threshold", severity: count < 3 ? "info" : "critical", facts: {} });
      draft = raised.draft;
      ids.push(raised.alert.id);
    }
    expect([ids[0], ids.at(-1)]).toEqual(["A-0215-1", "A-0215-45"]);
    expect(new Set(draft.entries.map(({ id }) => id)).size).toBe(45);
  });
});

describe("when there are more than forty", () => {
  it.each([
    [
      "the oldest resolved one goes first",
      { 5: { resolved_at: NOW }, 9: { resolved_at: NOW }, 2: { severity: "info" } },
      "A-0214-6",
    ],
    ["then the oldest that is only for information", { 7: { severity: "info" }, 8: { severity: "info" } }, "A-0214-8"],
    ["then the oldest of all", {}, "A-0214-1"],
  ] as const)("%s", (_, changes: Readonly<Record<number, Partial<Alert>>>, gone) => {
    const alerts = Array.from({ length: 40 }, (_, index) => alert({ id: `A-0214-${index + 1}`, ...changes[index] }));
    const { draft } = raiseAlert(draftOf({ alerts }), { kind: "exhausted", severity: "info", facts: {} });
    const kept = draft.state.alerts?.map(({ id }) => id) ?? [];
    expect(kept).toHaveLength(40);
    expect(alerts.map(({ id }) => id).filter((id) => !kept.includes(id))).toEqual([gone]);
    expect(kept.at(-1)).toBe("A-0214-41");
  });
});

describe("the share that was acknowledged in time", () => {
  const { escalateMs } = DEFAULT_SETTINGS;

  it("counts alerts that made room, by forty or by the file's size, and not those that nobody had to look at", () => {
    let draft = draftOf({ current_month: "2026-01" }, { now: "2026-01-02T10:00:00Z" });
    let taken = 0;
    for (let number = 0; number < 93; number += 1) {
      const severity = number % 10 === 9 ? "info" : "critical";
      const raised = raiseAlert(draft, { kind: "threshold", severity, facts: {} });
      const isTaken = severity !== "info" && number % 3 === 0;
      taken += isTaken ? 1 : 0;
      const change = {
        ...(isTaken && { acknowledged: { by: "octocat", at: raised.alert.at } }),
        ...(number % 2 === 0 && { resolved_at: "2026-01-03T00:00:00Z" }),
      };
      const alerts = raised.draft.state.alerts?.map((one) => (one === raised.alert ? { ...one, ...change } : one));
      draft = { ...raised.draft, state: { ...raised.draft.state, alerts } };
    }
    const month = "2026-01";
    draft = { ...draft, state: { ...draft.state, current_month: "2026-02" } };
    expect(draft.state.alerts).toHaveLength(40);
    expect(acknowledgedInTime(draft.state, escalateMs)).toEqual({ month, count: taken, of: 84 });

    // What is unknown is never forgotten, so it makes a file that drops all resolved alerts.
    const large = { ...draft, state: { ...draft.state, unknown: "x".repeat(430_000) } };
    const { state } = fitted(large);
    expect(state.alerts?.some((one) => one.resolved_at !== undefined && one !== state.alerts?.at(-1))).toBe(false);
    expect(acknowledgedInTime(state, escalateMs)).toEqual({ month, count: taken, of: 84 });
  });

  it("is kept for two months, and nothing is said where nobody had to acknowledge any", () => {
    const alerts = Array.from({ length: 40 }, (_, index) => alert({ id: `A-0214-${index + 1}` }));
    const old = { "2025-12": { due: 7, in_time: 7 }, "2026-01": { due: 5, in_time: 2 } };
    const { draft } = raiseAlert(draftOf({ alerts, alerts_forgotten: old }), {
      kind: "exhausted",
      severity: "info",
      facts: {},
    });
    expect(draft.state.alerts_forgotten).toEqual({
      "2026-01": { due: 5, in_time: 2 },
      "2026-02": { due: 1, in_time: 0 },
    });
    expect(acknowledgedInTime(draft.state, escalateMs)).toEqual({ month: "2026-01", count: 2, of: 5 });
    expect(acknowledgedInTime({ ...draft.state, current_month: "2026-05" }, escalateMs)).toBeNull();
  });
});

describe("an alert is resolved", () => {
  const dev = { unit: "USD", amount: 4e9 } as const;
  const parts = [rule({ name: "dev", match: {}, period: "day", limit: dev as never })];
  const line = { period: "2026-02-14", spent: 0 as never, tokens: 0, alerts_sent: [] };
  const ofDev = { budget: "dev", period: "2026-02-14", facts: { limit: 4 } };
  it.each<[string, Partial<Alert>, boolean, Partial<State>, When]>([
    ["not while its month runs", {}, false, {}, {}],
    ["with its month", { period: "2026-01" }, true, {}, {}],
    ["by a reset", { at: "2026-02-13T10:00:00Z" }, true, { last_reset: NOW }, {}],
    ["by more money", { facts: { limit: 10 } }, true, {}, {}],
    ["not by less money", { facts: { limit: 20 } }, false, {}, {}],
    ["of a forecast, not by more money", { kind: "forecast", facts: { limit: 10 } }, false, {}, {}],
    ["of an anomaly, with its day", { kind: "anomaly", period: "2026-02-13" }, true, {}, {}],
    ["of an anomaly, not before", { kind: "anomaly", period: "2026-02-14" }, false, {}, {}],
    ["of a sub-budget, not while its period runs", ofDev, false, { budgets: { dev: line } }, { settings: { parts } }],
    [
      "of a sub-budget, with its period",
      { ...ofDev, period: "2026-02-13" },
      true,
      { budgets: { dev: line } },
      { settings: { parts } },
    ],
    [
      "of a sub-budget, by a higher limit",
      { ...ofDev, facts: { limit: 3 } },
      true,
      { budgets: { dev: line } },
      { settings: { parts } },
    ],
    ["of a sub-budget, without its rule", ofDev, true, { budgets: { dev: line } }, { settings: { parts: [] } }],
    [
      "of a sub-budget, not while the policy can't be read",
      ofDev,
      false,
      { budgets: { dev: line } },
      { settings: { parts: undefined } },
    ],
    ["of a sub-budget that the books have forgotten", ofDev, true, {}, { settings: { parts } }],
  ])("%s", (_, change, isResolved, state, when) => {
    const [after] = resolveAlerts(draftOf({ alerts: [alert(change)], ...state }, when)).state.alerts ?? [];
    expect(after?.resolved_at).toBe(isResolved ? NOW : undefined);
  });
});

describe("the text of an alert", () => {
  it.each([
    [{}, "80% of the budget is spent: $12.00 of $15.00."],
    [{ budget: "dev", unit: "tokens" }, "80% of dev is spent: 12 tokens of 15 tokens."],
    [{ kind: "exhausted" }, "The budget is used up: $12.00 of $15.00 spent."],
    [{ kind: "anomaly" }, "An unusual day: $12.00 spent, at most $15.00 is usual."],
    [
      { kind: "forecast", facts: { percent: 80, limit: 15, projected_end: 17 } },
      "80% likely to use up $15.00: $17.00 by the month's end.",
    ],
    [
      { kind: "forecast", facts: { percent: 100, limit: 15, projected_end: 17 } },
      "More than 99% likely to use up $15.00: $17.00 by the month's end.",
    ],
    [{ facts: { usage: "a lot" } }, "A part of the budget is spent: – of –."],
  ] as const)("%j", (change, text) => {
    expect(alertText(alert({ facts: { percent: 80, usage: 12, limit: 15 }, ...change } as Partial<Alert>))).toBe(text);
  });
});
