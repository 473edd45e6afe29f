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

/** The quantile of numbers in rising order at a share from 0 to 1, linear between neighbors; 0 where there are none. */
export function quantileOf(rising: readonly number[], share: number): number {
  const place = share * (rising.length - 1);
  const below = rising[Math.floor(place)] ?? 0;
  const above = rising[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

const STEPS = 64;

/** The share of Student's t distribution below a value, for 1 or more degrees of freedom. */
export function studentBelow(value: number, degrees: number): number {
  const angle = Math.atan(Math.abs(value) / Math.sqrt(degrees));
  const half = areaTo(angle, degrees) / areaTo(Math.PI / 2, degrees) / 2;
  return value < 0 ? 0.5 - half : 0.5 + half;
}

/** The value below which Student's t distribution has a share above 0 and below 1, for 3 or more degrees of freedom. */
export function studentQuantile(share: number, degrees: number): number {
  if (share < 0.5) return -studentQuantile(1 - share, degrees);
  let value = 0;
  let step = 1;
  // The share grows ever more slowly from 0 on: Newton's steps never overshoot from the left.
  for (let left = 60; left > 0 && step > 1e-12; left -= 1) {
    step = (share - studentBelow(value, degrees)) / studentDensity(value, degrees);
    value += step;
  }
  return value;
}

// With t = √degrees · tan(angle) the density is cos(angle) to the power of degrees − 1, which needs no gamma function.
function areaTo(angle: number, degrees: number): number {
  const width = angle / STEPS;
  let area = 0;
  for (let at = 0; at <= STEPS; at += 1) {
    const weight = at === 0 || at === STEPS ? 1 : at % 2 === 1 ? 4 : 2;
    area += weight * Math.cos(at * width) ** (degrees - 1);
  }
  return (area * width) / 3;
}

function studentDensity(value: number, degrees: number): number {
  const cosine = 1 / Math.sqrt(1 + (value * value) / degrees);
  return cosine ** (degrees + 1) / (2 * Math.sqrt(degrees) * areaTo(Math.PI / 2, degrees));
}
