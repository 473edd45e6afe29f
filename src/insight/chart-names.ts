/** The charts that the state has everything for. */
export const STATE_CHARTS = ["month", "days", "budgets"] as const;
export type StateChart = (typeof STATE_CHARTS)[number];

/** The charts that need the ledger. */
export const LEDGER_CHARTS = ["split", "bridge", "heat", "runs", "models"] as const;
export type LedgerChart = (typeof LEDGER_CHARTS)[number];
