import { ZERO } from "../../values/money.ts";
import { dayOf } from "../../values/month.ts";
import {
  compareQuantities,
  minusQuantity,
  negated,
  type Quantity,
  quantityOf,
  UNIT_NAMES,
} from "../../values/quantity.ts";
import { book, type Draft, withState } from "../draft.ts";
import type { Loan } from "../state.ts";
import { amountAt, amountKey } from "../unit-keys.ts";
import { partFigures } from "./figures.ts";
import { ruleOf } from "./parts.ts";

/** How many transfers may be waiting to be returned at once. */
export const MAX_LOANS = 50;

/**
 * Returns what was lent until a day that has come, as far as it is free; the rest is still owed. What was lent in a
 * period that is over was returned with it.
 */
export function returnLoans(draft: Draft): Draft {
  const { loans } = draft.state;
  if (loans === undefined || draft.circumstances.settings.parts === undefined) return draft;
  const today = dayOf(draft.circumstances.now, draft.state.timezone);
  let after = draft;
  const open: Loan[] = [];
  for (const loan of loans) {
    if (!isRunning(after, loan)) continue;
    const owed = owedIn(loan);
    const back = quantityOf(owed.unit, loan.until <= today ? Math.min(owed.amount, freeOf(after, loan)) : 0);
    if (back.amount > 0) after = givenBack(after, loan, back);
    if (compareQuantities(back, owed) < 0)
      open.push(back.amount > 0 ? stillOwed(loan, minusQuantity(owed, back)) : loan);
  }
  if (after === draft && open.length === loans.length) return draft;
  const { loans: _, ...rest } = after.state;
  return open.length === 0 ? { ...after, state: rest } : withState(after, { loans: open });
}

/** Both sub-budgets are still in the period in which the money moved. */
function isRunning({ state }: Draft, { from, to, period }: Loan): boolean {
  return [from, to].every((name) => state.budgets?.[name]?.period === period);
}

function freeOf({ state, circumstances }: Draft, { to, period }: Loan): number {
  const rule = ruleOf(to, circumstances.settings.parts ?? []);
  // A sub-budget that is no longer in the policy needs nothing.
  if (rule === undefined) return Number.MAX_SAFE_INTEGER;
  return Math.max(0, partFigures(state, { name: to, rule, period }).remaining);
}

function owedIn(loan: Loan): Quantity {
  const unit = UNIT_NAMES.find((one) => loan[amountKey("owed", one)] !== undefined) ?? "tokens";
  return quantityOf(unit, loan[amountKey("owed", unit)] ?? 0);
}

function givenBack(draft: Draft, loan: Loan, amount: Quantity): Draft {
  const { from, to, period } = loan;
  const share = (signed: Quantity) => ({ period, ...amountAt("adjusted", signed) });
  return book(draft, {
    id: `${loan.id}:return-${loan.returns + 1}`,
    kind: "adjust",
    cost: ZERO,
    adjustment: "return",
    ...amountAt("amount", amount),
    from: to,
    to: from,
    budgets: { [to]: share(negated(amount)), [from]: share(amount) },
    source: "end of a transfer",
  });
}

function stillOwed(loan: Loan, owed: Quantity): Loan {
  return { ...loan, ...amountAt("owed", owed), returns: loan.returns + 1 };
}
