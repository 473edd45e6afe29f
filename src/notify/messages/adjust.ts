import * as z from "zod/mini";
import { usd } from "../../values/codecs.ts";
import { harmless } from "../../values/foreign-text.ts";
import { bounded, ZERO } from "../../values/money.ts";
import { shownMoney } from "../../values/shown-money.ts";
import { type Content, field, originFields, wideField } from "./embed.ts";

export const adjustFacts = z.object({
  ...originFields,
  actor: z.string(),
  reason: z.string(),
  what: z.string(),
  spent: usd,
  budget: usd,
  remaining: usd,
});

/** "🔧 Budget Adjusted by octocat", with the reason and what was moved. */
export function adjustContent(facts: z.output<typeof adjustFacts>): Content {
  const held = bounded(facts.budget - facts.spent - facts.remaining);
  const shown = shownMoney({ total: facts.budget, spent: facts.spent, held });
  return {
    title: `🔧 Budget Adjusted by ${harmless(facts.actor, 100)}`,
    description: harmless(facts.reason, 1500),
    fields: [
      wideField("What", harmless(facts.what, 500)),
      field("💰 Total Spent", `${shown.spent} / ${shown.total}`),
      ...(held === ZERO ? [] : [field("⏳ Held", shown.held)]),
      field("💵 Remaining", shown.remaining),
    ],
  };
}
