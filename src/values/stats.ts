/** The middle of some figures, between the two middle ones where they are an even number. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const [low = 0, high = low] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.ceil((sorted.length - 1) / 2)],
  ];
  return (low + high) / 2;
}

/** The percentile of amounts by nearest rank. Throws a RangeError for no amounts. */
export function percentile<Amount extends number>(amounts: readonly Amount[], percent: number): Amount {
  const sorted = [...amounts].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  if (found === undefined) throw new RangeError("no amounts, no percentile");
  return found;
}
