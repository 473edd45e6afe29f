import { alertText } from "../../books/alerts/alert-text.ts";
import { isOpen } from "../../books/alerts/resolve.ts";
import type { Alert, Severity } from "../../books/notify-keys.ts";
import { pausedSentence } from "../../books/pause-text.ts";
import type { Dimension } from "../../insight/attribution/query.ts";
import type { Dashboard } from "../../insight/dashboard/dashboard.ts";
import { COLUMN, PIECE, PIECE_WIDTH, PIECES, type RunTable } from "../../insight/dashboard/run-columns.ts";
import { allOf, lastOf, tableOf } from "../../insight/dashboard/runs.ts";
import type { PartOutlook } from "../../insight/part-outlook.ts";
import { bounded, showUsd } from "../../values/money.ts";
import { showPercent } from "../../values/percent.ts";
import { shownAmounts } from "../../values/quantity.ts";
import { ageText, showCount, showDay, showInstant } from "../../values/show.ts";
import { partRow } from "../model/outlook-rows.ts";
import { EMPTY, foreign, type Html, html } from "./html.ts";
import { bar, type Column, chip, healthChip, table } from "./parts.ts";
import { type Links, UNKNOWN } from "./report-table.ts";

const TONES: Readonly<Record<Severity, string>> = { info: "", warning: "warn", critical: "bad", emergency: "bad" };

/** What mostly says who spent: the first tag that the policy requires, any other tag, or the activity. */
export function mainDimension({ requiredTags, tags }: Dashboard): Dimension {
  const wanted = [...requiredTags, "team", "division", "agent", ...tags].find((tag) => tags.includes(tag));
  return wanted === undefined ? "activity" : `tag:${wanted}`;
}

/** What a reader has to know first: no books, a pause, money that is gone. */
export function notices(dashboard: Dashboard): Html {
  const { isNew, place, state, figures, report, spans } = dashboard;
  if (isNew)
    return html`<p class="notice">There are no books in ${foreign(place, 120)} yet: the first check or record creates them.</p>`;
  const [month] = spans.months;
  const imported = month && report(month, []).importedUntil;
  const isReset = state.history.some(({ month: closed, closed: how }) => closed === figures.month && how === "reset");
  return html`${state.paused === undefined ? undefined : html`<p class="notice">${foreign(pausedSentence(state.paused, state.timezone), 400)}</p>`}${
    figures.health === "blocked"
      ? html`<p class="notice bad">The money is used up: the next run no longer fits. The budget resets on ${showInstant(figures.resetsAt, state.timezone)}.</p>`
      : undefined
  }${imported === undefined ? undefined : html`<p class="notice">What was spent before ${showDay(imported)} was imported as a sum: its days, models and runs aren't known.</p>`}${isReset ? html`<p class="notice">The month was reset: what is spent and left counts since then; tables from the ledger count the whole month.</p>` : undefined}`;
}

/** The alerts that are open, the newest first, with their age; a sentence if there are none. */
export function alertTable({ alerts, state, now }: Dashboard, wanted: (alert: Alert) => boolean = () => true): Html {
  const open = alerts.filter(
    (alert) => isOpen(alert) && (state.alerts ?? []).some(({ id, at }) => id === alert.id && at === alert.at),
  );
  const shown = open.filter(wanted).reverse();
  if (shown.length === 0) return html`<p>None is open.</p>`;
  return table({
    caption: "Open alerts, newest first",
    isCaptionHidden: true,
    columns: [
      { heading: "What" },
      { heading: "Severity" },
      { heading: "Age", right: true },
      { heading: "Alert", less: true },
      { heading: "Taken on by", less: true },
    ],
    rows: shown.map((alert) => [
      foreign(alertText(alert), 300),
      chip(alert.severity, TONES[alert.severity]),
      ageText(alert.at, now),
      alert.id,
      alert.acknowledged === undefined
        ? html`<span class="muted">nobody${alert.escalated_at === undefined ? "" : ", escalated"}</span>`
        : foreign(alert.acknowledged.by),
    ]),
  });
}

/** Every sub-budget with what is used of it and where it is heading, the fullest first. */
export function budgetTable({ outlook, now, state }: Dashboard, links: Links): Html {
  const parts = [...outlook.budgets].sort((a, b) => b.percentUsed - a.percentUsed || (a.name < b.name ? -1 : 1));
  return table({
    caption: "Sub-budgets, the fullest first",
    isCaptionHidden: true,
    columns: [
      { heading: "Sub-budget" },
      { heading: "Used" },
      { heading: "Spent", right: true },
      { heading: "Limit", right: true, less: true },
      { heading: "Held", right: true, less: true },
      { heading: "Left", right: true, less: true },
      { heading: "Forecast", less: true },
    ],
    rows: parts.map((part) => {
      const row = partRow(part, { now, timezone: state.timezone });
      return [
        html`<a href="${links.up}${links.budgets.get(part.name)}">${foreign(row.name)}</a>`,
        html`${percentText(part)} ${bar({ used: part.percentUsed, held: part.percentHeld, pace: pacePercent(part) })}`,
        row.spent,
        row.limit,
        row.held,
        row.remaining,
        row.pace ?? UNKNOWN,
      ];
    }),
  });
}

/** "93.0%"; of a limit of nothing there is no share. */
export function percentText({ limit, percentUsed }: Pick<PartOutlook, "limit" | "percentUsed">): string {
  return limit > 0 ? showPercent(percentUsed) : "no limit left";
}

/** What the pace comes to at the period's end, in percent of the limit. */
export function pacePercent({ projected, limit }: Pick<PartOutlook, "projected" | "limit">): number | undefined {
  return projected === null || limit <= 0 ? undefined : (100 * projected) / limit;
}

/** A sub-budget's figures: spent, limit, left. */
export function partTexts(part: PartOutlook) {
  return { ...shownAmounts(part.unit, part), health: healthChip(part.health) };
}

/** The newest bookings that fit, each with its page; nothing if there are none. */
export function lastRuns(dashboard: Dashboard, count: number, ofBudget?: string): Html {
  const newest = lastOf(dashboard.runs.months.map(allOf), { count, budget: ofBudget });
  if (newest.length === 0) return EMPTY;
  return table({
    caption: "The newest runs",
    isCaptionHidden: true,
    columns: RUN_COLUMNS,
    rows: runRows(tableOf(newest)),
  });
}

/** The columns of runs; those with a name can be sorted. */
export const RUN_COLUMNS: readonly (Column & { readonly sort?: string })[] = [
  { heading: "When", sort: "time" },
  { heading: "Cost", right: true, sort: "cost" },
  { heading: "Profile", sort: "profile" },
  { heading: "Model", less: true, sort: "model" },
  { heading: "Tags", less: true },
  { heading: "Tokens", right: true, less: true, sort: "tokens" },
  { heading: "Result", sort: "result" },
  { heading: "Run", right: true, less: true },
];

/** Runs as rows of cells, in their order. */
export function runRows({ texts, rows, tags }: RunTable): (Html | string)[][] {
  const text = (at: number | undefined) => (at === undefined || at < 0 ? undefined : texts[at]);
  return rows.map((row) => {
    const run = runOf(row, text);
    return [
      run.page === undefined ? run.when : html`<a href="${run.page}">${run.when}</a>`,
      showUsd(bounded(row[COLUMN.cost] ?? 0)),
      foreign(run.profile),
      foreign(run.models, 80),
      foreign(tagsText(tags[row[COLUMN.tags] ?? -1], text), 80),
      run.tokens,
      run.result,
      run.id,
    ];
  });
}

function tagsText(list: readonly number[] | undefined, text: (at: number) => string | undefined): string {
  const names = (list ?? []).map(text);
  return names.flatMap((name, index) => (index % 2 === 0 ? [`${name}=${names[index + 1]}`] : [])).join(", ");
}

const DAY_MS = 86_400_000;

function runOf(row: readonly number[], text: (at: number | undefined) => string | undefined) {
  const day = new Date((row[COLUMN.day] ?? 0) * DAY_MS).toISOString().slice(0, 10);
  const minute = row[COLUMN.minute] ?? 0;
  const time = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const pieces = piecesIn(row);
  const page = text(row[COLUMN.page]);
  const id = row[COLUMN.run] ?? -1;
  const [input = -1, output = -1] = [row[COLUMN.input], row[COLUMN.output]];
  return {
    when: `${showDay(day)} ${day.slice(0, 4)}, ${time}`,
    profile: text(row[COLUMN.profile]) ?? text(row[COLUMN.kind]) ?? "",
    models: [...new Set(pieces.map(({ model }) => text(model)))].join(", "),
    tokens: input < 0 ? UNKNOWN : showCount(input + output),
    result: text(pieces.find(({ result }) => result >= 0)?.result) ?? text(row[COLUMN.kind]) ?? UNKNOWN,
    page: page === undefined || id < 0 ? undefined : `${page}/actions/runs/${id}`,
    id: id < 0 ? UNKNOWN : String(id),
  };
}

function piecesIn(row: readonly number[]): { model: number; result: number }[] {
  const found: { model: number; result: number }[] = [];
  for (let at = PIECES; at < row.length; at += PIECE_WIDTH) {
    found.push({ model: row[at + PIECE.model] ?? -1, result: row[at + PIECE.result] ?? -1 });
  }
  return found;
}
