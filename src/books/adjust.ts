import { BudgetError } from "../values/errors.ts";
import { type NanoUsd, nanoUsd, usdOf, ZERO } from "../values/money.ts";
import { dayOf } from "../values/month.ts";
import { isSameKind } from "../values/period.ts";
import { isMoney, negated, plainQuantity, type Quantity, quantityOf, showQuantity } from "../values/quantity.ts";
import { adjustmentText } from "./adjustment-text.ts";
import { book, type Draft, type NewEntry, withState } from "./draft.ts";
import type { PartShares } from "./entry.ts";
import { figuresOf, totalBudget } from "./figures.ts";
import { partFigures } from "./limits/figures.ts";
import { MAX_LOANS } from "./limits/loans.ts";
import { openParts, type Part, partNamed, partsOf, sharesIn } from "./limits/parts.ts";
import { keptBack } from "./limits/reserve.ts";
import { queue } from "./messages/outbox.ts";
import type { AdjustRequest } from "./request.ts";
import type { State } from "./state.ts";
import { amountAt } from "./unit-keys.ts";

type Made = { readonly draft: Draft; readonly entry: Pick<NewEntry, "kind" | "cost"> & Partial<NewEntry> };

/**
 * Moves money for a maintainer: raises the month, grants from its reserve, transfers between sub-budgets, or corrects
 * what was booked. If the amount is too large, throws a BudgetError that names the largest possible one.
 */
export function adjust(draft: Draft, request: AdjustRequest): Draft {
  const made = madeBy(draft, request);
  const { actor, reason, run } = request;
  const booked = book(made.draft, { id: request.id, ...made.entry, actor, reason, run, source: "adjust" });
  const [entry] = booked.entries.slice(-1);
  const figures = figuresOf(booked.state, ZERO);
  return queue(
    booked,
    { kind: "adjust", id: `adjust-${request.id}` },
    {
      actor,
      reason,
      what: entry === undefined ? "" : adjustmentText(entry),
      spent: usdOf(figures.spent),
      budget: usdOf(nanoUsd(figures.budget + figures.topUps)),
      remaining: usdOf(figures.remaining),
    },
  );
}

function madeBy(draft: Draft, request: AdjustRequest): Made {
  switch (request.adjustment) {
    case "top-up":
      return topUp(draft, request);
    case "grant":
      return grant(draft, request);
    case "transfer":
      return transfer(draft, request);
    case "correct":
      return correct(draft, request);
  }
}

function topUp(draft: Draft, request: AdjustRequest): Made {
  const amount = positive(dollarsOf(request.amount));
  return { draft, entry: { kind: "adjust", cost: ZERO, adjustment: "top-up", amount, top_up: amount } };
}

/** What is granted from the reserve is available to runs again; `to` also raises a sub-budget's limit by it. */
function grant(draft: Draft, request: AdjustRequest): Made {
  const amount = positive(dollarsOf(request.amount));
  const { state, circumstances } = draft;
  const left = Math.min(keptBack(totalBudget(state), state, circumstances.settings), figuresOf(state, ZERO).remaining);
  mustFit(amount, left, { unit: "USD", what: "The reserve has", holder: "the reserve" });
  const entry = { kind: "adjust" as const, cost: ZERO, adjustment: "grant" as const, amount, granted: amount };
  if (request.to === undefined) return { draft, entry };
  const part = partOf(draft, request.to, "to");
  mustBeOf("USD", part);
  return {
    draft: openParts(draft, [part]),
    entry: { ...entry, to: part.name, budgets: { [part.name]: { period: part.period, adjusted: amount } } },
  };
}

function transfer(draft: Draft, request: AdjustRequest): Made {
  const [from, to] = [partOf(draft, request.from ?? "", "from"), partOf(draft, request.to ?? "", "to")];
  if (from.name === to.name) throw badInput("from and to are the same sub-budget");
  const { unit } = request.amount;
  mustBeOf(unit, from);
  mustBeOf(unit, to);
  if (!isSameKind(from.period, to.period)) {
    throw badInput(
      `${from.name} and ${to.name} have different periods (${from.period}, ${to.period}): money moves only between sub-budgets with the same period`,
    );
  }
  const amount = positive(request.amount.amount);
  mustFit(amount, partFigures(draft.state, from).remaining, { unit, what: `${from.name} has`, holder: from.name });
  const opened = openParts(draft, [from, to]);
  const moved = quantityOf(unit, amount);
  const share = (period: string, signed: Quantity) => ({ period, ...amountAt("adjusted", signed) });
  return {
    draft: request.until === undefined ? opened : lent(opened, request, { from, to }),
    entry: {
      kind: "adjust",
      cost: ZERO,
      adjustment: "transfer",
      ...amountAt("amount", moved),
      from: from.name,
      to: to.name,
      ...(request.until !== undefined && { until: request.until }),
      budgets: { [from.name]: share(from.period, negated(moved)), [to.name]: share(to.period, moved) },
    },
  };
}

/** Remembers that the moved money returns on a day. */
function lent(draft: Draft, request: AdjustRequest, { from, to }: { readonly from: Part; readonly to: Part }): Draft {
  const { state, circumstances } = draft;
  const until = request.until ?? "";
  if (until <= dayOf(circumstances.now, state.timezone)) throw badInput(`until is ${until}: give a day after today`);
  const { loans = [] } = state;
  if (loans.length >= MAX_LOANS) {
    throw new BudgetError(
      "not-allowed",
      `${MAX_LOANS} transfers are still waiting for their until day: transfer without until, or wait until one of them has been returned. Nothing was changed.`,
    );
  }
  const owed = amountAt("owed", request.amount);
  const loan = { id: request.id, from: from.name, to: to.name, period: from.period, until, ...owed, returns: 0 };
  return withState(draft, { loans: [...loans, loan] });
}

/** A signed booking for what the books missed; its tags say which sub-budgets it counts in. */
function correct(draft: Draft, request: AdjustRequest): Made {
  const { unit, amount } = request.amount;
  const cost = isMoney(request.amount) ? request.amount.amount : ZERO;
  const { settings, now } = draft.circumstances;
  const parts = partsOf(draft.state, settings.parts ?? [], { tags: request.tags, now });
  mustLeave(cost, { spent: draft.state.total_spent, who: "The month", unit: "USD" });
  for (const part of parts) {
    const figures = partFigures(draft.state, part);
    if (figures.unit === unit) mustLeave(amount, { spent: figures.spent, who: part.name, unit });
  }
  if (!isMoney(request.amount) && parts.length === 0) {
    throw badInput(`${unit} are counted only in sub-budgets, and these tags match none of them`);
  }
  const opened = openParts(draft, parts);
  const names = parts.map(({ name }) => name);
  const budgets = sharesOf(opened.state, names, request.amount);
  return {
    draft: opened,
    entry: {
      kind: "correction",
      cost,
      adjustment: "correct",
      ...(!isMoney(request.amount) && amountAt("amount", request.amount)),
      tags: request.tags,
      ...(budgets !== undefined && { budgets }),
    },
  };
}

/** A correction in dollars counts in its sub-budgets by its cost. */
function sharesOf(state: State, names: readonly string[], quantity: Quantity): PartShares | undefined {
  const shares = sharesIn(state, names, () => 0);
  if (shares === undefined || isMoney(quantity)) return shares;
  const { unit, amount } = quantity;
  return Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, { ...share, [unit]: amount }]));
}

function partOf(draft: Draft, name: string, input: "from" | "to"): Part {
  const { state, circumstances } = draft;
  const found = partNamed(state, circumstances.settings.parts ?? [], { name, now: circumstances.now });
  if (typeof found !== "string") return found;
  throw badInput(`${input} is ${JSON.stringify(name)}: ${found}`);
}

function mustBeOf(unit: Quantity["unit"], { name, rule }: Part): void {
  if (rule.limit.unit === unit) return;
  throw badInput(`${name} is limited in ${rule.limit.unit}: give the amount in ${rule.limit.unit}`);
}

function dollarsOf(quantity: Quantity): NanoUsd {
  if (isMoney(quantity)) return quantity.amount;
  throw badInput(`amount is in ${quantity.unit}: the month's budget is in dollars, such as 1 USD`);
}

function positive<Amount extends number>(amount: Amount): Amount {
  if (amount > 0) return amount;
  throw badInput("amount is negative: only correct accepts a negative amount");
}

/** Throws if the amount is partly spent or held. */
function mustFit(
  amount: number,
  free: number,
  { unit, what, holder }: { readonly unit: Quantity["unit"]; readonly what: string; readonly holder: string },
): void {
  const most = Math.max(0, free);
  if (amount <= most) return;
  throw new BudgetError(
    "not-allowed",
    `${what} only ${showQuantity(unit, most)} that is neither spent nor held: ${mostText(unit, most)} can be taken from ${holder}, not ${showQuantity(unit, amount)}. Nothing was changed.`,
  );
}

/** Throws if the correction would make spending negative. */
function mustLeave(
  amount: number,
  { spent, who, unit }: { readonly spent: number; readonly who: string; readonly unit: Quantity["unit"] },
): void {
  if (amount >= 0 || -amount <= spent) return;
  throw new BudgetError(
    "not-allowed",
    `${who} has ${showQuantity(unit, Math.max(0, spent))} booked: a correction can subtract ${mostText(unit, Math.max(0, spent))}, not ${showQuantity(unit, -amount)}. Nothing was changed.`,
  );
}

/** The exact figure, so that it can be used as input. */
function mostText(unit: Quantity["unit"], most: number): string {
  return most === 0 ? "nothing" : `at most ${plainQuantity(unit, most)} ${unit}`;
}

function badInput(what: string): BudgetError {
  return new BudgetError("bad-input", `Bad input: ${what}. Nothing was changed.`);
}
