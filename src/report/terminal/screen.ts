import type { Note } from "../../books/draft.ts";
import { renderAlertsTerminal } from "../alerts-text.ts";
import { expiredHolds, renderExpiredTerminal } from "../expired-holds.ts";
import { renderFindingsTerminal } from "../findings-text.ts";
import type { BooksView, MonthView } from "../model/view.ts";
import { renderRecapTerminal } from "../recap-text.ts";
import { renderReportTerminal } from "../report-text.ts";
import { renderStatementsTerminal } from "../statement-text.ts";
import { renderUsageTerminal } from "../usage-text.ts";
import { renderDifferencesTerminal } from "../verify-text.ts";
import type { View } from "../view.ts";
import { renderHolds, renderLine, renderShort, renderTerminal } from "./answer.ts";
import { renderOutlookTerminal } from "./outlook.ts";
import { wrappedWhole } from "./table.ts";
import { MARKS, type Terminal } from "./terminal.ts";

const USUAL_WIDTH = 80;

/** Everything; the sentence, the bar and what to do next; or one line. Status shows everything in any case. */
export type ScreenForm = "full" | "short" | "line";

/** A command's view for a terminal; ends with a line break. */
export function renderScreen(view: View, asked: Terminal, form: ScreenForm = "full"): string {
  const terminal = { ...asked, width: Number.isFinite(asked.width) ? asked.width : USUAL_WIDTH };
  if (form === "line" && "month" in view && view.month !== null && view.tone !== "bad") return renderLine(view, asked);
  if ("recap" in view) return renderRecapTerminal(view.recap, terminal);
  if ("report" in view) return renderReportTerminal(view, terminal);
  if ("statements" in view) return renderStatementsTerminal(view, terminal);
  if ("usage" in view) return renderUsageTerminal(view, terminal);
  return "month" in view ? booksScreen(view, terminal, form) : renderFindingsTerminal(view.findings, terminal);
}

/** A note for a terminal, in as many columns as it has; ends with a line break. */
export function renderNote({ level, text }: Note, { width }: Terminal): string {
  const mark = level === "warning" ? MARKS.warn : "·";
  const [first = "", ...copied] = text.split("\n");
  // What follows are lines to copy.
  return `${[...wrappedWhole(first, width, `${mark} `), ...copied.map((line) => `  ${line}`)].join("\n")}\n`;
}

/** Notes go to the error output, after the picture. */
function booksScreen(view: BooksView, terminal: Terminal, form: ScreenForm): string {
  const { differences = [], month } = view;
  const isShort = form !== "full" && month?.outlook === undefined;
  if (differences.length > 0) return differencesScreen(view, terminal, isShort);
  const alerts = month === null ? [] : alertParts(month, view, terminal);
  if (isShort) return [renderShort(view, terminal), ...alerts, ...waitingHolds(view, terminal)].join("\n");
  return [
    renderTerminal({ ...view, notes: [] }, terminal),
    ...alerts,
    ...(month === null ? [] : outlookParts(month, view, terminal)),
  ].join("\n");
}

function alertParts({ state }: MonthView, { alerts = [], now }: BooksView, terminal: Terminal): string[] {
  return alerts.length === 0 ? [] : [renderAlertsTerminal(alerts, { now, timezone: state.timezone }, terminal)];
}

/** What differs comes first. */
function differencesScreen(view: BooksView, terminal: Terminal, isShort: boolean): string {
  const answer = renderShort({ ...view, month: null }, terminal);
  const table = renderDifferencesTerminal(view.differences ?? [], terminal);
  return [answer, table, ...(isShort ? [] : [renderTerminal({ ...view, notes: [] }, terminal)])].join("\n");
}

/** The open holds that leave a run no room. */
function waitingHolds(view: BooksView, terminal: Terminal): string[] {
  const isWaiting = view.admission?.reason === "insufficient" && view.booked === undefined;
  const holds = view.month?.state.holds ?? [];
  return isWaiting && holds.length > 0 ? [renderHolds(holds, view, terminal)] : [];
}

/** The books as a whole, if the command is about them: where they are heading, and what is held and has expired. */
function outlookParts({ state, outlook }: MonthView, view: BooksView, terminal: Terminal): string[] {
  if (outlook === undefined) return [];
  const { now } = view;
  const { timezone, holds } = state;
  const expired = expiredHolds(state, now, "seven days");
  const whole = renderOutlookTerminal(outlook, { now, timezone }, terminal);
  return [
    ...(whole === "" ? [] : [whole]),
    ...(holds.length === 0 ? [] : [renderHolds(holds, view, terminal)]),
    ...(expired.length === 0 ? [] : [renderExpiredTerminal(expired, timezone, terminal)]),
  ];
}
