import * as z from "zod/mini";
import { SEVERITIES } from "../../books/notify-keys.ts";
import { usd } from "../../values/codecs.ts";
import { harmless } from "../../values/foreign-text.ts";
import { showUsd } from "../../values/money.ts";
import { acknowledgingField, alertId } from "./acknowledging.ts";
import { type Content, field, originFields } from "./embed.ts";
import { withEstimated } from "./figures.ts";

const CAUSES_SHOWN = 3;

const cause = z.object({ by: z.string(), name: z.string(), spent: usd });

export const anomalyFacts = z.object({
  ...originFields,
  alert: alertId,
  severity: z.enum(SEVERITIES),
  spent: usd,
  expected: usd,
  upper: usd,
  causes: z.array(cause),
});
type Facts = z.output<typeof anomalyFacts>;

/** "📈 An unusual day: $9.30 spent, at most $6.10 is usual", with who drove it. */
export function anomalyContent(facts: Facts): Content {
  const { spent, expected, upper, causes, severity, estimated_share } = facts;
  return {
    title: `📈 An unusual day: ${showUsd(spent)} spent, at most ${showUsd(upper)} is usual`,
    description: withEstimated(estimated_share, causes.slice(0, CAUSES_SHOWN).map(causeText(facts)).join("\n")),
    fields: [
      field("💰 Spent Today", showUsd(spent)),
      field("📅 A Usual Day", showUsd(expected)),
      field("🌡️ Severity", severity),
      ...acknowledgingField(facts.alert === undefined ? [] : [{ id: facts.alert, severity }], facts),
    ],
  };
}

function causeText({ spent: total }: Facts) {
  return ({ by, name, spent }: z.output<typeof cause>): string => {
    const what = by === "profile" ? harmless(name, 150) : `${harmless(by, 80)} ${harmless(name, 150)}`;
    return `${what} spent ${showUsd(spent)} of today's ${showUsd(total)}`;
  };
}
