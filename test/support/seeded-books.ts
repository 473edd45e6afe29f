import { expect } from "vitest";

// biome-ignore lint/suspicious/noExplicitAny: the books' JSON is looked at by its paths
export type Json = any;

/** A state and its ledger's entries, as the JSON they are. */
export type Books = { readonly state: Json; readonly entries: readonly Json[] };

export type Seed = {
  /** When the books were written last; the month that runs is its month in UTC. */
  readonly at: string;
  readonly spent?: number;
  readonly executions?: number;
  readonly prs?: number;
  readonly milestones?: readonly number[];
  /** Amounts of open holds, made by other runs at `at` for six hours. */
  readonly holds?: readonly number[];
  /** Keys of the state to put in place of the plain ones. */
  readonly state?: Readonly<Record<string, unknown>>;
};

/** Books that hold this, with one imported entry that says so, and the name of the ledger's file that it stands in. */
export function seededBooks(repository: string, seed: Seed) {
  const { at, spent = 0, executions = 0, prs = 0 } = seed;
  const month = at.slice(0, 7);
  const file = `${month}/${at.slice(8, 13)}.ndjson`;
  const imported = { executions, prs, tokens_used: {}, history: [] };
  const entry = { id: `import-${month}`, at, month, kind: "import", cost: spent, imported };
  const hold = (amount: number, index: number) => ({
    id: `seeded-hold-${index + 1}`,
    amount,
    at,
    expires_at: new Date(Date.parse(at) + 6 * 3_600_000).toISOString().replace(".000", ""),
    profile: "ai-pr",
    run: { repository, run_id: 900 + index, attempt: 1, job: "agent", index: 0 },
    tags: {},
  });
  const state = {
    version: "2.0",
    requires: [],
    current_month: month,
    monthly_budget: 15,
    top_ups: 0,
    timezone: "UTC",
    total_spent: spent,
    executions,
    prs_generated: prs,
    tokens_used: {},
    models: spent === 0 ? {} : { unpriced: { cost: spent } },
    daily: {},
    milestones_reached: seed.milestones ?? [],
    alerts_sent: [75, 90].filter((percent) => spent >= 0.15 * percent),
    holds: (seed.holds ?? []).map(hold),
    closed_holds: [],
    profiles: {},
    sessions: {},
    outbox: [],
    exhausted_at: null,
    last_reset: `${month}-01T00:00:00Z`,
    last_entry: { file, id: entry.id, at },
    history: [],
    ...seed.state,
  };
  return { state, entry, file };
}

const nano = (dollars: number): number => Math.round(dollars * 1e9);

/** No entry stands twice, and the month's and every closed month's total is the exact sum of its entries. */
export function expectSums({ state, entries }: Books): void {
  const ids = entries.map((entry) => entry.id);
  expect(ids, "no entry stands twice").toEqual([...new Set(ids)]);
  const running = new Map<string, number>();
  const closed: { month: string; spent: number }[] = [];
  for (const { month, kind, cost } of entries) {
    if (kind === "reset" || kind === "rollover") {
      closed.push({ month, spent: running.get(month) ?? 0 });
      running.delete(month);
    } else running.set(month, (running.get(month) ?? 0) + nano(cost));
  }
  expect(nano(state.total_spent), "spent is the sum of the month's entries").toBe(
    running.get(state.current_month) ?? 0,
  );
  const history = state.history.filter((line: Json) => line.closed !== "import");
  expect(
    history.map((line: Json) => ({ month: line.month, spent: nano(line.total_spent) })),
    "history is the sum of what was closed",
  ).toEqual(closed);
}
