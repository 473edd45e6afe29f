import type { NanoUsd } from "../../values/money.ts";
import { percentOf } from "../../values/money.ts";
import { endOf } from "../../values/period.ts";
import type { Unit } from "../../values/quantity.ts";
import type { PartFigures } from "../answer.ts";
import { adjustedIn, bookedIn, COUNTING } from "../counting.ts";
import type { State } from "../state.ts";
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
function heldIn(state: State, name: string, unit: Unit): number {
  return state.holds.reduce((total, hold) => {
    const tokens = hold.budgets?.[name];
    return tokens === undefined ? total : total + COUNTING[unit].held(hold, tokens);
  }, 0);
}
