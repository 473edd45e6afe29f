import { expiredHolds, renderExpiredTerminal } from "../expired-holds.ts";
import { renderFindingsTerminal } from "../findings-text.ts";
import type { BooksView, MonthView } from "../model/view.ts";
import { renderRecapTerminal } from "../recap-text.ts";
import { renderUsageTerminal } from "../usage-text.ts";
import { renderDifferencesTerminal } from "../verify-text.ts";
import type { View } from "../view.ts";
import { renderHolds, renderTerminal } from "./answer.ts";
import { renderOutlookTerminal } from "./outlook.ts";
import type { Terminal } from "./terminal.ts";

/** A command's view for a terminal; ends with a line break. */
export function renderScreen(view: View, terminal: Terminal): string {
  if ("recap" in view) return renderRecapTerminal(view.recap, terminal);
  if ("usage" in view) return renderUsageTerminal(view, terminal);
  return "month" in view ? booksScreen(view, terminal) : renderFindingsTerminal(view.findings, terminal);
}

/** Notes go to the error output, after the picture. */
function booksScreen(view: BooksView, terminal: Terminal): string {
  const { differences = [], month } = view;
  return [
    renderTerminal({ ...view, notes: [] }, terminal),
    ...(differences.length === 0 ? [] : [renderDifferencesTerminal(differences, terminal)]),
    ...(month === null ? [] : outlookParts(month, view.now, terminal)),
  ].join("\n");
}

/** The books as a whole, if the command is about them: where they are heading, and what is held and has expired. */
function outlookParts({ state, outlook }: MonthView, now: BooksView["now"], terminal: Terminal): string[] {
  if (outlook === undefined) return [];
  const { timezone, holds } = state;
  const expired = expiredHolds(state, now, "seven days");
  return [
    renderOutlookTerminal(outlook, { now, timezone }, terminal),
    ...(holds.length === 0 ? [] : [renderHolds(holds, now, terminal)]),
    ...(expired.length === 0 ? [] : [renderExpiredTerminal(expired, timezone, terminal)]),
  ];
}
