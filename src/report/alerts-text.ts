import { alertText } from "../books/alerts/alert-text.ts";
import type { Alert, Severity } from "../books/notify-keys.ts";
import { markdownText, plainText } from "../values/foreign-text.ts";
import type { Instant, TimeZone } from "../values/month.ts";
import { ageText, showInstant, showMany } from "../values/show.ts";
import { markdownTable } from "./markdown/table.ts";
import { headed, terminalTable, wrapped } from "./terminal/table.ts";
import type { Terminal } from "./terminal/terminal.ts";

const MAX_ALERTS = 60;
const MARKS: Readonly<Record<Severity, string>> = { info: "🔵", warning: "🟡", critical: "🟠", emergency: "🔴" };

/** When the alerts are looked at; a page that must not depend on it shows when they were raised. */
type Clock = { readonly now?: Instant; readonly timezone: TimeZone };

/** Alerts in markdown, the newest first; empty if there are none. */
export function renderAlerts(alerts: readonly Alert[], clock: Clock): string {
  const { shown, more } = newest(alerts);
  if (shown.length === 0) return "";
  const table = markdownTable(
    columnsFor(shown, clock),
    shown.map((alert) => {
      const [id = "", severity = "", ...rest] = cellsOf(alert, shown, clock);
      return [id, `${MARKS[alert.severity]} ${severity}`, ...rest.map((cell) => markdownText(cell, 80)), textOf(alert)];
    }),
  );
  return `**Alerts**\n\n${table}${more > 0 ? `\n\nand ${showMany(more, "more alert")}` : ""}`;
}

/** Alerts for a terminal, the newest first, each with a line of what it is about; ends with a line break. */
export function renderAlertsTerminal(alerts: readonly Alert[], clock: Clock, terminal: Terminal): string {
  const { shown, more } = newest(alerts);
  const columns = columnsFor(shown, clock).slice(0, -1);
  const rows = shown.map((alert) => cellsOf(alert, shown, clock).map((cell) => plainText(cell, 60)));
  const [heading = "", ...lines] = headed(terminalTable(columns, rows, terminal.width), terminal);
  const listed = lines.flatMap((line, index) => {
    const alert = shown[index];
    return [line, ...(alert === undefined ? [] : aboutLines(alert, terminal))];
  });
  return `${[heading, ...listed, ...(more > 0 ? [`and ${showMany(more, "more alert")}`] : [])].join("\n")}\n`;
}

function aboutLines(alert: Alert, { colors, width }: Terminal): string[] {
  const note = alert.acknowledged?.note;
  const texts = [alertText(alert), ...(note === undefined ? [] : [`Note: ${note}`])];
  return texts.flatMap((text) => wrapped(plainText(text, 400), width, "  ").map((line) => colors.dim(line)));
}

function newest(alerts: readonly Alert[]): { readonly shown: readonly Alert[]; readonly more: number } {
  const shown = [...alerts].reverse().slice(0, MAX_ALERTS);
  return { shown, more: alerts.length - shown.length };
}

function columnsFor(shown: readonly Alert[], { now }: Clock) {
  const headings = ["Alert", "Severity", now === undefined ? "Raised" : "Age", "Acknowledged by"];
  return [...headings, ...(hasResolved(shown) ? ["Resolved"] : []), "What"].map((heading) => ({ heading }));
}

function cellsOf(alert: Alert, shown: readonly Alert[], { now, timezone }: Clock): string[] {
  const { id, severity, at, resolved_at: resolved } = alert;
  const raised = now === undefined ? showInstant(at, timezone) : ageText(at, now);
  const ended = resolved === undefined ? "–" : showInstant(resolved, timezone);
  return [id, severity, raised, takerOf(alert), ...(hasResolved(shown) ? [ended] : [])];
}

function hasResolved(shown: readonly Alert[]): boolean {
  return shown.some(({ resolved_at }) => resolved_at !== undefined);
}

function takerOf({ acknowledged, escalated_at }: Alert): string {
  if (acknowledged !== undefined) return acknowledged.by;
  return escalated_at === undefined ? "nobody" : "nobody, escalated";
}

function textOf(alert: Alert): string {
  const note = alert.acknowledged?.note;
  return markdownText(note === undefined ? alertText(alert) : `${alertText(alert)} Note: ${note}`, 400);
}
