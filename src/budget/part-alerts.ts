import { type Draft, withState } from "./books.ts";
import type { PartFacts } from "./message-facts.ts";
import { type NanoUsd, usdOf } from "./money.ts";
import { type PartFigures, partFigures } from "./part-figures.ts";
import { ruleOf } from "./parts.ts";

/** A part whose spent has crossed alerts of its own in its present period. */
export type PartAlert = { readonly figures: PartFigures; readonly percents: readonly number[] };

/** What parts have crossed and nobody was told of yet. */
export function crossedPartAlerts({ state, circumstances }: Draft): PartAlert[] {
  const rules = circumstances.settings.parts ?? [];
  return Object.entries(state.budgets ?? {}).flatMap(([name, line]) => {
    const rule = ruleOf(name, rules);
    if (rule === undefined || rule.alerts.length === 0) return [];
    const figures = partFigures(state, { name, rule, period: line.period });
    const percents = rule.alerts.filter((alert) => alert <= figures.percent_used && !line.alerts_sent.includes(alert));
    return percents.length === 0 ? [] : [{ figures, percents }];
  });
}

/** Marks the alerts as told: not again in this period. */
export function markPartAlerts(draft: Draft, alerts: readonly PartAlert[]): Draft {
  const { budgets = {} } = draft.state;
  const marked = alerts.flatMap(({ figures: { name }, percents }) => {
    const line = budgets[name];
    return line === undefined ? [] : [{ name, line: { ...line, alerts_sent: [...line.alerts_sent, ...percents] } }];
  });
  return withState(draft, {
    budgets: { ...budgets, ...Object.fromEntries(marked.map(({ name, line }) => [name, line])) },
  });
}

/** A part in a message: amounts as plain numbers of its unit. */
export function partFactsOf({ figures, percents }: PartAlert): PartFacts {
  const { name, unit, resets_at } = figures;
  const plain = (amount: number) => (unit === "USD" ? usdOf(amount as NanoUsd) : amount);
  return {
    name,
    percents,
    unit,
    limit: plain(figures.limit),
    spent: plain(figures.spent),
    held: plain(figures.held),
    resets_at,
  };
}
