import { MAX_NANO_USD, type NanoUsd, nanoUsd, showUsd } from "../../values/money.ts";
import { isMoney } from "../../values/quantity.ts";
import { RUN_TAGS } from "../../values/tags.ts";
import { type Draft, withNote } from "../draft.ts";
import { totalBudget } from "../figures.ts";
import type { PartRule } from "../part-rule.ts";
import type { CheckRequest } from "../request.ts";
import { tagsIn } from "./parts.ts";

/** The sum of the month's limits in dollars; undefined if there are none. */
export function promisedIn(rules: readonly PartRule[]): NanoUsd | undefined {
  const limits = rules.flatMap(({ limit, period, forEach }) =>
    isMoney(limit) && period === "month" && forEach.length === 0 ? [limit.amount] : [],
  );
  // Limits that are never reached may add up to more than the books can keep.
  const added = limits.reduce((total, limit) => total + limit, 0);
  return limits.length === 0 ? undefined : nanoUsd(Math.min(MAX_NANO_USD, added));
}

/** Warns if the month's limits in dollars add up to more than the month has; limits by day or in tokens don't count. */
export function limitsNoted(draft: Draft): Draft {
  const { state, circumstances } = draft;
  const promised = promisedIn(circumstances.settings.parts ?? []);
  const total = totalBudget(state);
  if (promised === undefined || promised <= total) return draft;
  const text = `The limits of the sub-budgets add up to ${showUsd(promised)}, ${showUsd(nanoUsd(promised - total))} more than the month's ${showUsd(total)}: the month's money may run out before a sub-budget reaches its limit.`;
  return withNote(draft, "warning", text);
}

/** Notes which of a step's tags match no sub-budget, since the policy takes what they are called from the run itself. */
export function tagsNoted(draft: Draft, { tags, run }: Pick<CheckRequest, "tags" | "run">): Draft {
  const matched = tagsIn(draft.circumstances.settings.parts ?? []);
  const names = RUN_TAGS.filter((name) => matched.has(name) && (tags[name] ?? run[name]) !== run[name]);
  if (names.length === 0) return draft;
  const text = `The policy matches sub-budgets by ${names.join(" and ")}, which the run itself says: the step's tag of that name is only reported.`;
  return withNote(draft, "notice", text);
}
