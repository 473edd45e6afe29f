import fc from "fast-check";

export type Meeting = {
  /** The same cases every time. */
  readonly seed: number;
  /** How many are checked at least. */
  readonly count: number;
  /** Within so many of them everything is met. */
  readonly most: number;
  readonly isAllMet: () => boolean;
};

const MORE = 10;

/**
 * Checks a property with so many cases, and with as many more of the same seed as it takes to meet everything: what a
 * test asserts of all its cases together then holds at every count. Throws as `fc.assert` does.
 */
export async function assertUntilMet<Case>(
  property: fc.IAsyncProperty<Case>,
  { seed, count, most, isAllMet }: Meeting,
): Promise<void> {
  await fc.assert(property, { seed, numRuns: count });
  for (let checked = count; checked < most && !isAllMet(); checked += MORE) {
    await fc.assert(property, { seed, path: String(checked), numRuns: MORE });
  }
}
