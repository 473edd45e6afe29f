import type { State, stateSchema } from "./state.ts";

type Key = keyof (typeof stateSchema)["shape"];

/**
 * The keys of the state that a decision may change without an entry, with why the ledger doesn't have it. Every other
 * key changes by `evolve` alone, so the ledger says what it is. A repair also puts the ledger's figures in place of the
 * state's and books an entry for it.
 */
export const CHANGED_WITHOUT_ENTRY = {
  requires: "Follows from the keys that the state has.",
  monthly_budget: "A setting from the policy or an input; the history keeps its value for each month.",
  budget_set: "Records which input set the budget, and when; it books nothing.",
  timezone: "A setting that takes effect when the month changes; the rollover's entry has the closed month's.",
  milestones_reached: "Announcements depend on settings and aren't figures.",
  alerts_sent: "Like the milestones; a raised budget rearms them.",
  alerts_budget: "The amount that the alerts were percentages of.",
  budgets:
    "The policy opens lines, the clock changes periods, and alerts are announcements; amounts come only from entries.",
  loans: "Transfers minus returns, both of which have entries; kept so that no booking has to read them all.",
  approvals: "Which runs have used their approval; the charge's entry names the approver.",
  approvals_announced: "Like the milestones: whether it was announced, once for each run.",
  holds: "Money set aside isn't spent; what happens to it is an entry. A gate writes one file and no ledger line.",
  closed_holds: "Memory by which repeated and late bookings are recognized, bounded in time; the entries stay.",
  booked_ids: "Memory by which repeated bookings are recognized, bounded in time; the entries stay.",
  profiles: "Learned from entries alone, and forgotten when the file has no room.",
  sessions: "The counters that tools continue; entries have the differences.",
  outbox: "Messages and their leases are delivery, not bookkeeping; a lease is over within minutes.",
  deliveries: "Messages and their leases, like the outbox.",
  channels: "Which address each channel has; no figure depends on it.",
  alerts: "Announcements; each has a ledger line when it is raised and when it is acknowledged.",
  alerts_forgotten: "Counts what the state no longer keeps of them.",
  pulls: "Comments, their leases and what they don't show yet are delivery; costs and executions come from entries.",
  today: "Whether the day's anomaly was announced; the amounts come from entries.",
  forecasts: "Forecasts are computed from the books; the history keeps their score.",
  paused: "A pause ends by itself at its time; its beginning has an entry.",
  pauses: "Days of pauses that have ended, for forecasts.",
  warned: "On which day a warning was queued, so that it is queued once a day.",
  exhausted_at: "Like the milestones: whether it was announced.",
  exhausted_budget: "The amount that was exhausted at the time.",
  forgot_at: "When memory was dropped; this books nothing.",
  last_recap: "Which month's recap was queued.",
  recaps: "Which spans' recaps were queued.",
  last_entry: "Where the last entry is: its file is known only when it is written.",
  history:
    "Lines come from entries; their milestones record announcements, and details are dropped when the file has no room.",
} as const satisfies Readonly<Partial<Record<Key, string>>>;

/** A change of the state that no entry makes. */
export type ChangeWithoutEntry = Partial<Pick<State, keyof typeof CHANGED_WITHOUT_ENTRY>>;
