import { type NanoUsd, ZERO } from "../../values/money.ts";
import { dayOf } from "../../values/month.ts";
import { book, type Draft, withState } from "../draft.ts";
import type { Loan } from "../state.ts";
import { partFigures } from "./figures.ts";
import { ruleOf } from "./parts.ts";

/** How many transfers may be waiting to be returned at once. */
export const MOST_LOANS = 50;

/**
 * Gives back what was lent until a day that has come, as far as it is free; the rest stays owed. What was lent in a
 * period that is over went back with it.
 */
export function returnLoans(draft: Draft): Draft {
  const { loans } = draft.state;
  if (loans === undefined || draft.circumstances.settings.parts === undefined) return draft;
  const today = dayOf(draft.circumstances.now, draft.state.timezone);
  let after = draft;
  const open: Loan[] = [];
  for (const loan of loans) {
    if (!isRunning(after, loan)) continue;
    const owed = loan.owed ?? loan.owed_tokens ?? 0;
    const back = loan.until <= today ? Math.min(owed, freeOf(after, loan)) : 0;
    if (back > 0) after = givenBack(after, loan, back);
    if (back < owed) open.push(back > 0 ? stillOwed(loan, owed - back) : loan);
  }
  if (after === draft && open.length === loans.length) return draft;
  const { loans: _, ...rest } = after.state;
  return open.length === 0 ? { ...after, state: rest } : withState(after, { loans: open });
}

/** Both budgets are still in the period in which the money moved. */
function isRunning({ state }: Draft, { from, to, period }: Loan): boolean {
  return [from, to].every((name) => state.budgets?.[name]?.period === period);
}

function freeOf({ state, circumstances }: Draft, { to, period }: Loan): number {
  const rule = ruleOf(to, circumstances.settings.parts ?? []);
  // A budget that the policy has no more needs nothing.
  if (rule === undefined) return Number.MAX_SAFE_INTEGER;
  return Math.max(0, partFigures(state, { name: to, rule, period }).remaining);
}

function givenBack(draft: Draft, loan: Loan, amount: number): Draft {
  const { from, to, period } = loan;
  const isTokens = loan.owed === undefined;
  const share = (signed: number) =>
    isTokens ? { period, adjusted_tokens: signed } : { period, adjusted: signed as NanoUsd };
  return book(draft, {
    id: `${loan.id}:return-${loan.returns + 1}`,
    kind: "adjust",
    cost: ZERO,
    adjustment: "return",
    ...(isTokens ? { amount_tokens: amount } : { amount: amount as NanoUsd }),
    from: to,
    to: from,
    budgets: { [to]: share(-amount), [from]: share(amount) },
    source: "end of a transfer",
  });
}

function stillOwed(loan: Loan, owed: number): Loan {
  const left = loan.owed === undefined ? { owed_tokens: owed } : { owed: owed as NanoUsd };
  return { ...loan, ...left, returns: loan.returns + 1 };
}
