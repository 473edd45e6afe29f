import { boundedNanoOf, showUsd } from "../../values/money.ts";
import { showExactChance } from "../../values/percent.ts";
import { showQuantity, UNIT_NAMES, type Unit } from "../../values/quantity.ts";
import type { Alert } from "../notify-keys.ts";

/** What an alert is about, in one sentence: "90.1% of infrastructure is spent: $3.60 of $4.00." */
export function alertText({ kind, budget, unit: named, facts }: Alert): string {
  const unit = UNIT_NAMES.find((one) => one === named) ?? "USD";
  const amount = (fact: unknown) => (typeof fact === "number" ? amountText(fact, unit) : "–");
  const { usage, limit, percent, projected_end: projected } = facts;
  const share = typeof percent === "number" ? `${percent}%` : "A part";
  const whose = budget ?? "the budget";
  switch (kind) {
    case "threshold":
      return `${share} of ${whose} is spent: ${amount(usage)} of ${amount(limit)}.`;
    case "exhausted":
      return `${budget ?? "The budget"} is used up: ${amount(usage)} of ${amount(limit)} spent.`;
    case "anomaly":
      return `An unusual day: ${amount(usage)} spent, at most ${amount(limit)} is usual.`;
    case "forecast":
      return `${chanceText(percent)} to use up ${amount(limit)}: ${amount(projected)} by the month's end.`;
  }
}

function chanceText(percent: unknown): string {
  if (typeof percent !== "number") return "Likely";
  const chance = showExactChance(percent);
  return `${chance.charAt(0).toUpperCase()}${chance.slice(1)} likely`;
}

function amountText(amount: number, unit: Unit): string {
  // A person may have edited the books by hand.
  if (!Number.isFinite(amount)) return "–";
  return unit === "USD" ? showUsd(boundedNanoOf(amount)) : showQuantity(unit, Math.round(amount));
}
