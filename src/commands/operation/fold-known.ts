import { openBooks } from "../../store/opening.ts";
import { type DayFold, type DaysRead, readDays } from "./fold-days.ts";
import type { Look } from "./look.ts";
import { circumstancesOf } from "./operate.ts";
import type { Ports } from "./ports.ts";

/** Folds the entries of some days of books that were looked at, and gives what was made of them. */
export async function foldKnown<Sum>(ports: Ports, looked: Look, fold: DayFold<Sum>): Promise<Sum> {
  return (await readKnown(ports, looked, fold)).made;
}

/**
 * Folds the entries of some days of books that were looked at, as `readDays` does; books of version 1.0 have no ledger,
 * only what was imported of them in memory.
 */
export async function readKnown<Sum>(
  ports: Ports,
  { snapshot, rules }: Look,
  fold: DayFold<Sum>,
): Promise<DaysRead<Sum>> {
  const read = await readDays(ports, snapshot, fold);
  if (snapshot.state.kind === "state") return read;
  const circumstances = { ...circumstancesOf(ports, rules), now: snapshot.at, operation: "", channels: {} };
  const { entries } = openBooks(snapshot, ports.store.place, circumstances).draft;
  return { ...read, made: entries.reduce(fold.add, read.made) };
}
