import * as z from "zod/mini";
import { shareOf } from "../../books/estimated-share.ts";
import { monthScoreText } from "../../insight/score-text.ts";
import { count, instant, month, usd } from "../../values/codecs.ts";
import { showPeriod, spanOf } from "../../values/date-span.ts";
import { harmless, NOTHING } from "../../values/foreign-text.ts";
import { MAX_NANO_USD, type NanoUsd, nanoUsd, percentOf, showUsd } from "../../values/money.ts";
import { showPercent } from "../../values/percent.ts";
import { showQuantity } from "../../values/quantity.ts";
import { showCount, showMany, showMonth } from "../../values/show.ts";
import { isUnknownCount, shownMoney, shownParts, showSpent, withOthers } from "../../values/shown-money.ts";
import { type Content, type EmbedField, field, linkTo, originFields, wideField } from "./embed.ts";
import { costPerPr, discordTime, progressBar, showChange, withEstimated } from "./figures.ts";

const MODELS_SHOWN = 8;
const BUDGETS_SHOWN = 8;
const RUNS_SHOWN = 3;
/** Three of them fit into a field. */
const MAX_RUN_LINK_LENGTH = 200;

const topRun = z.object({
  profile: z.optional(z.string()),
  run: z.optional(z.int()),
  url: z.optional(z.string()),
  cost: usd,
});

export const recapFields = {
  month,
  period: z.catch(z.optional(z.string()), undefined),
  spent: usd,
  budget: usd,
  top_ups: usd,
  prs: count,
  executions: count,
  milestones: count,
  models: z.array(z.object({ model: z.string(), cost: usd })),
  estimated: usd,
  estimated_most: z.catch(z.optional(z.string()), undefined),
  corrections: z.object({ count, amount: usd }),
  resets: count,
  paused_days: z.catch(z.optional(count), undefined),
  adjustments: z.optional(
    z.object({ count, last: z.array(z.object({ what: z.string(), actor: z.string(), reason: z.string() })) }),
  ),
  budgets: z.optional(z.array(z.object({ name: z.string(), spent: usd, tokens: z.int() }))),
  large_runs: z.optional(count),
  top_runs: z.catch(z.optional(z.array(topRun)), undefined),
  forecasts: z.catch(
    z.optional(z.object({ count, right: count, ran_out: z.boolean(), error: z.nullable(z.number()) })),
    undefined,
  ),
  exhausted_at: z.nullable(instant),
  previous: z.nullable(z.object({ month, period: z.optional(z.string()), spent: usd })),
  running: z.boolean(),
  next: z.catch(z.optional(z.object({ month, budget: usd, held: usd })), undefined),
};
export const recapFacts = z.object({ ...originFields, ...recapFields });

const recapOnly = z.object(recapFields);
type Recap = z.output<typeof recapOnly>;

/** "📊 Monthly Recap - AI Orchestration". */
export function recapContent(facts: Recap, name: string): Content {
  return {
    title: `📊 ${TITLES[kindOf(facts)]} - ${name}`,
    description: withEstimated(shareIn(facts), `Summary for ${showPeriod(facts)}${facts.running ? " so far" : ""}`),
    fields: [
      field("💰 Total Spent", spentText(facts)),
      field("📊 PRs Generated", countIn(facts, facts.prs)),
      field("🔄 Executions", countIn(facts, facts.executions)),
      field("💵 Avg Cost per PR", costPerPr(facts.spent, facts.prs)),
      ...progress(facts),
      ...recapDetails(facts),
      ...(facts.next ? [wideField("🌅 Next Month", nextText(facts.next))] : []),
    ],
  };
}

const TITLES = {
  day: "Daily Recap",
  week: "Weekly Recap",
  month: "Monthly Recap",
  quarter: "Quarterly Recap",
  year: "Yearly Recap",
  days: "Recap",
} as const;

function kindOf({ period }: Recap): keyof typeof TITLES {
  return period === undefined ? "month" : (spanOf(period, "")?.kind ?? "days");
}

/** Days have no budget to compare with. */
function progress({ spent, budget, top_ups, period }: Recap): EmbedField[] {
  if (period !== undefined && budget === 0) return [];
  return [wideField("📈 Progress", progressBar(spent, total(budget, top_ups)))];
}

/** "March 2026 starts with $15.00, of which open holds take $0.0550." */
function nextText({ month, budget, held }: NonNullable<Recap["next"]>): string {
  const holds = held > 0 ? `, of which open holds take ${showUsd(held)}` : "";
  return `${showMonth(month)} starts with ${showUsd(budget)}${holds}.`;
}

function shareIn({ estimated, spent, estimated_most: profile }: Recap) {
  const share = shareOf({ estimated, spent, most: undefined });
  return share && { percent: share.percent, profile };
}

/** What a recap shows besides spent, pull requests and executions; rows that would only say "none" are left out. */
export function recapDetails(facts: Recap): EmbedField[] {
  const { corrections, previous } = facts;
  const rows: (EmbedField | false)[] = [
    facts.period === undefined && field("🎯 Milestones Reached", showCount(facts.milestones)),
    facts.models.length > 0 && wideField("🤖 By Model", modelLines(facts)),
    facts.top_runs !== undefined &&
      facts.top_runs.length > 0 &&
      wideField("🏆 Most Expensive Runs", runLines(facts.top_runs)),
    field("🧮 Estimated Share", showPercent(percentOf(facts.estimated, facts.spent))),
    corrections.count > 0 &&
      field("🧾 Corrections", `${showCount(corrections.count)} (${showChange(corrections.amount)})`),
    facts.paused_days !== undefined && field("⏸️ Paused", showMany(facts.paused_days, "day")),
    facts.resets > 0 && field("♻️ Resets", showCount(facts.resets)),
    facts.top_ups !== 0 && field("➕ Top-ups", showUsd(facts.top_ups)),
    facts.adjustments !== undefined && wideField("🔧 Adjustments", adjustmentLines(facts.adjustments)),
    facts.budgets !== undefined && wideField("🧩 By Budget", budgetLines(facts.budgets)),
    facts.large_runs !== undefined && field("🐘 Large Runs", showCount(facts.large_runs)),
    facts.forecasts !== undefined && wideField("🔮 Forecasts", monthScoreText(facts.forecasts)),
    facts.exhausted_at !== null && field("⛔ Runs Denied", `since ${discordTime(facts.exhausted_at, "f")}`),
    previous !== null && field(`📅 Against ${showPeriod(previous)}`, comparison(facts.spent, previous.spent)),
  ];
  return rows.filter((row) => row !== false);
}

function spentText({ spent, budget, top_ups }: Recap): string {
  const shown = shownMoney({ total: total(budget, top_ups), spent });
  return budget === 0 && top_ups === 0 ? shown.spent : `${shown.spent} / ${shown.total}`;
}

function countIn(facts: Recap, count: number): string {
  return isUnknownCount(count, facts) ? NOTHING : showCount(count);
}

function modelLines({ models, spent, budget, top_ups }: Recap): string {
  const named = models.slice(0, MODELS_SHOWN).map(({ model, cost }) => [model, cost] as const);
  const rows = withOthers(named, spent);
  const costs = rows.map(([, cost]) => cost);
  return shownParts({ total: total(budget, top_ups), spent }, costs)
    .map(({ cost, share }, index) => `${harmless(rows[index]?.[0] ?? "", 80)}: ${cost} (${showPercent(share)})`)
    .join("\n");
}

function adjustmentLines({ count, last }: NonNullable<Recap["adjustments"]>): string {
  const lines = last.map(({ what, actor, reason }) => harmless(`${what} by ${actor}: ${reason}`, 180));
  return [...(count > last.length ? [`${showCount(count)}, the last ones:`] : []), ...lines].join("\n");
}

function budgetLines(budgets: NonNullable<Recap["budgets"]>): string {
  return budgets
    .slice(0, BUDGETS_SHOWN)
    .map(({ name, spent, tokens }) => `${harmless(name, 80)}: ${showUsd(spent)}, ${showQuantity("tokens", tokens)}`)
    .join("\n");
}

/** "ai-pr, run 4711: $1.20", with a link. */
function runLines(runs: NonNullable<Recap["top_runs"]>): string {
  return runs
    .slice(0, RUNS_SHOWN)
    .map(({ profile, run, url, cost }) => {
      const name = profile === undefined ? [] : [harmless(profile, 80)];
      const page = run === undefined ? [] : [linkTo(`run ${run}`, url, MAX_RUN_LINK_LENGTH) ?? `run ${run}`];
      const both = [...name, ...page].join(", ");
      return `${both === "" ? "At a terminal" : both}: ${showUsd(cost)}`;
    })
    .join("\n");
}

function comparison(spent: NanoUsd, before: NanoUsd): string {
  const change = total(spent, -before as NanoUsd);
  const share = before > 0 ? `, ${change > 0 ? "+" : ""}${showPercent((change / before) * 100)}` : "";
  return `${showSpent(before)} (${showChange(change)}${share})`;
}

/** Two amounts of a file anyone may edit, added for display: the sum stops at the largest amount. */
function total(a: NanoUsd, b: NanoUsd): NanoUsd {
  return nanoUsd(Math.max(-MAX_NANO_USD, Math.min(MAX_NANO_USD, a + b)));
}
