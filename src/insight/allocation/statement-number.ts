import type { IssuedStatement } from "../../books/statement-keys.ts";
import type { Month } from "../../values/month.ts";
import { type Entity, slugOf } from "./statement-rules.ts";

/** The number of an entity's next statement of a month, its file's name, and the number it replaces. */
export type NextNumber = { readonly number: string; readonly file: string; readonly replaces?: string | undefined };

/**
 * The statement that is issued for an entity and a month; undefined if there is none, or if it is void. A client's has
 * the same files as one that was issued while the entity was a showback.
 */
export function issuedFor(
  issued: readonly IssuedStatement[],
  { entity, month }: { readonly entity: string; readonly month: Month },
): IssuedStatement | undefined {
  const last = allFor(issued, { entity, month }).at(-1);
  return last?.void === undefined ? last : undefined;
}

/** The number for an entity's next statement: "INV-2026-02-CLIENT-X", or "…-2" after a voided one. */
export function nextNumber(
  issued: readonly IssuedStatement[],
  { name, model }: Pick<Entity, "name" | "model">,
  month: Month,
): NextNumber {
  const before = allFor(issued, { entity: name, month });
  const prefix = model === "chargeback" ? "INV" : "SB";
  const again = before.length === 0 ? "" : `-${before.length + 1}`;
  const file = `${slugOf(name)}${again}`;
  return { number: `${prefix}-${month}-${file.toUpperCase()}`, file, replaces: before.at(-1)?.number };
}

/** The name of an issued statement's files: "INV-2026-02-CLIENT-X-2" has "client-x-2". */
export function fileOf({ number, month }: Pick<IssuedStatement, "number" | "month">): string {
  return number.slice(number.indexOf(month) + month.length + 1).toLowerCase();
}

/** Names that give the same number are the same entity. */
function allFor(
  issued: readonly IssuedStatement[],
  { entity, month }: { readonly entity: string; readonly month: Month },
): IssuedStatement[] {
  return issued.filter((one) => one.month === month && slugOf(one.entity) === slugOf(entity));
}
