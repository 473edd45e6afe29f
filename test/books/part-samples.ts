import type { PartRule } from "../../src/books/part-rule.ts";
import type { Settings } from "../../src/books/settings.ts";
import { nanoOf } from "../../src/values/money.ts";
import { Bookkeeper, billed, record, usageOf } from "./sample-books.ts";

/** The tags of a run that counts in the sample sub-budget. */
export const TAGS = { division: "infrastructure" };

/** A monthly sub-budget of $4 for the division infrastructure, and what is changed in it. */
export function rule(change: Partial<PartRule> = {}): PartRule {
  return {
    name: "infrastructure",
    match: { division: ["infrastructure"] },
    forEach: [],
    limit: { unit: "USD", amount: nanoOf(4) },
    period: "month",
    alerts: [],
    overage: 0,
    onExceed: "deny",
    count: "net",
    target: {},
    ...change,
  };
}

/** Settings with these sub-budgets, an environment that approves, and estimates of a cent. */
export function partSettings(...parts: PartRule[]): Partial<Settings> {
  return { parts, approvalEnvironment: "ai-budget", estimate: nanoOf(0.01) };
}

/** Books in which infrastructure has spent so many dollars. */
export function spentBooks(dollars: number, settings: Partial<Settings>): Bookkeeper {
  const keeper = new Bookkeeper();
  keeper.do(record({ id: "before", tags: TAGS, usage: usageOf(billed(dollars)) }), { settings });
  return keeper;
}
