import { markdownText } from "../../values/foreign-text.ts";
import { nanoOf, showUsd } from "../../values/money.ts";
import { showCount, showMany } from "../../values/show.ts";
import type { MeteredRun } from "../model/view.ts";
import { type Column, folded, markdownTable } from "./table.ts";

/** More models than any run uses. */
const MAX_MODELS = 20;
const MAX_SENTENCE = 600;

/** What a run's meter saw: why it was stopped, and requests, tokens and dollars by model and by part of the agent. */
export function renderMetered(run: MeteredRun): string {
  const lines = [sentence(run), stopped(run), blind(run)].filter((line) => line !== "");
  if (run.models.length === 0) return lines.join("\n\n");
  return [...lines, folded("What the meter saw", tables(run))].join("\n\n");
}

/** "📟 Metered: 10 requests, $0.03 · 54 % of the estimate · 2 refused". */
function sentence({ requests, cost, percent, refused, granted }: MeteredRun): string {
  const no = Object.values(refused).reduce((sum, count) => sum + count, 0);
  const parts = [
    `${showMany(requests, "request")}, ${showUsd(nanoOf(cost))}`,
    ...(percent === null ? [] : [`${percent} % of the estimate`]),
    ...(granted > 0 ? [`${showUsd(nanoOf(granted))} more was set aside on the way`] : []),
    ...(no > 0 ? [`${no} refused`] : []),
  ];
  return `📟 **Metered:** ${markdownText(parts.join(" · "), MAX_SENTENCE)}`;
}

/** Why requests were refused, in the words the agent got. */
function stopped({ refusal, max_cost }: MeteredRun): string {
  if (refusal === null) return "";
  const most = max_cost === null ? "" : ` (max-cost ${showUsd(nanoOf(max_cost))})`;
  return `⛔ ${markdownText(`${refusal.text}${most}`, MAX_SENTENCE)}`;
}

/** What the meter can't say. */
function blind({ estimated, unknown, unread }: MeteredRun): string {
  const said = [
    ...(estimated > 0 ? [`${showMany(estimated, "answer")} counted by length, as a minimum`] : []),
    ...(unread > 0 ? [`${showMany(unread, "answer")} without usage`] : []),
    ...(unknown > 0 ? [`${showMany(unknown, "request")} to addresses that the meter doesn't know`] : []),
  ];
  return said.length === 0 ? "" : `⚠️ ${markdownText(`${said.join(", ")}.`, MAX_SENTENCE)}`;
}

function tables({ models, by }: MeteredRun): string {
  const shown = [...models].sort((a, b) => b.cost - a.cost).slice(0, MAX_MODELS);
  const rows = shown.map(({ model, requests, input, cache_read, output, cost }) => [
    markdownText(model || "unnamed", 60),
    ...[requests, input, cache_read, output].map(showCount),
    showUsd(nanoOf(cost)),
  ]);
  const ofModels = markdownTable([{ heading: "Model" }, ...FIGURES.map(right)], rows);
  const parts = Object.entries(by).sort(([, a], [, b]) => b - a);
  if (parts.length === 0) return ofModels;
  const ofParts = parts.map(([part, cost]) => [markdownText(part, 40), showUsd(nanoOf(cost))]);
  return `${ofModels}\n\n${markdownTable([{ heading: "What spent it" }, right("Cost")], ofParts)}`;
}

const FIGURES = ["Requests", "Input", "From cache", "Output", "Cost"];

function right(heading: string): Column {
  return { heading, align: "right" };
}
