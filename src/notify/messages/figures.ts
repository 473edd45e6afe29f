import { harmless, NOTHING } from "../../values/foreign-text.ts";
import { type NanoUsd, nanoUsd, percentOf, showUsd } from "../../values/money.ts";
import { epochOf, type Instant } from "../../values/month.ts";
import { showPercent } from "../../values/percent.ts";

const BAR_CELLS = 20;

/** "`[███████░░░░░░░░░░░░░] 33.5%`": the share that is spent, in cells of equal width. */
export function progressBar(spent: NanoUsd, budget: NanoUsd): string {
  const percent = percentOf(spent, budget);
  const filled = Math.min(BAR_CELLS, Math.max(0, Math.round((percent / 100) * BAR_CELLS)));
  return `\`[${"█".repeat(filled)}${"░".repeat(BAR_CELLS - filled)}] ${showPercent(percent)}\``;
}

/**
 * How much of the spending is estimated, and how to fix that, for the first line of a message; empty if it is little.
 */
export function estimatedLine(
  share: { readonly percent: number; readonly profile?: string | undefined } | undefined,
): string {
  if (share === undefined) return "";
  const where = share.profile === undefined ? "" : `, most of it under ${harmless(share.profile, 80)}`;
  return `⚠️ ${showPercent(share.percent)} of it is estimated${where}: name the files the tools write in usage-file.`;
}

/** The description of a message that begins with how much of it is estimated. */
export function withEstimated(share: Parameters<typeof estimatedLine>[0], description: string): string {
  return [estimatedLine(share), description].filter((line) => line !== "").join("\n");
}

/** Dollars per pull request, "–" if there was none. */
export function costPerPr(spent: NanoUsd, prs: number): string {
  return prs === 0 ? NOTHING : showUsd(nanoUsd(Math.round(spent / prs)));
}

/** Whole dollars without cents, as milestones are called: "$5", "$1,000", "$2.50". */
export function showMilestone(amount: NanoUsd): string {
  return showUsd(amount).replace(/\.00$/, "");
}

/** A signed amount: "+$0.02", "-$1.20". */
export function showChange(amount: NanoUsd): string {
  return `${amount > 0 ? "+" : ""}${showUsd(amount)}`;
}

/** Discord's own notation for a time, shown in each reader's zone: `R` is "in 3 days", `f` date and time. */
export function discordTime(instant: Instant, style: "R" | "f"): string {
  return `<t:${Math.floor(epochOf(instant) / 1000)}:${style}>`;
}
