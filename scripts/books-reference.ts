// The tables of the state's and the ledger's keys, for scripts/generate-reference.ts: their forms are those of the
// schemas, and a key without a description is an error.
import type * as z from "zod/mini";
import { entrySchema, entryUsage } from "../src/books/entry.ts";
import { stateSchema } from "../src/books/state.ts";
import { instant, month, usd } from "../src/values/codecs.ts";

const STATE: Readonly<Record<string, string>> = {
  version: "The form of the file. A newer one needs a newer release.",
  requires: "Capabilities a writer must have, so that an older release stops instead of ignoring them.",
  current_month: "The current month.",
  monthly_budget: "What may be spent in a month, according to the policy or the last writer.",
  budget_set: "Which workflow's input set the budget, and when; absent if the policy sets it.",
  top_ups: "What maintainers added to this month.",
  timezone: "The zone whose midnight ends days and months.",
  total_spent: "Booked this month.",
  executions: "Orchestration runs booked this month.",
  prs_generated: "Pull requests they opened.",
  tokens_used: "`<provider>_input` and `<provider>_output`; `claude_…` for Anthropic.",
  models:
    "What each model used and cost; `other` from the 51st on, `unpriced` for charges without a model. The costs add up to `total_spent`.",
  daily: "The month by day.",
  estimated: "How much of the month was charged by estimate.",
  estimated_by: "The same by profile, for the month it names, and the models that had no price.",
  corrections: "Late differences, counted and added up.",
  large_runs: "Runs this month that used more than the policy's `large-run`.",
  tagged: "What tagged runs were charged this month.",
  top_runs:
    "The month's most expensive workflow runs, at most ten, of which a recap names three: they count if the month has spent `top_runs_spent`.",
  top_runs_spent:
    "What the month had spent when `top_runs` last changed: with any other figure an older release has booked since. A month that was imported or begun by an older release has neither key.",
  milestones_reached: "The milestones announced this month.",
  alerts_sent: "The alerts reported this month.",
  alerts_budget: "Budget + top-ups that those percentages refer to: with more money they are crossed again.",
  budgets: "What each sub-budget has used in its current period.",
  granted: "How much of the month's reserve was granted.",
  adjustments: "The last times a maintainer moved money this month.",
  loans: "Transfers that are returned on a given day, at most 50.",
  approvals: "Runs whose approval has allowed a hold, of the last 66 days, at most 1,000.",
  approvals_announced: "Runs whose wait for an approval was announced, of the last 66 days, at most 100.",
  holds: "Open holds, at most 500.",
  closed_holds:
    "Holds closed in the last seven days, expired ones in the last forty, at most 300; `by` is omitted if it is `<id>:settle`, `how` if it is settled. Profile, tags and budgets are kept for the newest 80 and for expired ones.",
  booked_ids: "Operations of the last seven days whose id the caller chose, at most 500.",
  profiles: "The last 20 costs and token counts of each profile, at most 50.",
  sessions: "The last counters of tools that keep counting over several runs, of the last 30 days, at most 100.",
  outbox: "Messages that wait for delivery, at most 100.",
  deliveries: "Messages of the kinds that came after version 0.1, and messages to named channels, at most 30.",
  channels:
    "Channels by name, once there is one beside the default: a digest of each one's address, and the day on which a run last had it.",
  alerts: "What a person should look at, at most 40.",
  alerts_forgotten:
    "By month, how many alerts that made room a person had to acknowledge, and how many were in time; the last two months.",
  pulls:
    "What the last 100 pull requests with a comment have cost in how many executions, the id of each one's comment, and in `due` what that comment doesn't show yet.",
  today: "What was spent on the day it names, by profile and by the first two required tags.",
  forecasts: "The forecast of the month's end by the first booking of each day.",
  paused: "Who paused the gate, why, and until when.",
  pauses: "The days on which all runs waited, for forecasts.",
  warned: "The day on which each kind of warning was last reported.",
  statements: "Issued statements, the newest 50; the ledger has them all.",
  moved: "Where the books are, if `move` took them elsewhere.",
  exhausted_at: "When the month's money ran out.",
  exhausted_budget: "Budget + top-ups that were used up then.",
  forgot_at: "When memory was last dropped to keep the file readable.",
  last_recap: "The last month whose recap was queued.",
  recaps: "The last ten spans of each kind whose recap was posted, newest first, with spaces between them.",
  last_reset: "When the current month, or its current segment, began.",
  last_entry: "The last ledger line that the state includes.",
  history: "One line for each closed month, several if it was reset.",
};

const ENTRY: Readonly<Record<string, string>> = {
  id: "The operation's; no two entries share one.",
  at: "When it was booked; later than the entry before it.",
  month: "The month it counts in: sums use this key, never the file's name.",
  kind: "`charge` spends; `correction` is a late difference or a repair; `release`, `import`, `reset`, `rollover`, `adjust`, `pause`, `resume`, `alert`, `statement` record an event.",
  cost: "What it adds to the month's `spent`; a correction may be negative.",
  quality: "How the cost is known: from prices, as the tool reports it, or by estimate.",
  amount: "What was released, closed or moved.",
  notional: "The list price of a run covered by a flat fee.",
  predicted: "What was held, or expected.",
  predicted_tokens: "Tokens that were expected, without cache reads.",
  formula_tokens: "Tokens according to the policy's formula, before calibration.",
  replaces: "The charge by estimate that a correction replaces.",
  further: "Belongs to an execution that is already counted.",
  adds_to: "What earlier charges of that execution had cost, as its profile has learned.",
  large: "It used more than the policy's `large-run`.",
  anomaly: "With it the day rose above its expected range, or to a higher severity.",
  hold: "The hold it settles, releases or charges.",
  started_at: "When the execution began.",
  expired_at: "When its hold expired; the charge counts on that day.",
  result: "How it ended.",
  prs: "How many pull requests it opened.",
  pr: "The pull request, by number or URL.",
  pull: "The pull request whose comment counts it, and what it adds to it if that isn't `cost`.",
  outcomes: "Free figures about its results.",
  profile: "The profile that learns from it.",
  tags: "What it belongs to.",
  budgets: "How it counts in sub-budgets.",
  approved_by: "Who approved its use of the overage or the reserve.",
  adjustment: "What a maintainer did, or the end of a transfer.",
  amount_tokens: "How many tokens were moved or corrected.",
  from: "Where the money was taken from.",
  to: "Where it went.",
  until: "The day on which it is returned, or the instant at which a pause ends.",
  below: "Of a pause: only runs with a lower priority than this wait.",
  top_up: "What it added to the month.",
  granted: "How much of the reserve it opened.",
  run: "The workflow run.",
  usage: "What each model used.",
  source: "Where the figures come from.",
  reason: "Why, in the words of the person who did it.",
  actor: "Who did it.",
  timezone: "The zone in which a closed month's days were counted.",
  imported: "What a version 1.0 file contained.",
  alert: "The alert that was raised or acknowledged.",
  statement: "The statement that was issued, paid or voided.",
};

const USAGE: Readonly<Record<string, string>> = {
  provider: "Who runs the model.",
  model: "The model's id; empty if nothing named it.",
  tier: "The service tier or speed, such as `priority`, `batch` or `fast`; none for the standard one.",
  region: "Where it was processed, if that can change the price.",
  by: "The part of an agent that asked for it: `main`, `subagent`, `compaction` or `side`.",
  estimated: "Counted by the length of its text, as a minimum, because its provider did not report it.",
  input: "All input tokens, including those from the cache.",
  cache_read: "Of these, read from the cache.",
  cache_write_5m: "Of these, written to it for five minutes.",
  cache_write_1h: "Of these, written to it for an hour.",
  output: "All output tokens, including reasoning.",
  reasoning: "Of these, reasoning.",
  audio_input: "Of the input, audio.",
  audio_output: "Of the output, audio.",
  web_searches: "Searches the provider bills.",
  extras: "Items billed per unit other than tokens and searches, by kind.",
  requests: "Requests made.",
  cost: "What it costs; absent if it could not be priced.",
  prices: "The unit prices it was priced at, in dollars per million; kept forever.",
  price_source: "Where they come from.",
  reported_cost: "What the tool itself says it cost.",
};

/** The tables of the books' keys, by the names of their markers: key, form, meaning. */
export function booksTables(): Readonly<Record<"state" | "entry" | "usage", readonly (readonly string[])[]>> {
  return {
    state: rowsOf(stateSchema, STATE),
    entry: rowsOf(entrySchema, ENTRY),
    usage: rowsOf(entryUsage, USAGE),
  };
}

type Schema = z.ZodMiniType;
type ObjectSchema = Schema & { readonly shape: Readonly<Record<string, Schema>> };

function rowsOf(schema: ObjectSchema, meanings: Readonly<Record<string, string>>): string[][] {
  const unknown = Object.keys(meanings).filter((key) => !(key in schema.shape));
  if (unknown.length > 0) throw new Error(`There are no such keys: ${unknown.join(", ")}`);
  return Object.entries(schema.shape).map(([key, value]) => {
    const meaning = meanings[key];
    if (meaning === undefined) throw new Error(`The key ${key} has no description`);
    return [`\`${key}\``, formOf(value), meaning];
  });
}

/** What a value looks like in JSON, in a few words. */
function formOf(schema: Schema): string {
  if (schema === usd) return "dollars";
  if (schema === instant) return "instant";
  if (schema === month) return "month";
  // biome-ignore lint/suspicious/noExplicitAny: zod's definitions are a union that no public type names
  const def = (schema as any)._zod.def;
  switch (def.type) {
    case "optional":
    case "nullable":
      return formOf(def.innerType);
    case "array":
      return `list of ${formOf(def.element)}`;
    case "record":
      return `${formOf(def.valueType)} by name`;
    case "object":
      return `{ ${Object.keys(def.shape).join(", ")} }`;
    case "enum":
      return Object.values(def.entries).join(", ");
    case "literal":
      return def.values.map((value: unknown) => JSON.stringify(value)).join(", ");
    case "string":
      return "text";
    case "number":
      return "number";
    default:
      throw new Error(`No words for ${def.type}`);
  }
}
