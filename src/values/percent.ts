/** A percentage with one decimal, the same in every text; never "100.0%" below a hundred. */
export function showPercent(percent: number): string {
  const shown = percent < 100 && percent > 99.9 ? 99.9 : percent;
  return `${shown.toFixed(1)}%`;
}
