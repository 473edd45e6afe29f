import { countedIn } from "../../books/counted.ts";
import type { EntryUsage } from "../../books/entry.ts";
import { type Counted, quantitiesOf } from "../../pricing/cost.ts";
import { type Decimal, decimalOf, decimalSum, decimalTimes } from "../../pricing/decimal.ts";
import { isPiece, type PriceKind, type UnitPrices } from "../../pricing/unit-prices.ts";
import { ZERO } from "../../values/money.ts";
import { splitBy } from "../../values/split.ts";

/** One kind of tokens or pieces at one unit price. */
export type PricedKind = {
  readonly kind: PriceKind;
  readonly count: number;
  /** US dollars for the unit that is priced: a million tokens, or a thousand pieces. */
  readonly price: Decimal;
  /** So many of these units. */
  readonly quantity: Decimal;
  /** Exactly price × quantity. */
  readonly list: Decimal;
  /** Its part of what the line cost, in nano-dollars; all parts add up to that. */
  readonly cost: bigint;
};

/** A line that its prices explain, and the kinds that have none. */
export type PricedUsage = { readonly priced: readonly PricedKind[]; readonly missing: readonly PriceKind[] };

// A nano-dollar is the ninth decimal of a dollar.
const NANO_PER_USD = 1_000_000_000n;
const MILLION_SCALE = 6;
const THOUSAND_SCALE = 3;

/**
 * A usage line by kind, as its unit prices explain its cost; undefined where they don't to within a nano-dollar: its
 * cost is an amount that someone reported, or isn't known. The prices of the ledger are those of the line's service
 * tier, its region and the length of its requests.
 */
export function pricedUsage(line: EntryUsage): PricedUsage | undefined {
  const { cost, prices: stored = {} } = line;
  if (cost === undefined || line.model === "" || !Object.values(stored).every((price) => price >= 0)) return undefined;
  const prices = stored as UnitPrices;
  const kinds = kindsOf(countedIn(line), prices);
  const bare = kinds.flatMap(({ kind, count }) => {
    const price = prices[kind];
    return price === undefined ? [] : [pricedKind(kind, count, decimalOf(price))];
  });
  // More was cached than went in: nobody knows what was counted.
  if (kinds.some(({ count }) => count < 0)) return undefined;
  if (bare.length === 0 || !isWithinNano(decimalSum(bare.map(({ list }) => list)), BigInt(cost))) return undefined;
  const scale = Math.max(...bare.map(({ list }) => list.scale));
  const weights = bare.map(({ list }) => list.units * 10n ** BigInt(scale - list.scale));
  const parts = splitBy(cost, weights);
  return {
    priced: bare.map((one, index) => ({ ...one, cost: BigInt(parts[index] ?? ZERO) })),
    missing: kinds.filter(({ kind }) => prices[kind] === undefined).map(({ kind }) => kind),
  };
}

function pricedKind(kind: PriceKind, count: number, price: Decimal): Omit<PricedKind, "cost"> {
  const quantity = { units: BigInt(count), scale: isPiece(kind) ? THOUSAND_SCALE : MILLION_SCALE };
  return { kind, count, price, quantity, list: decimalTimes(price, quantity) };
}

/** What was counted of each kind; without a price of its own, a kind is part of the one whose price it has. */
function kindsOf(counted: Counted, prices: UnitPrices): { kind: PriceKind; count: number }[] {
  const counts = new Map<PriceKind, number>();
  for (const [kind, count] of quantitiesOf(counted, prices)) counts.set(kind, (counts.get(kind) ?? 0) + count);
  return [...counts].flatMap(([kind, count]) => (count === 0 ? [] : [{ kind, count }]));
}

/** Whether an amount of dollars differs by less than a nano-dollar from a whole number of them. */
function isWithinNano({ units, scale }: Decimal, nano: bigint): boolean {
  const unit = 10n ** BigInt(scale);
  const difference = units * NANO_PER_USD - nano * unit;
  return (difference < 0n ? -difference : difference) < unit;
}
