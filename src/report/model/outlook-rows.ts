import type { Efficiency } from "../../insight/efficiency.ts";
import type { Outlook } from "../../insight/outlook.ts";
import type { PartOutlook } from "../../insight/part-outlook.ts";
import { scoreText } from "../../insight/score-text.ts";
import type { SpanName } from "../../insight/spans.ts";
import { type NanoUsd, showUsd } from "../../values/money.ts";
import { dayOf, epochOf, type Instant } from "../../values/month.ts";
import { showPercent } from "../../values/percent.ts";
import { shownAmounts, showQuantity } from "../../values/quantity.ts";
import { showCount, showDate, showDay, showHours, showNumber } from "../../values/show.ts";
import type { BudgetRow } from "../markdown/budget-table.ts";
import type { FigureRow } from "./figure-rows.ts";
import { shortForecast } from "./forecast-text.ts";

/** A table as plain texts. */
export type TextTable = {
  readonly columns: readonly { readonly heading: string; readonly align?: "left" | "right" }[];
  readonly rows: readonly (readonly string[])[];
};

const HOUR_MS = 3_600_000;
const right = "right" as const;

/** The instant and time zone of the paces; a page that must not depend on them shows none. */
type Clock = { readonly now: Instant; readonly timezone: string };

/** A sub-budget as a row next to the month's; its name includes its period unless it is the month. */
export function partRow(part: PartOutlook, clock?: Clock): BudgetRow {
  const { total: limit, spent, held, remaining } = shownAmounts(part.unit, part);
  const period = part.period === "none" ? "no end" : part.period;
  return {
    name: /^\d{4}-\d\d$/.test(period) ? part.name : `${part.name} (${period})`,
    ...{ limit, spent, held, remaining },
    percentUsed: part.percentUsed,
    health: part.health,
    pace: clock === undefined ? undefined : paceOf(part, clock),
  };
}

/** Every sub-budget for a terminal, one row each. */
export function budgetsTable(budgets: readonly PartOutlook[], clock: Clock): TextTable {
  return {
    columns: [
      { heading: "Sub-budget" },
      { heading: "Limit", align: right },
      { heading: "Spent", align: right },
      { heading: "Held", align: right },
      { heading: "Remaining", align: right },
      { heading: "Used", align: right },
      { heading: "Health" },
      { heading: "Forecast" },
    ],
    rows: budgets.map((part) => {
      const row = partRow(part, clock);
      const { name, limit, spent, held, remaining, percentUsed, health, pace = "" } = row;
      return [name, limit, spent, held, remaining, showPercent(percentUsed), health, pace];
    }),
  };
}

/** When it passes its next alert and its limit, and what its period comes to. */
function paceOf(part: PartOutlook, clock: Clock): string {
  const { nextAlert: alert, goneAt: gone, limit, spent, unit, projected } = part;
  if (spent >= limit) return "used up";
  const said = [
    ...(alert === null ? [] : [`${alert.percent}% ${whenOf(alert.at, clock)}`]),
    ...(gone === null ? [] : [`used up ${whenOf(gone, clock)}`]),
  ];
  const end = projected === null || projected === spent ? "" : `; ${showQuantity(unit, projected)} at its end`;
  return `${said.length === 0 ? "lasts" : said.join(", ")}${end}`;
}

function whenOf(at: Instant, { now, timezone }: Clock): string {
  const [day, today] = [dayOf(at, timezone), dayOf(now, timezone)];
  if (day === today) return at <= now ? "now" : `in ${showHours((epochOf(at) - epochOf(now)) / HOUR_MS)}`;
  return `on ${showDay(day)}${day.slice(0, 4) === today.slice(0, 4) ? "" : ` ${day.slice(0, 4)}`}`;
}

/** Cost per execution, pull request and outcome in every budget, against the policy's targets. */
export function efficiencyTable(budgets: readonly PartOutlook[]): TextTable {
  return {
    columns: [
      { heading: "Budget" },
      { heading: "Per" },
      { heading: "Count", align: right },
      { heading: "Cost", align: right },
      { heading: "Tokens", align: right },
      { heading: "Target" },
    ],
    rows: budgets.flatMap(({ name, efficiency }) =>
      efficiency.map((one) => [
        name,
        one.per === "pr" ? "pull request" : one.per,
        showNumber(one.count),
        showUsd(one.cost),
        showCount(one.tokens),
        targetOf(one),
      ]),
    ),
  };
}

function targetOf({ target, isMet }: Efficiency): string {
  if (target === undefined) return "–";
  return `${showQuantity(target.unit, target.amount)}, ${isMet === true ? "met" : "missed"}`;
}

/** How well each profile's last executions were predicted. */
export function predictionTable({ predictions }: Outlook): TextTable {
  return {
    columns: [
      { heading: "Profile" },
      { heading: "Runs", align: right },
      { heading: "Within ±20%", align: right },
      { heading: "Within its hold", align: right },
    ],
    rows: predictions.map(({ profile, runs, within, covered }) => [
      profile,
      showCount(runs),
      showPercent(100 * within),
      showPercent(100 * covered),
    ]),
  };
}

export const SPAN_LABELS: Readonly<Record<SpanName, string>> = {
  today: "All of today",
  next7Days: "In 7 days",
  next30Days: "In 30 days",
  month: "This month",
  nextMonth: "Next month",
  quarter: "This quarter",
  year: "This year",
};

/** What to show besides the month's figures. */
export function outlookRows(outlook: Outlook): FigureRow[] {
  const { unallocated, books, largeRuns: large } = outlook;
  return [
    ...todayRow(outlook.today),
    ...(unallocated === null ? [] : [{ label: "Unallocated", value: unallocatedText(unallocated) }]),
    ...(outlook.budgets.some(({ forecast }) => forecast !== null)
      ? [{ label: "Sub-budgets", value: "by the month: each one's share of the month's forecast" }]
      : []),
    ...(large === null ? [] : [{ label: "Large runs", value: showCount(large) }]),
    ...(books === null ? [] : [{ label: "Of what was spent", value: booksText(books) }]),
    ...outlook.spans
      // The month has its own sentence, and a pace of nothing says nothing.
      .filter(({ span, forecast }) => span !== "month" && (forecast.kind === "ranges" || forecast.point !== 0))
      .map(({ span, forecast, since }) => {
        const begins = since === undefined ? "" : ` (the books begin on ${showDate(since)})`;
        return { label: SPAN_LABELS[span], value: `${shortForecast(forecast)}${begins}` };
      }),
    ...(outlook.score === null ? [] : [{ label: "Forecasts", value: scoreText(outlook.score) }]),
  ];
}

/** Of a day without charges of which nothing is known there is nothing to say. */
function todayRow(today: Outlook["today"]): FigureRow[] {
  return today.range === null && today.spent === 0 ? [] : [{ label: "Today", value: todayText(today) }];
}

/** "$1.20; $3.20 is usual, up to $6.10", "$9.30, above the usual $3.20 up to $6.10 (critical)". */
function todayText({ spent, range, severity }: Outlook["today"]): string {
  if (range === null) return `${showUsd(spent)}; what is usual is known after ten days`;
  return severity === null
    ? `${showUsd(spent)}; ${showUsd(range.expected)} is usual, up to ${showUsd(range.upper)}`
    : `${showUsd(spent)}, above the usual ${showUsd(range.expected)} up to ${showUsd(range.upper)} (${severity})`;
}

function unallocatedText(amount: NanoUsd): string {
  return amount < 0
    ? `none: the limits promise ${showUsd(-amount as NanoUsd)} more than the month has`
    : showUsd(amount);
}

function booksText({ estimated, unpriced, untagged }: NonNullable<Outlook["books"]>): string {
  const tags = untagged === null ? "" : `, ${showPercent(untagged)} without tags`;
  return `${showPercent(estimated)} estimated, ${showPercent(unpriced)} without a model${tags}`;
}
