import { bounded, type NanoUsd, showDecimals, showUsd, ZERO } from "./money.ts";

/** What a budget has: its limit with what was added, what is spent of it, and what open holds set aside. */
type Money = { readonly total: NanoUsd; readonly spent: NanoUsd; readonly held?: NanoUsd };

/** The same figures for people; those that are shown add up: total − spent − held = remaining. */
export type ShownMoney = Readonly<Record<"total" | "spent" | "held" | "remaining", string>>;

const USD = 1_000_000_000;
const CENT = 10_000_000;
/** Below it, four decimals would show nothing. */
const SMALL = 50_000;

/**
 * A budget's figures with the same number of decimals: cents from $1 spent or held on, otherwise four decimals, six for
 * less than a hundredth of a cent. Spent and held are rounded up and the total down, so that what is shown as
 * remaining is never more than there is.
 */
export function shownMoney(money: Money): ShownMoney {
  const decimals = decimalsOf(money);
  const { total, spent, held } = roundedMoney(money, decimals);
  const show = (amount: number) => (amount === 0 ? showUsd(ZERO) : showDecimals(bounded(amount), decimals));
  return {
    total: total % CENT === 0 ? showDecimals(bounded(total), 2) : show(total),
    spent: show(spent),
    held: show(held),
    remaining: show(total - spent - held),
  };
}

/** What a span spent, as a budget's figures show it: a sum of charges is shown the same wherever it is. */
export function showSpent(spent: NanoUsd): string {
  return shownMoney({ total: spent, spent }).spent;
}

/** A change of dollars with its sign: "+$1.50"; "$0.00" has none. */
export function signed(text: string): string {
  return /^-|^under|^\$0\.0+$/.test(text) ? text : `+${text}`;
}

/** A limit that was raised or lowered, "$20.00 ($15.00 + $5.00 topped up)"; `total` includes the top-ups. */
export function shownTotal(money: Money, topUps: NanoUsd): string {
  const { total } = shownMoney(money);
  if (topUps === ZERO) return total;
  const decimals = decimalsOf(money);
  const added = rounded(Math.abs(topUps), decimals, Math.floor);
  const budget = roundedMoney(money, decimals).total - Math.sign(topUps) * added;
  const [first, second] = [budget, added].map((amount) =>
    showDecimals(bounded(amount), amount % CENT === 0 ? 2 : decimals),
  );
  return topUps > 0 ? `${total} (${first} + ${second} topped up)` : `${total} (${first} less ${second})`;
}

/**
 * The parts of what is spent, shown so that they add up to the spent figure of `shownMoney` if they add up to it
 * exactly, and their shares in tenths of a percent, which add up to 100. What rounding leaves goes to the parts that it
 * changes least; `under` marks a part too small to show.
 */
export function shownParts(money: Money, parts: readonly NanoUsd[]): { cost: string; share: number }[] {
  const decimals = decimalsOf(money);
  const exact = parts.reduce((sum, part) => sum + part, 0);
  const whole = exact === money.spent ? roundedMoney(money, decimals).spent : rounded(exact, decimals, Math.ceil);
  const unit = unitOf(decimals);
  const costs = apportioned(parts, { unit, units: whole / unit });
  const shares = exact > 0 ? apportioned(parts, { unit: exact / 1000, units: 1000 }) : parts.map(() => 0);
  return parts.map((part, index) => ({
    cost: partText(part, (costs[index] ?? 0) * unit, decimals),
    share: (shares[index] ?? 0) / 10,
  }));
}

/**
 * Rows of parts, all with the same decimals, shown so that each row adds up to its sum and the sums add up to `spent`,
 * which they have to be exactly.
 */
export function shownRows(
  spent: NanoUsd,
  rows: readonly (readonly NanoUsd[])[],
): { readonly sum: string; readonly parts: readonly string[] }[] {
  const decimals = decimalsOf({ total: spent, spent });
  const unit = unitOf(decimals);
  const exact = rows.map((row) => row.reduce<number>((sum, part) => sum + part, 0));
  const sums = apportioned(exact, { unit, units: rounded(spent, decimals, Math.ceil) / unit });
  return rows.map((row, index) => {
    const parts = apportioned(row, { unit, units: sums[index] ?? 0 });
    const text = (amount: number, shown: number) => partText(amount as NanoUsd, shown * unit, decimals);
    return {
      sum: text(exact[index] ?? 0, sums[index] ?? 0),
      parts: row.map((part, at) => text(part, parts[at] ?? 0)),
    };
  });
}

/** Parts of what is spent with the rest of it as `others`; nothing is added if they are already as much. */
export function withOthers(
  parts: readonly (readonly [name: string, amount: NanoUsd])[],
  spent: NanoUsd,
): (readonly [name: string, amount: NanoUsd])[] {
  const rest = bounded(parts.reduce((left, [, amount]) => left - amount, spent as number));
  return parts.length === 0 || rest <= 0 ? [...parts] : [...parts, ["others", rest]];
}

/** Whether a count of zero means that it isn't known: an import may bring dollars without what they were spent on. */
export function isUnknownCount(
  count: number,
  { executions, spent }: { readonly executions: number; readonly spent: number },
): boolean {
  return count === 0 && executions === 0 && spent > 0;
}

function partText(exact: number, shown: number, decimals: number): string {
  if (shown !== 0) return showDecimals(bounded(shown), decimals);
  return exact > 0 ? `under ${showDecimals(bounded(unitOf(decimals)), decimals)}` : showUsd(ZERO);
}

/** Parts as whole units of which there are so many in all: the largest remainders are rounded up. */
function apportioned(
  parts: readonly number[],
  { unit, units }: { readonly unit: number; readonly units: number },
): number[] {
  const floors = parts.map((part) => Math.floor(part / unit));
  const missing = units - floors.reduce((sum, floor) => sum + floor, 0);
  const raised = parts
    .map((part, index) => ({ index, rest: part - (floors[index] ?? 0) * unit }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index)
    .slice(0, Math.max(0, missing))
    .map(({ index }) => index);
  return floors.map((floor, index) => floor + (raised.includes(index) ? 1 : 0));
}

function decimalsOf({ total, spent, held = ZERO }: Money): number {
  const used = Math.abs(spent) + held;
  if (used >= USD) return 2;
  const size = used === 0 ? Math.abs(total) : used;
  if (used === 0 && (size >= USD || size % CENT === 0)) return 2;
  return size < SMALL ? 6 : 4;
}

function roundedMoney({ total, spent, held = ZERO }: Money, decimals: number) {
  return {
    total: rounded(total, decimals, Math.floor),
    spent: rounded(spent, decimals, Math.ceil),
    held: rounded(held, decimals, Math.ceil),
  };
}

function rounded(amount: number, decimals: number, round: (units: number) => number): number {
  // Adding zero turns -0 into 0.
  return round(amount / unitOf(decimals)) * unitOf(decimals) + 0;
}

function unitOf(decimals: number): number {
  return 10 ** (9 - decimals);
}
