import type { ChatterFacts } from "../../books/messages/facts.ts";
import { harmless } from "../../values/foreign-text.ts";
import { nanoOf, showLeft, showUsd } from "../../values/money.ts";
import type { Instant } from "../../values/month.ts";
import { showCount } from "../../values/show.ts";
import { type Embed, embedOf, field } from "./embed.ts";

type ChatterFrame = { readonly name: string; readonly at: Instant };

/** "🚀 AI Orchestration - Execution Started". Throws a RangeError for amounts that can't be kept in the books. */
export function renderStart(facts: ChatterFacts["start"], { name, at }: ChatterFrame): Embed {
  const fields = [
    field("Execution #", showCount(facts.execution)),
    field("Estimate", showUsd(nanoOf(facts.estimate))),
    field("Budget Remaining", showLeft(nanoOf(facts.remaining))),
  ];
  return embedOf({ title: `🚀 ${harmless(name, 100)} - Execution Started`, fields }, facts, at);
}

/** "✅ AI Orchestration - Execution Complete". Throws a RangeError for amounts that can't be kept in the books. */
export function renderComplete(facts: ChatterFacts["complete"], { name, at }: ChatterFrame): Embed {
  const fields = [
    field("Execution #", showCount(facts.execution)),
    field("Cost", showUsd(nanoOf(facts.cost))),
    field("PR Status", prStatus(facts.pr)),
    field("Budget Remaining", showLeft(nanoOf(facts.remaining))),
  ];
  return embedOf({ title: `✅ ${harmless(name, 100)} - Execution Complete`, fields }, facts, at);
}

/** "PR #95" from the number or the URL of a pull request. */
function prStatus(pr: string | null): string {
  if (pr === null || pr.trim() === "") return "No PR";
  const number = /^#?(\d{1,12})$/.exec(pr.trim())?.[1] ?? /\/pull\/(\d{1,12})\b/.exec(pr)?.[1];
  return number === undefined ? harmless(pr, 200) : `PR #${number}`;
}
