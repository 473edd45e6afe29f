export type UsageErrorCode = "bad-usage" | "unrecognised" | "empty" | "unreadable" | "too-much";

/** Usage that can't be read as it is; it stays unknown and is never booked as nothing. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code: UsageErrorCode;

  constructor(code: UsageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
