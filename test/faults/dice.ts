/** Chance that falls the same way again for the same seed (mulberry32). */
export type Dice = {
  /** A whole number from `least` to `most`, both included. */
  readonly number: (least: number, most: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly oneOf: <T>(choices: readonly T[]) => T;
  /** One of the choices, each as likely as its weight. */
  readonly weighted: <T>(choices: readonly (readonly [weight: number, choice: T])[]) => T;
};

export function createDice(seed: number): Dice {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const number = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  const oneOf = <T>(choices: readonly T[]): T => choices[number(0, choices.length - 1)] as T;
  return {
    number,
    chance: (probability) => next() < probability,
    oneOf,
    weighted(choices) {
      let left = next() * choices.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, choice] of choices) {
        left -= weight;
        if (left < 0) return choice;
      }
      return oneOf(choices)[1];
    },
  };
}
