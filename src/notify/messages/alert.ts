import * as z from "zod/mini";
import { instant, usd } from "../../values/codecs.ts";
import { harmless } from "../../values/foreign-text.ts";
import { bounded, showUsd } from "../../values/money.ts";
import { codecOf, shownAmounts, showQuantity, UNIT_NAMES, type Unit } from "../../values/quantity.ts";
import { showDay, showHours } from "../../values/show.ts";
import { shownMoney } from "../../values/shown-money.ts";
import { acknowledgingField, raisedAlerts } from "./acknowledging.ts";
import { type Content, type EmbedField, field, originFields, wideField } from "./embed.ts";
import { discordTime, withEstimated } from "./figures.ts";

/** More than fit into an embed with the month's figures. */
const PARTS_SHOWN = 19;

const percents = z.array(z.number().check(z.positive(), z.maximum(1000)));

const thresholds = z.catch(z.optional(z.array(z.object({ percent: z.number(), hours: z.number() }))), undefined);
const named = {
  name: z.string(),
  percents: percents.check(z.minLength(1)),
  resets_at: z.nullable(instant),
  thresholds,
};
const part = z.union(UNIT_NAMES.map(partIn));
type Part = z.output<typeof part>;

export const alertFacts = z
  .object({
    ...originFields,
    percents,
    spent: usd,
    remaining: usd,
    held: usd,
    burn_rate: usd,
    gone_on: z.nullable(z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/))),
    parts: z.optional(z.array(part)),
    raised: raisedAlerts,
  })
  .check(z.refine((facts) => facts.percents.length + (facts.parts?.length ?? 0) > 0));

/** A sub-budget with its amounts in the form of its unit. */
function partIn(unit: Unit) {
  const amount: z.ZodMiniType<number, number> = codecOf(unit);
  return z.object({
    ...named,
    unit: z.literal(unit),
    ...{ limit: amount, spent: amount, held: amount },
    projected: z.catch(z.optional(amount), undefined),
  });
}

/** "⚠️ 75% of the budget is spent"; if one booking crosses several, the title has the highest. */
export function alertContent(facts: z.output<typeof alertFacts>): Content {
  const content = contentOf(facts);
  return { ...content, fields: [...(content.fields ?? []), ...acknowledgingField(facts.raised, facts)] };
}

function contentOf(facts: z.output<typeof alertFacts>): Content {
  const { parts = [] } = facts;
  if (facts.percents.length === 0) return partsContent(parts);
  const total = bounded(facts.spent + facts.held + facts.remaining);
  const { spent, held, remaining } = shownMoney({ ...facts, total });
  return {
    title: `⚠️ ${Math.max(...facts.percents)}% of the budget is spent`,
    description: withEstimated(facts.estimated_share, [togetherText(facts.percents), paceText(facts.gone_on)].join("")),
    fields: [
      field("💰 Total Spent", spent),
      field("💵 Remaining", remaining),
      field("🔥 Burn Rate per day", showUsd(facts.burn_rate)),
      field("⏳ Held", held),
      ...partFields(parts),
    ],
  };
}

/** "⚠️ 75% of infrastructure is spent", or how many budgets passed an alert. */
function partsContent(parts: readonly Part[]): Content {
  const [only] = parts;
  if (only === undefined || parts.length > 1) {
    return { title: `⚠️ ${parts.length} budgets passed an alert`, fields: partFields(parts) };
  }
  const shown = shownAmounts(only.unit, only);
  return {
    title: `⚠️ ${Math.max(...only.percents)}% of ${harmless(only.name, 150)} is spent`,
    description: `${togetherText(only.percents)}${aheadText(only)}${resetText(only)}`,
    fields: [
      field("💰 Total Spent", `${shown.spent} of ${shown.total}`),
      field("💵 Remaining", shown.remaining),
      field("⏳ Held", shown.held),
    ],
  };
}

function partFields(parts: readonly Part[]): EmbedField[] {
  const fields = parts
    .slice(0, PARTS_SHOWN)
    .map((one) => wideField(`⚠️ ${Math.max(...one.percents)}% of ${harmless(one.name, 150)}`, partText(one)));
  const more = parts.length - fields.length;
  return more === 0 ? fields : [...fields, wideField("And more", `${more} other budgets passed an alert.`)];
}

function resetText({ resets_at: at }: Part): string {
  return at === null ? "It never resets" : `It resets ${discordTime(at, "R")}`;
}

/** "90% in 3.2 h, 100% in 5.4 h; 19,200 tokens at its end. " */
function aheadText({ thresholds = [], projected, unit, spent }: Part): string {
  const next = thresholds.slice(0, 3).map(({ percent, hours }) => `${percent}% in ${showHours(hours)}`);
  const end = projected === undefined || projected <= spent ? [] : [`${showQuantity(unit, projected)} at its end`];
  const said = [...(next.length > 0 ? [next.join(", ")] : []), ...end];
  return said.length === 0 ? "" : `${said.join("; ")}. `;
}

function partText(one: Part): string {
  const { total, spent, held } = shownAmounts(one.unit, one);
  return `${spent} of ${total} spent, ${held} held. ${aheadText(one)}${resetText(one)}`;
}

function togetherText(percents: readonly number[]): string {
  if (percents.length === 1) return "";
  const names = percents.map((percent) => `${percent}%`);
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)} were passed at once. `;
}

function paceText(goneOn: string | null): string {
  return goneOn === null
    ? "By the forecast it lasts until the end of the month"
    : `By the forecast it is gone on ${showDay(goneOn)}`;
}
