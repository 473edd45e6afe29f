import * as z from "zod/mini";
import { count, usd } from "../../values/codecs.ts";
import type { NanoUsd } from "../../values/money.ts";
import { showCount } from "../../values/show.ts";
import { shownMoney } from "../../values/shown-money.ts";
import { type Content, type EmbedField, field, originFields, wideField } from "./embed.ts";
import { costPerPr, progressBar, showMilestone, withEstimated } from "./figures.ts";
import { recapDetails, recapFields } from "./recap.ts";

/** More would make a title nobody reads; beyond this the title names the first and the last. */
const NAMED_IN_TITLE = 6;

export const milestoneFacts = z.object({
  ...originFields,
  crossed: z.array(usd).check(z.minLength(1)),
  number: count,
  of: count,
  spent: usd,
  budget: usd,
  prs: count,
  executions: count,
  recap: z.catch(z.optional(z.nullable(z.object(recapFields))), null),
});
type MilestoneFacts = z.output<typeof milestoneFacts>;

/** "🚀 $5 Milestone Reached!"; several crossed by one booking are named together. */
export function milestoneContent(facts: MilestoneFacts): Content {
  return {
    title: `${iconOf(facts)} ${titleOf(facts.crossed)}`,
    description: withEstimated(
      facts.estimated_share,
      `${showCount(facts.prs)} PRs Generated - ${facts.number}/${facts.of} Complete!`,
    ),
    fields: [
      field("💰 Total Spent", shownMoney({ total: facts.budget, spent: facts.spent }).spent),
      field("📊 PRs Generated", showCount(facts.prs)),
      field("🔄 Executions", showCount(facts.executions)),
      field("💵 Cost per PR", costPerPr(facts.spent, facts.prs)),
      wideField("📈 Progress", progressBar(facts.spent, facts.budget)),
      ...allCrossed(facts.crossed),
      ...(facts.recap ? recapDetails(facts.recap) : []),
    ],
  };
}

function iconOf({ crossed, number, budget, recap }: MilestoneFacts): string {
  if (recap || crossed.at(-1) === budget) return "✅";
  return number <= crossed.length ? "🚀" : "⚡";
}

function titleOf(crossed: readonly NanoUsd[]): string {
  const names = crossed.map(showMilestone);
  const last = names.at(-1) ?? "";
  if (names.length === 1) return `${last} Milestone Reached!`;
  if (names.length > NAMED_IN_TITLE) return `${names[0]} to ${last} Milestones Reached!`;
  return `${names.slice(0, -1).join(", ")} and ${last} Milestones Reached!`;
}

function allCrossed(crossed: readonly NanoUsd[]): EmbedField[] {
  return crossed.length > NAMED_IN_TITLE
    ? [wideField("🏁 Crossed at Once", crossed.map(showMilestone).join(", "))]
    : [];
}
