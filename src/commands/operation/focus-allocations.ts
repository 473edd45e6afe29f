import type { Entry } from "../../books/entry.ts";
import type { Allocation } from "../../export/focus/focus.ts";
import { type Sharing, sharedIndex, sharingsOf } from "../../insight/allocation/shares.ts";
import { addToStatement, type Statements, startStatement } from "../../insight/allocation/statement.ts";
import { type StatementRules, slugOf } from "../../insight/allocation/statement-rules.ts";
import type { Snapshot } from "../../store/port.ts";
import { type DateSpan, monthsIn } from "../../values/date-span.ts";
import { foldDays } from "./fold-days.ts";
import type { Ports } from "./ports.ts";

/**
 * How the charges of a period are split that the policy shares among entities: each month by what the entities used in
 * it, so the ledger is read once before its rows are written. Undefined if nothing in the books is shared.
 */
export async function allocationsIn(
  ports: Ports,
  snapshot: Snapshot,
  { rules, period }: { readonly rules: StatementRules | undefined; readonly period: DateSpan },
): Promise<((entry: Entry) => Allocation | undefined) | undefined> {
  if (rules === undefined || !rules.shared.some(({ of }) => "match" in of) || rules.entities.length === 0) {
    return undefined;
  }
  const sums = await foldDays<readonly Statements[]>(ports, snapshot, {
    days: period,
    start: () => monthsIn(period).map((month) => startStatement(rules, { month })),
    add: (months, entry) => {
      for (const one of months) if (one.month === entry.month) addToStatement(one, entry);
      return months;
    },
  });
  const byMonth = new Map(sums.map((one) => [one.month, sharingsOf(one).map(allocationOf)]));
  return (entry) => {
    const index = sharedIndex(rules, entry);
    return index === undefined ? undefined : byMonth.get(entry.month)?.[index];
  };
}

function allocationOf({ method, entities }: Sharing): Allocation {
  return {
    method,
    entities: entities.map(({ entity, ...share }) => ({ ...share, id: slugOf(entity.name), name: entity.name })),
  };
}
