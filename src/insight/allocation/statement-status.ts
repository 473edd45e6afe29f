import type { IssuedStatement } from "../../books/statement-keys.ts";
import type { Day } from "../../values/month.ts";

/** What became of an issued statement: `due` is the day itself; a showback is only `issued`. */
export type StatementStatus = "issued" | "open" | "due" | "overdue" | "paid" | "void";

/** What became of a statement by a day. */
export function statusOf(statement: IssuedStatement, today: Day): StatementStatus {
  if (statement.void !== undefined) return "void";
  if (statement.paid !== undefined) return "paid";
  if (statement.model === "showback") return "issued";
  const { due } = statement;
  if (due === undefined || today < due) return "open";
  return today > due ? "overdue" : "due";
}
