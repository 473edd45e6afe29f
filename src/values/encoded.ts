import * as z from "zod/mini";
import { BudgetError } from "./errors.ts";

/**
 * The JSON value of something that goes into the books, through its schema. Throws a BudgetError `state-unreadable`
 * that names the key for a value that the schema couldn't read again: it must not be written.
 */
export function encoded<Schema extends z.ZodMiniType>(
  what: string,
  schema: Schema,
  value: z.output<Schema>,
): z.input<Schema> {
  const result = z.safeEncode(schema, value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue === undefined ? "somewhere" : z.core.toDotPath(issue.path);
  throw new BudgetError(
    "state-unreadable",
    `The ${what} can't be written: ${place} would be ${issue?.message ?? "unreadable"}. Nothing was written. Please report this at https://github.com/token-budget/token-budget/issues.`,
    { cause: result.error },
  );
}
