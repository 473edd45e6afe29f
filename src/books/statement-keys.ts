import * as z from "zod/mini";
import { instant, month, usd } from "../values/codecs.ts";

// What the state and the ledger have about issued statements. Older releases keep the state's key unchanged.

/** A number is given once; a client's statement is an invoice (INV), one inside the house is not (SB). */
const issued = {
  number: z.string(),
  /** The month that it is about. */
  month,
  entity: z.string(),
  model: z.enum(["showback", "chargeback"]),
  /** What is charged. */
  amount: usd,
  /** The day of its issue, and the one on which it is due. */
  issued: z.string(),
  due: z.optional(z.string()),
  /** The number of the voided statement that it replaces. */
  replaces: z.optional(z.string()),
};

/** An issued statement, with when it was paid or voided. */
export const issuedStatement = z.looseObject({ ...issued, paid: z.optional(instant), void: z.optional(instant) });
export type IssuedStatement = z.output<typeof issuedStatement>;

/** What a ledger line says of a statement: that it was issued, with all that it says, or was paid or voided. */
export const statementLine = z.looseObject({
  change: z.enum(["issued", "paid", "void"]),
  ...z.partial(z.object(issued)).shape,
  number: z.string(),
});
