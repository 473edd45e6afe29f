import type { Hold } from "../books/state.ts";
import { markdownText } from "../values/foreign-text.ts";
import { showUsd } from "../values/money.ts";
import type { Instant } from "../values/month.ts";
import { runUrlOf, type SeenFrom } from "../values/run-link.ts";
import { ageText, showMany, showWait } from "../values/show.ts";
import { markdownTable } from "./markdown/table.ts";

const MAX_HOLDS = 20;

/** The open holds, oldest first, and how many more there are than are shown. */
export function shownHolds(holds: readonly Hold[]): { readonly shown: readonly Hold[]; readonly more: number } {
  const shown = [...holds].sort((a, b) => (a.at < b.at ? -1 : 1)).slice(0, MAX_HOLDS);
  return { shown, more: holds.length - shown.length };
}

/** How long a hold has been open: "5 min". */
export function ageOf({ at }: Pick<Hold, "at">, now: Instant): string {
  return ageText(at, now);
}

/** When an open hold expires: "in 5 h 53 min", "expired". */
export function expiryOf({ expires_at: end }: Pick<Hold, "expires_at">, now: Instant): string {
  return end <= now ? "expired" : `in ${showWait(now, end)}`;
}

/** The open holds in markdown, each with its run's page; empty if there are none. */
export function renderOpenHolds(holds: readonly Hold[], now: Instant, from: SeenFrom): string {
  const { shown, more } = shownHolds(holds);
  if (shown.length === 0) return "";
  const right = "right" as const;
  const table = markdownTable(
    [
      { heading: "Run" },
      { heading: "Profile" },
      { heading: "Amount", align: right },
      { heading: "Age", align: right },
      { heading: "Expires", align: right },
    ],
    shown.map((hold) => [
      runOf(hold, from),
      markdownText(hold.profile, 40),
      showUsd(hold.amount),
      ageOf(hold, now),
      expiryOf(hold, now),
    ]),
  );
  return `**Open holds**\n\n${table}${more > 0 ? `\n\nand ${showMany(more, "more hold")}` : ""}`;
}

function runOf({ run }: Hold, from: SeenFrom): string {
  const url = runUrlOf(run, from);
  const job = run.job === undefined ? "" : `, ${markdownText(run.job, 40)}`;
  return url === undefined ? "a terminal" : `[run ${run.run_id}](${url})${job}`;
}
