import { plainText } from "../../values/foreign-text.ts";
import { nanoOf, showUsd } from "../../values/money.ts";
import { showMany } from "../../values/show.ts";
import { columnsOf, cutTo } from "./table.ts";

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

/** What is left out where there is no room for it, the first of them first. */
const DISPENSABLE = ["model", "burn", "requests", "percent", "program"] as const;
type Dispensable = (typeof DISPENSABLE)[number];

/**
 * "token-budget: $0.42, 120 % of the estimate, $0.03 a minute, up to $0.60, 14 requests (claude-sonnet-4-5)", in at most
 * `width` columns: what a run costs and may cost is left out last.
 */
export function meterLine(figures: LiveFigures, width: number = Number.POSITIVE_INFINITY): string {
  for (let left = 0; left < DISPENSABLE.length; left += 1) {
    const line = lineWithout(figures, DISPENSABLE.slice(0, left));
    if (columnsOf(line) <= width) return line;
  }
  return cutTo(lineWithout(figures, DISPENSABLE), Math.max(0, width));
}

function lineWithout(figures: LiveFigures, left: readonly Dispensable[]): string {
  const { requests, cost, percent, burn_per_minute: burn, cap, models, refusal } = figures;
  const has = (part: Dispensable) => !left.includes(part);
  const [dearest] = [...models].sort((a, b) => b.cost - a.cost);
  const model = dearest === undefined || !has("model") ? "" : ` (${plainText(dearest.model)})`;
  const parts = [
    showUsd(nanoOf(cost)),
    ...(percent === null || !has("percent") ? [] : [`${percent} % of the estimate`]),
    ...(burn > 0 && has("burn") ? [`${showUsd(nanoOf(burn))} a minute`] : []),
    ...(cap === null ? [] : [`up to ${showUsd(nanoOf(cap))}`]),
    ...(has("requests") ? [`${showMany(requests, "request")}${model}`] : []),
    ...(refusal === null ? [] : ["stopped"]),
  ];
  return `${has("program") ? "token-budget: " : ""}${parts.join(", ")}`;
}
