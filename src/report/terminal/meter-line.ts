import { nanoOf, showUsd } from "../../values/money.ts";
import { showMany } from "../../values/show.ts";

/** What a meter's live file says of a run; amounts are in dollars. */
export type LiveFigures = {
  readonly requests: number;
  readonly cost: number;
  readonly percent: number | null;
  readonly burn_per_minute: number;
  readonly cap: number | null;
  readonly models: readonly { readonly model: string; readonly cost: number }[];
  readonly refusal: { readonly text: string } | null;
};

/** "token-budget: $0.42, 120 % of the estimate, $0.03 a minute, up to $0.60, 14 requests (claude-sonnet-4-5)". */
export function meterLine(figures: LiveFigures, width: number = Number.POSITIVE_INFINITY): string {
  const { requests, cost, percent, burn_per_minute: burn, cap, models, refusal } = figures;
  const [dearest] = [...models].sort((a, b) => b.cost - a.cost);
  const parts = [
    showUsd(nanoOf(cost)),
    ...(percent === null ? [] : [`${percent} % of the estimate`]),
    ...(burn > 0 ? [`${showUsd(nanoOf(burn))} a minute`] : []),
    ...(cap === null ? [] : [`up to ${showUsd(nanoOf(cap))}`]),
    `${showMany(requests, "request")}${dearest === undefined ? "" : ` (${dearest.model})`}`,
    ...(refusal === null ? [] : ["stopped"]),
  ];
  const line = `token-budget: ${parts.join(", ")}`;
  const chars = [...line];
  return chars.length <= width ? line : `${chars.slice(0, Math.max(0, width - 1)).join("")}…`;
}
