import type { Bridge, Driver, GroupFigures, Report, ReportRow, Trend } from "../insight/attribution/report.ts";
import { showSpan } from "../values/date-span.ts";
import { type NanoUsd, percentOf, showUsd, ZERO } from "../values/money.ts";
import type { Day } from "../values/month.ts";
import { showPercent } from "../values/percent.ts";
import { showDate, showMany } from "../values/show.ts";
import { shownParts, showSpent, signed } from "../values/shown-money.ts";

/** A report that a command has made of a place's books, and whether these know the period. */
export type Reported = {
  readonly report: Report;
  readonly isKnown: boolean;
  /** Whether there are books, and whether they have a ledger. */
  readonly books: "known" | "none" | "of version 1.0";
  readonly place: string;
};

/** The report in one sentence, as plain text: period, cost, change, and the row that moved it most. */
export function reportSentence(reported: Reported): string {
  const { report, isKnown } = reported;
  if (!isKnown) return unknownText(reported);
  const { query, total, before } = report;
  const name = `${showSpan(query.period)}${isRunning(report) ? " so far" : ""}`;
  const done = total.executions === undefined ? "" : ` on ${showMany(total.executions, "execution")}`;
  const said = isNothing(total) ? `${name} cost nothing` : `${name} cost ${showSpent(total.cost)}${done}`;
  return before === undefined || query.compare === undefined
    ? `${said}.`
    : `${said}, ${changeText(report, before)} ${showSpan(query.compare)}${driverText(report)}.`;
}

/** The parts of a change, which add up to it as they are shown: "volume +$1.50, mix -$3.00, price +$0.50". */
export function bridgeText({ change, volume, mix, price }: Bridge): string {
  const names = ["volume", "mix", "price"];
  const parts = shownParts({ total: change, spent: change }, [volume, mix, price]);
  const shown = parts.map(({ cost }, index) => `${names[index]} ${signed(cost)}`);
  return `Change ${signed(showSpent(change))}: ${shown.join(", ")}.`;
}

/** What a day costs on average, and where that leads; empty where nothing of it is known. */
export function trendText({ until, averages, growth, direction }: Trend): string {
  const known = ([7, 30, 90] as const).flatMap((days) => {
    const amount = averages[days];
    if (amount === undefined) return [];
    const shown = showUsd(amount);
    return [days === 7 ? `${shown} on average over the 7 days up to ${showDate(until)}` : `${shown} over ${days} days`];
  });
  if (known.length === 0) return "";
  const average = `A day costs ${known.join(", ")}.`;
  if (growth === undefined) return average;
  const range = `80% range: ${signedPercent(growth.low)} to ${signedPercent(growth.high)}`;
  return `${average} ${TRENDS[direction]}: ${signedPercent(growth.point)} a month (${range}).`;
}

const TRENDS: Readonly<Record<Trend["direction"], string>> = {
  rising: "It is rising",
  falling: "It is falling",
  steady: "It is steady",
  unknown: "Where it leads isn't clear",
};

/** What people should know about a report besides its figures. */
export function reportNotes({ report, isKnown }: Reported): string[] {
  const { query, before, since, importedUntil, beforeImportedUntil, isOverlapping } = report;
  const { period, compare } = query;
  if (!isKnown) return [];
  const isCut = since !== undefined && since > period.from;
  const unknown = compare !== undefined && before === undefined;
  return [
    ...(isCut ? [`The books begin on ${showDate(since)}: what was spent before isn't known.`] : []),
    ...(unknown ? [`The books have nothing of ${showSpan(compare)}: there is nothing to compare with.`] : []),
    ...(compare !== undefined && before !== undefined && !isCut && since !== undefined
      ? [`The books begin on ${showDate(since)}: ${showSpan(compare)} isn't known as a whole.`]
      : []),
    ...(compare !== undefined && before !== undefined && isRunning(report)
      ? [`${showSpan(period)} isn't over: it is compared with the whole of ${showSpan(compare)}.`]
      : []),
    ...[importedUntil, beforeImportedUntil].flatMap((day) => (day === undefined ? [] : [importedText(day)])),
    ...(isOverlapping
      ? ["A run counts in every sub-budget that it belongs to: the rows overlap and don't add up to the total."]
      : []),
  ];
}

function importedText(until: Day): string {
  return `What was spent before ${showDate(until)} was imported: only its sums are known, and it is left out where the span has only some of its days.`;
}

function unknownText({ report, books, place }: Reported): string {
  const { period, today } = report.query;
  if (books === "none") return `No books yet in ${place}: the first check or record creates them.`;
  if (books !== "known") {
    return `The books in ${place} are of version 1.0, which has no ledger: the next check or record imports them.`;
  }
  if (period.from > today) return `${showSpan(period)} hasn't begun.`;
  const since = report.since === undefined ? "" : ` They begin on ${showDate(report.since)}.`;
  return `The books have nothing of ${showSpan(period)}.${since}`;
}

function changeText({ total }: Report, before: GroupFigures): string {
  const change = (total.cost - before.cost) as NanoUsd;
  if (change === ZERO) return "as much as";
  const percent = before.cost > 0 ? ` (${showPercent(Math.abs(percentOf(change, before.cost)))})` : "";
  return `${showSpent(change).replace("-", "")}${percent} ${change > 0 ? "more" : "less"} than`;
}

function driverText({ driver, query, total, before }: Report): string {
  if (driver === undefined || before === undefined || total.cost === before.cost) return "";
  return `: ${movedText(driver, subjectOf(driver.row, query.by))} (${signed(showUsd(driver.amount))})`;
}

function movedText({ how, share = 0, change }: Driver, subject: string): string {
  const percent = share === 0 ? "" : ` ${showPercent(Math.abs(100 * share))}`;
  switch (how) {
    case "volume":
      return `${subject} ran${percent} ${share < 0 ? "less" : "more"} often`;
    case "price":
      return `a run of ${subject} cost${percent} ${change < 0 && share <= 0 ? "less" : "more"}`;
    case "new":
      return `${subject} is new`;
    case "gone":
      return `${subject} is gone`;
    default:
      return `${subject} cost ${change < 0 ? "less" : "more"}`;
  }
}

/** A row as the subject of a sentence. */
function subjectOf({ key }: ReportRow, by: Report["query"]["by"]): string {
  if (key.every((value) => value === null)) return `what has no ${by.map(plainName).join(" or ")}`;
  return key.map((value, index) => value ?? `no ${plainName(by[index] ?? "")}`).join(" · ");
}

/** A dimension in the middle of a sentence. */
export function plainName(dimension: string): string {
  if (dimension === "pr") return "pull request";
  return dimension === "budget" ? "sub-budget" : dimension.replace(/^tag:/, "");
}

/** Whether the period isn't over. */
function isRunning({ query }: Report): boolean {
  return query.period.to >= query.today;
}

function isNothing({ cost, executions }: GroupFigures): boolean {
  return cost === ZERO && executions === 0;
}

function signedPercent(share: number): string {
  return `${share > 0 ? "+" : ""}${showPercent(100 * share)}`;
}
