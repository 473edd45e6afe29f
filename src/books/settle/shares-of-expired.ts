import type { PartShares } from "../entry.ts";
import { sharesIn } from "../limits/parts.ts";
import type { Hold, State } from "../state.ts";

/** How an entry counts in sub-budgets; no key where it counts in none. */
export type EntryShares = { readonly budgets?: PartShares };

/** An unsettled hold is charged as it was held. */
export function sharesOfExpired(state: State, hold: Hold): EntryShares {
  const held = hold.budgets ?? {};
  return asShares(sharesIn(state, Object.keys(held), (_, name) => held[name] ?? 0));
}

/** Shares as an entry has them. */
export function asShares(budgets: PartShares | undefined): EntryShares {
  return budgets === undefined ? {} : { budgets };
}
