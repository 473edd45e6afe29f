/**
 * The sum of counts of tokens or requests, held at the largest whole number that JSON keeps exactly: one absurd usage
 * file must not stop every booking after it.
 */
export function addCounts(...counts: readonly (number | undefined)[]): number {
  return counts.reduce<number>((total, count) => Math.min(total + (count ?? 0), Number.MAX_SAFE_INTEGER), 0);
}
