import * as z from "zod/mini";
import { usd } from "../budget/fields.ts";
import { showUsd } from "../budget/money.ts";
import { type Content, field, originFields } from "./embed.ts";
import { showDay } from "./figures.ts";

export const alertFacts = z.object({
  ...originFields,
  percents: z.array(z.number().check(z.positive(), z.maximum(1000))).check(z.minLength(1)),
  spent: usd,
  remaining: usd,
  held: usd,
  burn_rate: usd,
  gone_on: z.nullable(z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/))),
});

/** "⚠️ 75% of the budget is spent"; of several crossed by one booking the title has the highest. */
export function alertContent(facts: z.output<typeof alertFacts>): Content {
  return {
    title: `⚠️ ${Math.max(...facts.percents)}% of the budget is spent`,
    description: [togetherText(facts.percents), paceText(facts.gone_on)].join(""),
    fields: [
      field("💰 Total Spent", showUsd(facts.spent)),
      field("💵 Remaining", showUsd(facts.remaining)),
      field("🔥 Burn Rate per day", showUsd(facts.burn_rate)),
      field("⏳ Held", showUsd(facts.held)),
    ],
  };
}

function togetherText(percents: readonly number[]): string {
  if (percents.length === 1) return "";
  const names = percents.map((percent) => `${percent}%`);
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)} were passed at once. `;
}

function paceText(goneOn: string | null): string {
  return goneOn === null
    ? "At this pace it lasts until the end of the month"
    : `At this pace it is gone on ${showDay(goneOn)}`;
}
