import type { ClosedHold, State } from "../books/state.ts";
import { markdownText, plainText } from "../values/foreign-text.ts";
import { showUsd } from "../values/money.ts";
import { epochOf, type Instant } from "../values/month.ts";
import { runUrlOf, type SeenFrom } from "../values/run-link.ts";
import { showInstant, showMany } from "../values/show.ts";
import { folded, markdownTable } from "./markdown/table.ts";
import { headed, terminalTable } from "./terminal/table.ts";
import type { Terminal } from "./terminal/terminal.ts";

const DAY_MS = 86_400_000;
const SHOWN_MS = 7 * DAY_MS;
const MAX_ROWS = 20;

/**
 * The holds of the last seven days that were never booked, newest first; with `now`, only those that expired at that
 * instant.
 */
export function expiredHolds(state: State, now: Instant, since: "seven days" | "now"): ClosedHold[] {
  const isShown = ({ at }: ClosedHold) => (since === "now" ? at === now : epochOf(now) - epochOf(at) <= SHOWN_MS);
  return state.closed_holds.filter((one) => one.how === "expired" && one.run !== undefined && isShown(one)).reverse();
}

/** The expired holds in markdown, each with its run's page; empty if there are none. */
export function renderExpired(holds: readonly ClosedHold[], at: SeenFrom & { readonly timezone: string }): string {
  if (holds.length === 0) return "";
  const table = markdownTable(
    [{ heading: "Run" }, { heading: "Profile" }, { heading: "Charged", align: "right" }, { heading: "On" }],
    holds.slice(0, MAX_ROWS).map((hold) => [runLink(hold, at), profileOf(hold, markdownText), ...figuresOf(hold, at)]),
  );
  return folded(headingOf(holds), `${table}${moreText(holds)}\n\n${ADVICE}`);
}

/** The expired holds for a terminal; empty if there are none. */
export function renderExpiredTerminal(holds: readonly ClosedHold[], timezone: string, terminal: Terminal): string {
  if (holds.length === 0) return "";
  const columns = [
    { heading: "Expired" },
    { heading: "Charged", align: "right" as const },
    { heading: "On" },
    { heading: "Run" },
  ];
  const rows = holds.slice(0, MAX_ROWS).map((hold) => {
    const { run_id: id } = hold.run ?? {};
    return [profileOf(hold, plainText), ...figuresOf(hold, { timezone }), id === undefined ? "–" : String(id)];
  });
  const table = headed(terminalTable(columns, rows, terminal.width), terminal);
  return `${[...table, ...(moreText(holds) === "" ? [] : [moreText(holds).trim()])].join("\n")}\n`;
}

const ADVICE =
  "The cost of these runs was never booked, so their estimates were charged. Book a run with `guard` or `record`, or give its hold back with `release` if it never happened.";

function headingOf(holds: readonly ClosedHold[]): string {
  return `${showMany(holds.length, "hold")} expired and ${holds.length === 1 ? "was" : "were"} charged at the estimate`;
}

function moreText(holds: readonly ClosedHold[]): string {
  return holds.length > MAX_ROWS ? `\n\nand ${holds.length - MAX_ROWS} more` : "";
}

function figuresOf({ charged, at }: ClosedHold, { timezone }: { readonly timezone: string }): [string, string] {
  return [showUsd(charged), showInstant(at, timezone)];
}

function profileOf({ profile }: ClosedHold, harmless: (text: string, most: number) => string): string {
  return profile === undefined ? "–" : harmless(profile, 40);
}

function runLink({ run = {} }: ClosedHold, from: SeenFrom): string {
  const url = runUrlOf(run, from);
  const job = run.job === undefined ? "" : `, ${markdownText(run.job, 40)}`;
  return url === undefined ? "a terminal" : `[run ${run.run_id}](${url})${job}`;
}
