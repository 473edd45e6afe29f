import { type NanoUsd, percentOf, showUsd, ZERO } from "../../values/money.ts";
import type { Month } from "../../values/month.ts";
import { showPercent } from "../../values/percent.ts";
import { showDay, showMonth } from "../../values/show.ts";
import { shownMoney, showSpent } from "../../values/shown-money.ts";
import type { TextTable } from "../model/outlook-rows.ts";

type Range = { readonly low: NanoUsd; readonly high: NanoUsd };

/** What a day of the month ends with if no run is denied; a pace has no ranges. */
export type AheadDay = {
  /** 1 to 31. */
  readonly day: number;
  readonly point: NanoUsd;
  readonly likely50?: Range | undefined;
  readonly likely80?: Range | undefined;
};

/** Something that happened on a day of the month, or is expected on one: that the money is gone. */
export type MonthEvent = {
  readonly kind: "milestone" | "alert" | "top-up" | GoneKind;
  readonly day: number;
  /** In a few characters: "$5", "75%", "+$2.00", "24 Feb". */
  readonly text: string;
};

/** By the forecast's point, or by the upper edge of its 80 % range. */
export type GoneKind = "likely gone" | "possibly gone";

export function isGone(kind: MonthEvent["kind"]): kind is GoneKind {
  return kind === "likely gone" || kind === "possibly gone";
}

/** "alert 75%"; the day of what is expected is said beside it. */
function namedEvent({ kind, text }: MonthEvent): string {
  return isGone(kind) ? kind : `${kind} ${text}`;
}

export type MonthFacts = {
  readonly month: Month;
  /** What is spent up to the end of each day, from the 1st to the last day that has come. */
  readonly spent: readonly NanoUsd[];
  /** The first day on which the books counted; what was spent before it isn't known. The 1st if it is left out. */
  readonly since?: number | undefined;
  /** The days after them, in their order; empty after the month's end, or while nothing is expected. */
  readonly ahead: readonly AheadDay[];
  readonly budget: NanoUsd;
  /** What of it was booked without its day, as by an import: it is there from the month's beginning. */
  readonly undated?: NanoUsd | undefined;
  /** What was added to the budget. */
  readonly topUps: NanoUsd;
  readonly events: readonly MonthEvent[];
};

/** Budget and top-ups. */
export const totalOf = ({ budget, topUps }: MonthFacts): NanoUsd => Math.max(0, budget + topUps) as NanoUsd;

/** "$9.77 of $15.00 spent in February 2026 (65.1%); $13.90 by its end, 80% likely $12.10 to $16.40". */
export function titleOf(facts: MonthFacts): string {
  const { spent, ahead, month } = facts;
  const total = totalOf(facts);
  const now = spent.at(-1) ?? (0 as NanoUsd);
  const shown = shownMoney({ total, spent: now });
  const end = ahead.at(-1);
  const range =
    end?.likely80 === undefined
      ? " at the pace so far"
      : `, 80% likely ${showUsd(end.likely80.low)} to ${showUsd(end.likely80.high)}`;
  const forecast = end === undefined ? "" : `; ${showUsd(end.point)} by its end${range}`;
  return `${shown.spent} of ${shown.total} spent in ${showMonth(month)} (${showPercent(percentOf(now, total))})${forecast}`;
}

/** The title, what the lines are, and what is marked. */
export function descriptionOf(facts: MonthFacts, title: string): string {
  const { month, spent, since = 1, ahead, events, undated = ZERO } = facts;
  const from = since === 1 ? "" : ` from ${showDay(dayOf(month, since))}`;
  const until = spent.length === 0 ? "" : `${from} up to ${showDay(dayOf(month, spent.length))}`;
  const lines = `Lines over the days of ${showMonth(month)}: dollars spent${until}${ahead.length === 0 ? "" : ", then the forecast"}, and the budget.`;
  const happened = events.slice(0, 20).map((event) => `${namedEvent(event)} on ${showDay(dayOf(month, event.day))}`);
  const imported = undated === 0 ? "" : ` ${undatedText(undated)}.`;
  return `${title}. ${lines}${imported}${happened.length === 0 ? "" : ` Marked: ${happened.join(", ")}.`}`;
}

/** "$12.00 is without a day and counts from the beginning". */
export function undatedText(undated: NanoUsd): string {
  return `${showSpent(undated)} is without a day and counts from the beginning`;
}

function dayOf(month: Month, day: number): string {
  return `${month}-${String(day).padStart(2, "0")}`;
}

/** A row a day. */
export function tableOf({ month, spent, since = 1, ahead, events }: MonthFacts): TextTable {
  const happened = (day: number) =>
    events
      .filter((event) => event.day === day)
      .map(namedEvent)
      .join(", ");
  const range = (one: Range | undefined) => (one === undefined ? "–" : `${showUsd(one.low)} to ${showUsd(one.high)}`);
  const row = (day: number, cells: readonly string[]) => [showDay(dayOf(month, day)), ...cells, happened(day)];
  return {
    columns: [
      { heading: "Day" },
      { heading: "Spent", align: "right" },
      { heading: "Forecast", align: "right" },
      { heading: "50% likely", align: "right" },
      { heading: "80% likely", align: "right" },
      { heading: "Marked" },
    ],
    rows: [
      ...spent.slice(since - 1).map((amount, index) => row(since + index, [showSpent(amount), "", "", ""])),
      ...ahead.map(({ day, point, likely50, likely80 }) =>
        row(day, ["", showUsd(point), range(likely50), range(likely80)]),
      ),
    ],
  };
}
