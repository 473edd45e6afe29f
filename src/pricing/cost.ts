import { kindsIn } from "../usage/extras.ts";
import type { Counts, UsageLine } from "../usage/usage.ts";
import { UsageError } from "../usage/usage-error.ts";
import { type NanoUsd, nanoUsd } from "../values/money.ts";
import { type Decimal, decimalOf, decimalSum, wholeOf } from "./decimal.ts";
import { isPiece, type PriceKind, type UnitPrices } from "./unit-prices.ts";

// USD per million tokens are a thousand nano-dollars a token; USD per 1,000 a million nano-dollars a piece.
const NANO_PER_TOKEN_PRICE = 1_000n;
const NANO_PER_PIECE_PRICE = 1_000_000n;

/**
 * What a line costs at these unit prices, exactly, rounded half up once to the nano-dollar. Throws a UsageError
 * ("bad-usage") where something was used that these prices don't cover, or where the amount is beyond the books.
 */
export function costOf(line: Counted, prices: UnitPrices): NanoUsd {
  const cost = wholeOf(decimalSum(quantitiesOf(line, prices).map((quantity) => amountOf(quantity, prices))));
  try {
    return nanoUsd(Number(cost));
  } catch (cause) {
    throw new UsageError("bad-usage", `The usage makes no sense: it would cost ${cost} nano-dollars.`, { cause });
  }
}

/** What is covered by these prices costs, as `costOf` says; what isn't is left out. */
export function coveredCostOf(line: Counted, prices: UnitPrices): NanoUsd {
  const missing = unpricedKinds(line, prices);
  return costOf(line, { ...prices, ...Object.fromEntries(missing.map((kind) => [kind, 0])) });
}

/** What a line's tokens cost by kind; `rest` is what is billed by the piece. */
export const COST_KINDS = ["input", "cacheRead", "cacheWrite", "output", "rest"] as const;
export type CostKind = (typeof COST_KINDS)[number];

/** Where the quantities of each kind end; a token read from a cache is one at whatever price. */
const ENDS: Readonly<Record<CostKind, number | undefined>> = {
  input: 2,
  cacheRead: 3,
  cacheWrite: 5,
  output: 8,
  rest: undefined,
};

/** What is covered by these prices costs by kind, in nano-dollars that add up to `coveredCostOf` exactly. Throws as it does. */
export function coveredCostsOf(line: Counted, prices: UnitPrices): Readonly<Record<CostKind, NanoUsd>> {
  const whole = coveredCostOf(line, prices);
  const amounts = quantitiesOf(line, prices).map(([kind, count]) =>
    amountOf([kind, prices[kind] === undefined ? 0 : count], prices),
  );
  let before = 0;
  const costs = COST_KINDS.map((kind) => {
    const end = ENDS[kind];
    const upTo = end === undefined ? whole : Number(wholeOf(decimalSum(amounts.slice(0, end))));
    const cost = nanoUsd(upTo - before);
    before = upTo;
    return [kind, cost] as const;
  });
  return Object.fromEntries(costs) as Record<CostKind, NanoUsd>;
}

/** The kinds the line counts that these prices don't cover. */
export function unpricedKinds(line: Counted, prices: UnitPrices): PriceKind[] {
  return quantitiesOf(line, prices).flatMap(([kind, count]) =>
    count === 0 || prices[kind] !== undefined ? [] : [kind],
  );
}

/** Whether these prices cover everything the line counts. */
export function covers(prices: UnitPrices, line: UsageLine): boolean {
  return unpricedKinds(line, prices).length === 0;
}

/** Whether anything the line counts is at a price above zero. */
export function isPaid(prices: UnitPrices, line: UsageLine): boolean {
  return quantitiesOf(line, prices).some(([kind, count]) => count > 0 && (prices[kind] ?? 0) > 0);
}

/** What was counted of each kind that may have a price. */
export type Counted = Counts & Pick<UsageLine, "extras">;

type Quantity = readonly [PriceKind, number];

/**
 * What must be paid by kind, each token in exactly one kind that has a price; a kind may come several times. Their order
 * is that of `ENDS`.
 */
export function quantitiesOf(line: Counted, prices: UnitPrices): readonly Quantity[] {
  const uncached = line.input - line.cache_read - line.cache_write_5m - line.cache_write_1h;
  // Audio that was read from a cache isn't counted separately: as much of it as possible is counted as uncached, the
  // more expensive kind.
  const audioIn = prices.audio_input === undefined ? 0 : Math.min(line.audio_input, uncached);
  const audioOut = prices.audio_output === undefined ? 0 : line.audio_output;
  const reasoning = prices.reasoning === undefined ? 0 : line.reasoning;
  const orInput = (kind: PriceKind): PriceKind => (prices[kind] === undefined ? "input" : kind);
  return [
    ["input", uncached - audioIn],
    ["audio_input", audioIn],
    [orInput("cache_read"), line.cache_read],
    [orInput("cache_write_5m"), line.cache_write_5m],
    [orInput("cache_write_1h"), line.cache_write_1h],
    ["output", line.output - audioOut - reasoning],
    ["audio_output", audioOut],
    ["reasoning", reasoning],
    ["web_search", line.web_searches],
    ["request", prices.request === undefined ? 0 : line.requests],
    ...kindsIn(line.extras).map((kind) => [kind, line.extras?.[kind] ?? 0] as const),
  ];
}

function amountOf([kind, count]: Quantity, prices: UnitPrices): Decimal {
  const price = prices[kind];
  if (count === 0) return { units: 0n, scale: 0 };
  if (price === undefined) throw new UsageError("bad-usage", `There is no price for ${count} of ${kind}.`);
  const { units, scale } = decimalOf(price);
  const nano = isPiece(kind) ? NANO_PER_PIECE_PRICE : NANO_PER_TOKEN_PRICE;
  return { units: units * BigInt(count) * nano, scale };
}
