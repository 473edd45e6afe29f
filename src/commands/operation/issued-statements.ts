import type { State } from "../../books/state.ts";
import type { IssuedStatement } from "../../books/statement-keys.ts";
import { MAX_STATEMENTS, statementsAfter } from "../../books/statement-list.ts";
import type { Snapshot } from "../../store/port.ts";
import { monthStart } from "../../values/month.ts";
import { ledgerEntries } from "./ledger-entries.ts";
import type { Ports } from "./ports.ts";

type Read = { readonly snapshot: Snapshot; readonly state: State };

/** Every issued statement, the newest last: from the ledger if the state can't have them all. */
export async function issuedStatements(ports: Ports, { snapshot, state }: Read): Promise<readonly IssuedStatement[]> {
  const { statements = [] } = state;
  return statements.length < MAX_STATEMENTS ? statements : inLedger(ports, snapshot, undefined);
}

/** The issued statement of a number that the state no longer has; undefined if it has the number, or none does. */
export async function forgottenStatement(
  ports: Ports,
  { snapshot, state }: Read,
  number: string,
): Promise<IssuedStatement | undefined> {
  const { statements = [] } = state;
  const month = /^[A-Z]+-(\d{4}-(?:0[1-9]|1[0-2]))-/.exec(number)?.[1];
  const isKnown = statements.some((one) => one.number === number);
  if (isKnown || month === undefined || statements.length < MAX_STATEMENTS) return undefined;
  // It was issued after its month was over.
  const found = await inLedger(ports, snapshot, monthStart(month, state.timezone));
  return found.find((one) => one.number === number);
}

async function inLedger(ports: Ports, snapshot: Snapshot, from: string | undefined): Promise<IssuedStatement[]> {
  let found: IssuedStatement[] = [];
  for await (const entry of ledgerEntries(ports, snapshot, { from })) {
    if (entry.statement !== undefined) found = statementsAfter(found, entry, Number.POSITIVE_INFINITY);
  }
  return found;
}
