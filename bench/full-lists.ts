import type { State } from "../src/books/state.ts";
import { nanoOf, nanoUsd } from "../src/values/money.ts";
import { type Instant, instantOf } from "../src/values/month.ts";

/** As many as the books keep of each: what is more drops the oldest. */
const MOST = {
  alerts: 40,
  pulls: 100,
  channels: 20,
  forecasts: 31,
  deliveries: 30,
  pauses: 20,
  today: 20,
};

const DAY_MS = 86_400_000;
const AMOUNT = nanoUsd(1_234_567_891);

const list = <T>(length: number, of: (index: number) => T): T[] => Array.from({ length }, (_, index) => of(index));
const named = <T>(length: number, name: string, of: (index: number) => T): Record<string, T> =>
  Object.fromEntries(list(length, (index) => [`${name}${index}`, of(index)]));

/** The state with every list of alerts, channels and forecasts at its bound, as a busy month with a dead channel leaves them. */
export function withFullLists(state: State, now: Instant): State {
  const before = (days: number) => instantOf(Date.parse(now) - days * DAY_MS);
  const dayBefore = (days: number) => before(days).slice(0, 10);
  const run = { repository: "o/r", run_id: 19_000_000_000, attempt: 1, job: "agent", index: 0 };
  return {
    ...state,
    alerts: list(MOST.alerts, (index) => ({
      ...{ id: `A-0224-${index + 1}`, kind: "threshold" as const, severity: "warning" as const, at: before(1) },
      ...{ budget: `division-${index}`, period: "2026-02" },
      facts: { usage: 1_234.5, limit: 5_000, percent: 90.1, time_left: 30.2, projected_end: 4_321.5, overage: 1.5 },
      acknowledged: { by: "octocat", at: before(0), note: "Seen; the release week ends on Friday" },
      ...(index % 2 === 0 && { resolved_at: before(0) }),
    })),
    pulls: named(MOST.pulls, "o/r#", (index) => ({
      ...{ cost: AMOUNT, executions: 12, at: before(2), comment: 2_000_000_000 + index },
      ...(index >= MOST.pulls - 10 && {
        due: {
          ...{ id: `charge-${index}`, cost: AMOUNT, quality: "priced", profile: "review", run },
          models: list(3, (at) => ({ model: `claude-sonnet-4-${at}`, input: 125_000, output: 8_000, cost: AMOUNT })),
        },
      }),
    })),
    channels: named(MOST.channels, "team-", () => ({ address: "0123456789abcdef", seen: dayBefore(0) })),
    forecasts: list(MOST.forecasts, (index) => ({
      ...{ day: dayBefore(MOST.forecasts - index), point: AMOUNT, low: AMOUNT, high: AMOUNT, chance: 0.1234 },
    })),
    deliveries: list(MOST.deliveries, (index) => ({
      ...{ id: `anomaly-2026-02-24-${index}`, kind: "anomaly" as const, severity: "critical" as const },
      ...{ queued_at: before(0), to: named(3, "team-", () => ({})) },
      facts: { ...FACTS, alert: "A-0224-1", severity: "critical", expected: 310.5, upper: 640.25, causes: CAUSES },
    })),
    pauses: list(MOST.pauses, () => ({ from: "2026-01-02", to: "2026-01-03" })),
    today: {
      day: dayBefore(0),
      profiles: named(MOST.today, "profile-", () => nanoOf(12.5)),
      tags: { agent: named(MOST.today, "agent-", () => AMOUNT), team: named(MOST.today, "team-", () => AMOUNT) },
    },
  };
}

const FACTS = {
  ...{ health: "yellow", repository: "o/r", url: "https://github.com/o/r/actions/runs/19000000000" },
  ...{ page: "https://github.com/o/r/blob/token-budget/README.md", spent: 12_345.678, budget: 1_000_000 },
};
const CAUSES = list(3, (index) => ({ by: "profile", name: `profile-${index}`, spent: 123.45 }));
