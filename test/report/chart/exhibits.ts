import { figuresOf } from "../../../src/books/figures.ts";
import { monthOutlook } from "../../../src/books/month-demand.ts";
import { DEFAULT_SETTINGS } from "../../../src/books/settings.ts";
import type { State } from "../../../src/books/state.ts";
import { decodePolicy } from "../../../src/inputs/policy/decode.ts";
import { settingsOf } from "../../../src/inputs/settings-of.ts";
import { addToLedger, type LedgerQuery, type LedgerSums, startLedger } from "../../../src/insight/charted-ledger.ts";
import { outlookOf } from "../../../src/insight/outlook.ts";
import type { ChartedBooks } from "../../../src/report/chart/charts.ts";
import { boundedSum, nanoOf } from "../../../src/values/money.ts";
import type { MadeBooks } from "../html/lively-books.ts";
import { sampleState } from "../samples.ts";

const NOW = "2026-02-20T15:30:00Z";
const JANUARY = [
  0.52, 0.61, 0.11, 0.08, 0.47, 0.55, 0.63, 0.49, 0.58, 0.1, 0.06, 0.44, 0.51, 0.6, 0.57, 0.48, 0.12, 0.05, 0.53, 0.59,
  0.46, 0.62, 0.5, 0.09, 0.07, 0.56, 0.45, 0.54, 0.6, 0.5, 0.1,
];
const FEBRUARY = [
  0.04, 0.41, 0.52, 0.63, 0.47, 0.58, 0.09, 0.03, 0.61, 0.44, 0.69, 0.57, 0.35, 0.11, 0.05, 0.56, 0.62, 2.31, 0.58,
  0.37,
];

const POLICY = `budgets:
  - { name: qa, match: { agent: qa }, limit: 3 USD }
  - { name: infrastructure, match: { agent: infra }, limit: 4 USD }
  - { name: dev-lead, match: { agent: dev-lead }, limit: 5 USD }
  - { name: research-daily, match: { agent: research }, limit: 60000 tokens, period: day }
`;

const line = (spent: number, tokens: number): NonNullable<State["budgets"]>[string] => ({
  ...{ period: "2026-02", spent: nanoOf(spent), tokens, alerts_sent: [], executions: 40, prs: 30 },
});

/** Books of a February on its 20th day, with an unusual day, a top-up and four sub-budgets. */
export async function chartedBooks(): Promise<ChartedBooks> {
  const daily = FEBRUARY.map(
    (spent, at) =>
      [`2026-02-${String(at + 1).padStart(2, "0")}`, { spent: nanoOf(spent), executions: 9, prs: 7 }] as const,
  );
  const state = sampleState({
    daily: Object.fromEntries(daily),
    total_spent: boundedSum(FEBRUARY.map(nanoOf)),
    monthly_budget: nanoOf(12),
    top_ups: nanoOf(2),
    milestones_reached: [nanoOf(5)],
    alerts_sent: [75],
    alerts_budget: nanoOf(12),
    adjustments: {
      count: 1,
      last: [{ at: "2026-02-19T09:00:00Z", what: "top-up of $2.00", actor: "octocat", reason: "release week" }],
    },
    history: [
      {
        month: "2026-01",
        total_spent: boundedSum(JANUARY.map(nanoOf)),
        daily_spent: JANUARY.map(nanoOf),
        budget: nanoOf(12),
      },
    ],
    budgets: {
      qa: line(2.84, 500_000),
      infrastructure: line(1.37, 300_000),
      "dev-lead": line(3.1, 700_000),
      "research-daily": { ...line(0.2, 41_500), period: "2026-02-20" },
    },
    holds: [],
  });
  const { settings } = settingsOf({ inputs: {}, policy: await decodePolicy(POLICY, "token-budget.yml") });
  const figures = figuresOf(state, DEFAULT_SETTINGS.defaultEstimate);
  const ahead = monthOutlook(state, NOW);
  const { budgets } = outlookOf({ state, figures, ahead, settings, now: NOW });
  return { state, now: NOW, ahead, budgets };
}

/** What a chart that needs the ledger is made of. */
export function chartedLedger({ state, now, entries }: MadeBooks, query: LedgerQuery): LedgerSums {
  return entries.reduce(addToLedger, startLedger(query, state, now));
}
