/** How many letters have to be added, dropped or changed to make one word of the other. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const changed = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(changed, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** The word that was probably meant, undefined if none is near. */
export function closest(word: string, words: readonly string[]): string | undefined {
  // Beyond the longest of our names nothing is near, and hostile text needn't be measured.
  if (word.length > 40) return undefined;
  const plain = word.toLowerCase().replaceAll("_", "-");
  const ranked = words
    .map((candidate) => ({ candidate, away: distance(plain, candidate) }))
    .sort((a, b) => a.away - b.away);
  const best = ranked[0];
  return best !== undefined && best.away <= Math.max(1, Math.floor(best.candidate.length * 0.4))
    ? best.candidate
    : undefined;
}

/**
 * Whether two words are one of them misspelled: other letter case, `_` for `-`, one letter more, less, other or moved.
 */
export function looksAlike(a: string, b: string): boolean {
  const [one, other] = [a, b].map((word) => word.toLowerCase().replaceAll("_", "-"));
  if (one === undefined || other === undefined || one === other) return true;
  if (Math.min(one.length, other.length) < 4 || Math.max(one.length, other.length) > 64) return false;
  const sorted = (word: string) => [...word].sort().join("");
  return distance(one, other) <= 1 || sorted(one) === sorted(other);
}
