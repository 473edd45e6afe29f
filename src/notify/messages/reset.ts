import * as z from "zod/mini";
import { count, month, usd } from "../../values/codecs.ts";
import { harmless } from "../../values/foreign-text.ts";
import { showUsd } from "../../values/money.ts";
import { showMany } from "../../values/show.ts";
import { type Content, field, originFields } from "./embed.ts";

export const resetFacts = z.object({
  ...originFields,
  actor: z.string(),
  reason: z.string(),
  month,
  spent: usd,
  executions: count,
});

/** "🔄 Budget Reset by octocat", with the reason and what went into the archive. */
export function resetContent(facts: z.output<typeof resetFacts>): Content {
  return {
    title: `🔄 Budget Reset by ${harmless(facts.actor, 100)}`,
    description: harmless(facts.reason, 1500),
    fields: [field("Archived", `${showUsd(facts.spent)}, ${showMany(facts.executions, "execution")}`)],
  };
}
