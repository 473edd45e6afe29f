import { openBooks } from "../../store/opening.ts";
import { type DayFold, foldDays } from "./fold-days.ts";
import type { Look } from "./look.ts";
import { circumstancesOf } from "./operate.ts";
import type { Ports } from "./ports.ts";

/**
 * Folds the entries of some days of books that were looked at, as `foldDays` does; books of version 1.0 have no ledger,
 * only what was imported of them in memory.
 */
export async function foldKnown<Sum>(ports: Ports, { snapshot, rules }: Look, fold: DayFold<Sum>): Promise<Sum> {
  if (snapshot.state.kind === "state") return foldDays(ports, snapshot, fold);
  const circumstances = { ...circumstancesOf(ports, rules), now: snapshot.at, operation: "", channels: {} };
  return openBooks(snapshot, ports.store.place, circumstances).draft.entries.reduce(fold.add, fold.start());
}
