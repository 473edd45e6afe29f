import * as z from "zod/mini";
import { count, instant, usd } from "../../values/codecs.ts";
import { dayOf, isTimeZone } from "../../values/month.ts";
import { showCount, showDay } from "../../values/show.ts";
import { shownMoney } from "../../values/shown-money.ts";
import { acknowledgingField, actionsPageOf, alertId } from "./acknowledging.ts";
import { type Content, field, linkTo, originFields, wideField } from "./embed.ts";
import { discordTime, withEstimated } from "./figures.ts";

export const exhaustedFacts = z.object({
  ...originFields,
  spent: usd,
  budget: usd,
  prs: count,
  resets_at: instant,
  timezone: z.string().check(z.refine(isTimeZone, "not a time zone")),
  alert: alertId,
});

/** "⛔ Monthly Budget Exhausted", with a link to the page where a maintainer starts a top-up or a reset. */
export function exhaustedContent(facts: z.output<typeof exhaustedFacts>): Content {
  const page = actionsPageOf(facts);
  const link = linkTo("For maintainers: run a workflow", page);
  const shown = shownMoney({ total: facts.budget, spent: facts.spent });
  const resetDay = showDay(dayOf(facts.resets_at, facts.timezone));
  return {
    title: "⛔ Monthly Budget Exhausted",
    description: withEstimated(
      facts.estimated_share,
      `The ${shown.total} monthly budget has been exhausted. Execution paused until next month or a top-up.`,
    ),
    fields: [
      field("💰 Total Spent", shown.spent),
      field("📊 PRs Generated", showCount(facts.prs)),
      field("⏳ Next Reset", `${resetDay} (${discordTime(facts.resets_at, "R")})`),
      ...(link === undefined ? [] : [wideField("🔧 Top Up or Reset", link)]),
      ...acknowledgingField(facts.alert === undefined ? [] : [{ id: facts.alert, severity: "emergency" }], facts),
    ],
    url: page,
  };
}
