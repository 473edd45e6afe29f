import * as z from "zod/mini";
import { SEVERITIES } from "../../books/notify-keys.ts";
import { usd } from "../../values/codecs.ts";
import { showUsd } from "../../values/money.ts";
import { showChance } from "../../values/percent.ts";
import { showDay } from "../../values/show.ts";
import { acknowledgingField, alertId } from "./acknowledging.ts";
import { type Content, field, originFields } from "./embed.ts";
import { withEstimated } from "./figures.ts";

const day = z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/));

export const forecastFacts = z.object({
  ...originFields,
  severity: z.enum(SEVERITIES),
  chance: z.number().check(z.gte(0), z.lte(100)),
  point: usd,
  low: usd,
  high: usd,
  budget: usd,
  gone_on: z.nullable(day),
  alert: alertId,
});

/** "More than 99%" at the beginning of a sentence. */
function initial(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "🔮 The month's money will probably run out", with the chance, the range and the day. */
export function forecastContent(facts: z.output<typeof forecastFacts>): Content {
  const { chance, point, low, high, budget, gone_on: goneOn, estimated_share } = facts;
  const when = goneOn === null ? "" : ` It is likely gone on ${showDay(goneOn)}; then runs are denied.`;
  return {
    title: `🔮 ${initial(showChance(chance / 100))} likely to use up the ${showUsd(budget)} before the month ends`,
    description: withEstimated(
      estimated_share,
      `${showUsd(point)} by the month's end, 80% likely between ${showUsd(low)} and ${showUsd(high)}.${when}`,
    ),
    fields: [
      field("🌡️ Severity", facts.severity),
      ...acknowledgingField(facts.alert === undefined ? [] : [{ id: facts.alert, severity: facts.severity }], facts),
    ],
  };
}
