/** Numbers that look random and are the same for the same seed. */
export type Dice = {
  /** From 0 up to, but not, 1. */
  readonly share: () => number;
  /** Of the normal distribution with mean 0 and deviation 1. */
  readonly normal: () => number;
  /** How many of many rare things happen where `mean` are expected. */
  readonly count: (mean: number) => number;
};

const FEW = 30;

/** Dice that a seed, an integer, decides. The generator is Mulberry32. */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  const share = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - share())) * Math.cos(2 * Math.PI * share());
  const count = (mean: number) => {
    if (mean > FEW) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    let events = 0;
    for (let left = share(); left > Math.exp(-mean); left *= share()) events += 1;
    return events;
  };
  return { share, normal, count };
}
