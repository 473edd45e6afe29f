import { type Draft, withState } from "../draft.ts";
import { decodeEntry, type Entry, type PartShares } from "../entry.ts";
import { settleId } from "../holds.ts";
import type { ClosedHold, State } from "../state.ts";

/** The holds that a request is about: named, or known to its job. */
export type AboutHolds = { readonly hold?: string | undefined; readonly jobHold?: string | undefined };

/** The holds of a request that the state doesn't know, or no longer: the ledger may. */
export function unknownHolds({ holds, closed_holds }: State, { hold, jobHold }: AboutHolds): readonly string[] {
  const known = new Set([...holds, ...closed_holds].map(({ id }) => id));
  return [hold, jobHold].filter((id) => id !== undefined).filter((id) => !known.has(id));
}

/** The draft that remembers holds which the state has forgotten, as far as these ledger lines show how they ended. */
export function recalled(draft: Draft, about: AboutHolds, lines: readonly string[] = []): Draft {
  const ids = unknownHolds(draft.state, about);
  if (ids.length === 0 || lines.length === 0) return draft;
  const entries = lines.map(decodeEntry);
  const found = ids.flatMap((id) => closedIn(entries.filter(({ hold }) => hold === id)) ?? []);
  if (found.length === 0) return draft;
  return withState(draft, { closed_holds: [...found, ...draft.state.closed_holds] });
}

/** How a hold ended, by its entries in the order of booking; undefined if they don't close it. */
function closedIn(entries: readonly Entry[]): ClosedHold | undefined {
  // A charge that names a hold which nobody knew closed none.
  const first = entries.find(
    ({ kind, predicted, expired_at }) =>
      kind === "release" || (kind === "charge" && (predicted ?? expired_at) !== undefined),
  );
  if (first?.hold === undefined) return undefined;
  const { hold: id, profile, tags, budgets, run } = first;
  const corrected = entries.find(({ kind, replaces }) => kind === "correction" && replaces !== undefined);
  const how =
    first.kind === "release" ? "released" : first.expired_at !== undefined && !corrected ? "expired" : "settled";
  const by = (corrected ?? first).id;
  const charged = entries.reduce((sum, { cost }) => sum + cost, 0) as ClosedHold["charged"];
  const known: { [Key in keyof ClosedHold]?: ClosedHold[Key] | undefined } = {
    ...{ id, charged, at: (corrected ?? first).at, profile, tags, run },
    by: by === settleId(id) ? undefined : by,
    how: how === "settled" ? undefined : how,
    budgets: budgets && tokensOf(budgets),
    billing: first.notional === undefined ? undefined : "subscription",
    quality: first.quality === "estimated" ? "estimated" : undefined,
    // A later booking adds only the difference there.
    pull: how === "expired" ? first.pull?.of : undefined,
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as ClosedHold;
}

function tokensOf(budgets: PartShares): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(budgets).map(([name, { tokens }]) => [name, tokens ?? 0]));
}
