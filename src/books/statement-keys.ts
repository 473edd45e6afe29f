import * as z from "zod/mini";
import { month, optional, text, usd } from "../values/codecs.ts";

// What the state and the ledger have about issued statements. Older releases keep the state's key unchanged.

const MODELS = ["showback", "chargeback"] as const;

/** An issued statement, with when it was paid or voided. */
export const issuedStatement = z.looseObject({
  /** It is given once; a client's statement is an invoice (INV), one inside the house is not (SB). */
  number: text,
  /** The month that it is about. */
  month,
  entity: text,
  model: z.enum(MODELS),
  /** What is charged. */
  amount: usd,
  /** The day of its issue, and the one on which it is due. */
  issued: text,
  due: optional.text,
  /** The number of the voided statement that it replaces. */
  replaces: optional.text,
  paid: optional.instant,
  void: optional.instant,
});
export type IssuedStatement = z.output<typeof issuedStatement>;

/** What a ledger line says of a statement: that it was issued, with all that it says, or was paid or voided. */
export const statementLine = z.looseObject({
  number: text,
  change: z.enum(["issued", "paid", "void"]),
  month: z.optional(month),
  entity: optional.text,
  model: z.optional(z.enum(MODELS)),
  amount: optional.usd,
  issued: optional.text,
  due: optional.text,
  replaces: optional.text,
});
