/** A percentage with one decimal, the same in every text; never "100.0%" below a hundred. */
export function showPercent(percent: number): string {
  const shown = percent < 100 && percent > 99.9 ? 99.9 : percent;
  return `${shown.toFixed(1)}%`;
}

/** A chance from 0 to 1 in whole percent; none is said to be certain. */
export function showChance(chance: number): string {
  if (chance < 0.01) return "less than 1%";
  return chance > 0.99 ? "more than 99%" : `${Math.round(100 * chance)}%`;
}

/** A chance in percent with one decimal, in the same words. */
export function showExactChance(percent: number): string {
  const chance = percent / 100;
  return chance < 0.01 || chance > 0.99 ? showChance(chance) : `${percent}%`;
}
