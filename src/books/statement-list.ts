import type { Entry } from "./entry.ts";
import type { IssuedStatement } from "./statement-keys.ts";

/** The state has the newest ones; the ledger has them all. */
export const MAX_STATEMENTS = 50;

/** The issued statements after a ledger entry, the newest last. */
export function statementsAfter(
  before: readonly IssuedStatement[],
  { statement, at }: Pick<Entry, "statement" | "at">,
  most = MAX_STATEMENTS,
): IssuedStatement[] {
  if (statement === undefined) return [...before];
  const { number, change, month, entity, model, amount, issued, ...more } = statement;
  if (change !== "issued") return before.map((one) => (one.number === number ? { ...one, [change]: at } : one));
  if (month === undefined || entity === undefined || model === undefined) return [...before];
  if (amount === undefined || issued === undefined) return [...before];
  return [...before, { number, month, entity, model, amount, issued, ...more }].slice(-most);
}
