import { type Draft, withNote } from "./books.ts";
import { totalBudget } from "./figures.ts";
import { nanoUsd, showUsd, sum } from "./money.ts";

/** Warns where the month's limits in dollars promise more than the month has; what is limited by day or tokens doesn't. */
export function limitsNoted(draft: Draft): Draft {
  const { state, circumstances } = draft;
  const limits = (circumstances.settings.parts ?? []).flatMap(({ limit, period, forEach }) =>
    limit.unit === "USD" && period === "month" && forEach.length === 0 ? [limit.amount] : [],
  );
  const [promised, total] = [sum(limits), totalBudget(state)];
  if (promised <= total) return draft;
  const text = `The limits of the budgets within the budget add up to ${showUsd(promised)}, ${showUsd(nanoUsd(promised - total))} more than the month's ${showUsd(total)}: the month may be gone before a limit is.`;
  return withNote(draft, "warning", text);
}
