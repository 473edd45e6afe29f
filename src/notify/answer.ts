/**
 * What was answered to one post, or that nothing was. `why` is a clause for people: "it answered 503". The post's files
 * may be why it wasn't taken: then it is worth a try without them.
 */
export type Answer =
  | { readonly kind: "delivered" }
  /** Worth another try, after so many milliseconds if a time was named. */
  | { readonly kind: "again"; readonly why: string; readonly afterMs?: number }
  /** This post will never be taken, whoever sends it. */
  | { readonly kind: "refused"; readonly why: string; readonly isPerhapsOfFiles?: boolean }
  /** The address was deleted, or it is wrong. */
  | { readonly kind: "gone"; readonly why: string }
  /** Nothing gets through as things are set up; the posts themselves are fine. */
  | { readonly kind: "stopped"; readonly why: string; readonly isPerhapsOfFiles?: boolean };

export type HttpAnswer = {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly text: string;
};

/** How long to wait by the header `retry-after`, which has seconds or a date; empty if it says nothing. */
export function retryAfterOf(headers: HttpAnswer["headers"], nowMs: number): { afterMs?: number } {
  const header = (headers.get("retry-after") ?? "").trim();
  if (/^\d+(\.\d+)?$/.test(header)) return { afterMs: Math.ceil(Number(header) * 1000) };
  const date = Date.parse(header);
  return Number.isNaN(date) ? {} : { afterMs: Math.max(0, date - nowMs) };
}
