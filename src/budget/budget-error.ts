import type { Reason } from "./answer.ts";

export type ErrorCode =
  | Exclude<Reason, "ok" | "exhausted" | "insufficient">
  | "bad-input"
  | "id-reused"
  | "not-allowed";

/** An error someone can act on: a stable code and a sentence that says what happened, to what, and what to do. */
export class BudgetError extends Error {
  override readonly name = "BudgetError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
