import type { Admission } from "../../books/answer.ts";
import { estimatedShare } from "../../books/estimated-share.ts";
import { shownFigures } from "../../books/figures.ts";
import type { Pace } from "../../forecast/pace.ts";
import { nanoUsd, plus, showUsd } from "../../values/money.ts";
import type { Instant } from "../../values/month.ts";
import { showPercent } from "../../values/percent.ts";
import { showCount, showDay, showHours, showInstant, showMany, showNumber, showWait } from "../../values/show.ts";
import { isUnknownCount, shownTotal } from "../../values/shown-money.ts";
import { HEALTH_MARKS } from "../bar.ts";
import { ABOUT } from "./estimated-text.ts";
import type { MonthView } from "./view.ts";

const SPREAD_DAYS = 2;

/** A figure with its name, both plain text of our own making. */
export type FigureRow = { readonly label: string; readonly value: string };

/** The month's figures in the books; nothing here depends on when they are read. */
export function figureRows({ figures, state }: Pick<MonthView, "figures" | "state">): FigureRow[] {
  const { budget, topUps, openHolds: holds } = figures;
  const { spent, held, remaining } = shownFigures(figures);
  return [
    { label: "Budget", value: shownTotal({ ...figures, total: plus(budget, topUps) }, topUps) },
    { label: "Spent", value: `${spent} (${showPercent(figures.percentUsed)})` },
    { label: "Held", value: holds === 0 ? held : `${held} (${showMany(holds, "hold")})` },
    { label: "Remaining", value: remaining },
    { label: "Health", value: HEALTH_MARKS[figures.health] },
    { label: "Executions", value: countOf(figures, figures.executions) },
    { label: "Pull requests", value: countOf(figures, figures.prs) },
    ...estimatedRows(state),
  ];
}

/** Figures next to the month's money: what was done with it and what can still be done. */
export function executionRows({ figures, state }: Pick<MonthView, "figures" | "state">, pace?: Pace): FigureRow[] {
  return [
    { label: "Executions", value: countOf(figures, figures.executions) },
    ...marked(state, costPerExecution(figures)),
    { label: "PRs", value: countOf(figures, figures.prs) },
    ...marked(state, costPerPr(figures)),
    ...estimatedRows(state),
    ...(pace === undefined || isEmptyMonth(figures) ? [] : marked(state, [burnRow(pace), leftRow(pace)])),
  ];
}

/** Where the month is heading, seen from `now`. */
export function aheadRows({ ahead, pace, figures, state }: MonthView, now: Instant): FigureRow[] {
  return [
    { label: "Resets in", value: showWait(now, figures.resetsAt) },
    resetRow({ figures, state }),
    ...(isEmptyMonth(figures)
      ? []
      : marked(state, [
          burnRow(pace),
          { label: "Forecast", value: monthEndText({ ahead, figures }) },
          averageRow(pace),
          ...costPerPr(figures),
          leftRow(pace),
        ])),
  ];
}

/** Whether nothing was booked yet: there is no pace, and nothing to draw. */
export function isEmptyMonth({ spent, executions }: Pick<MonthView["figures"], "spent" | "executions">): boolean {
  return spent === 0 && executions === 0;
}

function countOf(figures: MonthView["figures"], count: number): string {
  return isUnknownCount(count, figures) ? "–" : showCount(count);
}

function marked(state: MonthView["state"], rows: readonly FigureRow[]): readonly FigureRow[] {
  return rows.map(({ label, value }) => ({ label, value: aboutText(state, value) }));
}

/** A pace or an average, marked if it is based on many estimates. */
export function aboutText(state: MonthView["state"], text: string): string {
  return estimatedShare(state) !== undefined && /\d/.test(text) ? `${ABOUT}${text}` : text;
}

function estimatedRows({ estimated }: MonthView["state"]): FigureRow[] {
  return estimated === undefined || estimated === 0 ? [] : [{ label: "By estimate", value: showUsd(estimated) }];
}

function burnRow({ burnRate }: Pace): FigureRow {
  return { label: "Burn rate", value: `${showUsd(burnRate)} a day` };
}

function averageRow({ averageCost: average }: Pace): FigureRow {
  return { label: "Average cost", value: average === null ? "none yet" : `${showUsd(average)} per execution` };
}

function leftRow({ executionsLeft: left, affordablePerDay: perDay, hoursBetween: hours, daysLeft }: Pace): FigureRow {
  // In the last days what is left could start every few minutes: that is no advice.
  const spread =
    hours === null || daysLeft < SPREAD_DAYS ? "" : `, ${showNumber(perDay)} a day, one every ${showHours(hours)}`;
  return { label: "Executions left", value: `${showCount(left)}${spread}` };
}

/** Spent per pull request; nothing if there is none. */
export function costPerPr({ spent, prs }: MonthView["figures"]): FigureRow[] {
  return prs > 0 && spent > 0 ? [{ label: "Cost per PR", value: showUsd(nanoUsd(Math.round(spent / prs))) }] : [];
}

function costPerExecution({ spent, executions }: MonthView["figures"]): FigureRow[] {
  return executions > 0 && spent > 0
    ? [{ label: "Average cost", value: showUsd(nanoUsd(Math.round(spent / executions))) }]
    : [];
}

/** What the decision was based on; nothing if none was made. */
export function admissionRows(admission: Admission | undefined): FigureRow[] {
  if (admission === undefined) return [];
  const from = admission.coldStart ? " (too few costs so far)" : "";
  return [{ label: "Next execution", value: `${showUsd(admission.estimate)}${from}` }];
}

/** Where the month is heading, in a few words. */
export function monthEndText({ ahead, figures }: Pick<MonthView, "ahead" | "figures">): string {
  const { forecast, goneOn } = ahead;
  if (figures.health === "blocked") return "gone";
  if (forecast.kind === "pace" && forecast.point === forecast.spent) return "no pace yet";
  if (goneOn !== null) return `gone on ${showDay(goneOn)}`;
  return `${showUsd(forecast.point)} by the end of the month`;
}

/** When the month resets, in the budget's time zone: the same whenever it is read. */
export function resetRow({ figures, state }: Pick<MonthView, "figures" | "state">): FigureRow {
  return { label: "Resets on", value: showInstant(figures.resetsAt, state.timezone) };
}
