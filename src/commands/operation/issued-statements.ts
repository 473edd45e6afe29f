import type { State } from "../../books/state.ts";
import type { IssuedStatement } from "../../books/statement-keys.ts";
import { MAX_STATEMENTS, statementsAfter } from "../../books/statement-list.ts";
import type { Snapshot } from "../../store/port.ts";
import { type Day, dayOf } from "../../values/month.ts";
import { foldDays } from "./fold-days.ts";
import type { Ports } from "./ports.ts";

type Read = { readonly snapshot: Snapshot; readonly state: State };

/** Every issued statement, the newest last: from the ledger if the state can't have them all. */
export async function issuedStatements(ports: Ports, read: Read): Promise<readonly IssuedStatement[]> {
  const { statements = [], history, current_month } = read.state;
  const first = history[0]?.month ?? current_month;
  return statements.length < MAX_STATEMENTS ? statements : inLedger(ports, read, `${first}-01`);
}

/** The issued statement of a number that the state no longer has; undefined if it has the number, or none does. */
export async function forgottenStatement(
  ports: Ports,
  read: Read,
  number: string,
): Promise<IssuedStatement | undefined> {
  const { statements = [] } = read.state;
  const month = /^[A-Z]+-(\d{4}-(?:0[1-9]|1[0-2]))-/.exec(number)?.[1];
  const isKnown = statements.some((one) => one.number === number);
  if (isKnown || month === undefined || statements.length < MAX_STATEMENTS) return undefined;
  // It was issued after its month was over.
  const found = await inLedger(ports, read, `${month}-01`);
  return found.find((one) => one.number === number);
}

async function inLedger(ports: Ports, { snapshot, state }: Read, from: Day): Promise<IssuedStatement[]> {
  return foldDays<IssuedStatement[]>(ports, snapshot, {
    days: { from, to: dayOf(snapshot.at, state.timezone) },
    start: () => [],
    add: (found, entry) =>
      entry.statement === undefined ? found : statementsAfter(found, entry, Number.POSITIVE_INFINITY),
  });
}
