/**
 * The sum of counts of tokens, requests or executions, clamped between the largest whole numbers that JSON keeps
 * exactly: one absurd usage file must not stop every booking after it.
 */
export function addCounts(...counts: readonly (number | undefined)[]): number {
  return counts.reduce<number>((total, count) => boundedCount(total + (count ?? 0)), 0);
}

/** A whole number clamped between the largest ones that JSON keeps exactly. */
export function boundedCount(count: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(-Number.MAX_SAFE_INTEGER, count));
}

/** Digits in groups of three: "142500" is "142,500". */
export function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

const WHOLE_NUMBER = /^(0|[1-9]\d{0,15})$/;

/** A whole number of zero or more, digits only; undefined for anything else. */
export function decodeCount(text: string): number | undefined {
  if (!WHOLE_NUMBER.test(text)) return undefined;
  const count = Number(text);
  return Number.isSafeInteger(count) ? count : undefined;
}
