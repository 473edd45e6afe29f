import type { NanoUsd } from "../../values/money.ts";
import { percentOf } from "../../values/money.ts";
import { endOf } from "../../values/period.ts";
import type { Unit } from "../../values/quantity.ts";
import type { PartFigures } from "../answer.ts";
import { adjustedIn, bookedIn, COUNTING } from "../counting.ts";
import type { Hold, State } from "../state.ts";
import { lineOf, type Part } from "./parts.ts";

/** The figures of a sub-budget. */
export function partFigures(state: State, part: Part): PartFigures {
  const { unit, amount } = part.rule.limit;
  const line = lineOf(state, part);
  const limit = amount + adjustedIn(line, unit);
  const spent = bookedIn(line, unit);
  const held = heldIn(state, part.name, unit);
  return {
    name: part.name,
    unit,
    limit,
    spent,
    held,
    remaining: limit - spent - held,
    percentUsed: percentOf(spent as NanoUsd, limit as NanoUsd),
    resetsAt: endOf(part.period, state.timezone),
  };
}

/** What open holds set aside in a sub-budget. */
function heldIn({ holds }: State, name: string, unit: Unit): number {
  const byPart = known.get(holds) ?? holdsByPart(holds);
  known.set(holds, byPart);
  return (byPart.get(name) ?? []).reduce((total, { hold, tokens }) => total + COUNTING[unit].held(hold, tokens), 0);
}

type Counted = { readonly hold: Hold; readonly tokens: number };

/** Found once for all sub-budgets: there may be as many of them as holds. */
const known = new WeakMap<State["holds"], ReadonlyMap<string, readonly Counted[]>>();

function holdsByPart(holds: State["holds"]): ReadonlyMap<string, readonly Counted[]> {
  const byPart = new Map<string, Counted[]>();
  for (const hold of holds) {
    for (const [name, tokens] of Object.entries(hold.budgets ?? {})) {
      const counted = byPart.get(name);
      if (counted === undefined) byPart.set(name, [{ hold, tokens }]);
      else counted.push({ hold, tokens });
    }
  }
  return byPart;
}
