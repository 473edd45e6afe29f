/** Why a run was admitted or not; stable codes that workflows may compare with. */
export const REASONS = [
  "ok",
  "exhausted",
  "insufficient",
  "state-unreadable",
  "state-unreachable",
  "state-contended",
  "books-vanished",
  "books-moved",
  "missing-permission",
  "read-only-token",
  "bad-policy",
  "too-many-holds",
  "alert",
  "budget-exceeded",
  "approval-needed",
  "approved",
  "reserve",
  "priority",
  "tags-missing",
  "paused",
] as const;
export type Reason = (typeof REASONS)[number];

export type ErrorCode =
  | Exclude<Reason, "ok" | "exhausted" | "insufficient">
  | "bad-input"
  | "meter-unavailable"
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
