import type { State, stateSchema } from "./state.ts";

type Key = keyof (typeof stateSchema)["shape"];

/**
 * The keys of the state that a decision may change without an entry, with why the ledger doesn't have it. Every other
 * key changes by `evolve` alone, so the ledger says what it is. Besides, a repair puts the ledger's figures in place of
 * the state's; that it did is an entry.
 */
export const CHANGED_WITHOUT_ENTRY = {
  requires: "Follows from the keys that the state has.",
  monthly_budget: "A setting, of the policy or an input; the history keeps what it was in each month.",
  budget_set: "Says which input has set the budget, and when: it books nothing.",
  timezone: "A setting, taken over at a month's turn; the rollover's entry has the closed month's.",
  milestones_reached: "What was announced depends on settings and is no figure.",
  alerts_sent: "As the milestones; a raised budget rearms them.",
  alerts_budget: "The money of which the alerts were percentages.",
  budgets: "Lines open by policy, periods turn by the clock, alerts are announced; amounts come from entries alone.",
  loans: "What entries of transfers say less what entries of returns do, kept so that no booking reads them all.",
  approvals: "Which runs have used theirs; the charge's entry names who approved.",
  holds: "Money set aside isn't spent: what becomes of it is an entry. A gate writes one file and no line.",
  closed_holds: "Memory by which repeated and late bookings are recognized, bounded in time; the entries stay.",
  booked_ids: "Memory by which repeated bookings are recognized, bounded in time; the entries stay.",
  profiles: "Learned from entries alone, and forgotten when the file has no room.",
  sessions: "The counters that tools continue; entries have the differences.",
  outbox: "Messages and their leases are delivery, not bookkeeping; a lease is over within minutes.",
  warned: "On which day a warning was queued, so that it is queued once a day.",
  exhausted_at: "As the milestones: that it was announced.",
  exhausted_budget: "The money that was exhausted then.",
  forgot_at: "When memory was dropped, which books nothing.",
  last_recap: "Which month's recap was queued.",
  last_entry: "Where the last entry is: its file is only fixed when it is written.",
  history: "Lines come from entries; their milestones are as announced, and details go when the file has no room.",
} as const satisfies Readonly<Partial<Record<Key, string>>>;

/** A change of the state that no entry makes. */
export type ChangeWithoutEntry = Partial<Pick<State, keyof typeof CHANGED_WITHOUT_ENTRY>>;
