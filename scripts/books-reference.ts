// The tables of the state's and the ledger's keys, for scripts/generate-reference.ts: their forms are those of the
// schemas, and a key without a description is an error.
import type * as z from "zod/mini";
import { entrySchema, entryUsage } from "../src/books/entry.ts";
import { stateSchema } from "../src/books/state.ts";
import { instant, month, usd } from "../src/values/codecs.ts";

const STATE: Readonly<Record<string, string>> = {
  version: "The form of the file. A newer one needs a newer release.",
  requires: "Capabilities a writer must have, so that an older release stops instead of ignoring them.",
  current_month: "The running month.",
  monthly_budget: "What may be spent a month, as the policy or the last writer had it.",
  budget_set: "Which workflow's input has set the budget, and when; absent where the policy has.",
  top_ups: "What maintainers added to this month.",
  timezone: "The zone whose midnight ends days and months.",
  total_spent: "Booked this month.",
  executions: "Orchestration runs booked this month.",
  prs_generated: "Pull requests they opened.",
  tokens_used: "`<provider>_input` and `<provider>_output`; `claude_…` for Anthropic.",
  models:
    "What each model used and cost; `other` from the 51st on, `unpriced` what was charged without one. The costs add up to `total_spent`.",
  daily: "The month by day.",
  estimated: "How much of the month was charged by estimate.",
  estimated_by: "The same by profile, of the month it names.",
  corrections: "Late differences, counted and added up.",
  large_runs: "Runs this month that used more than the policy's `large-run`.",
  tagged: "What runs with any tags were charged this month.",
  milestones_reached: "The milestones told this month.",
  alerts_sent: "The alerts reported this month.",
  alerts_budget: "Budget + top-ups of which those were percentages: of more money they are crossed again.",
  budgets: "What the present period of each sub-budget has used.",
  granted: "What of the month's reserve was granted.",
  adjustments: "The last times a maintainer moved money this month.",
  loans: "Transfers that go back on a day, at most 50.",
  approvals: "Runs whose approval has let a hold in, of the last 66 days, at most 1,000.",
  holds: "Open holds, at most 500.",
  closed_holds:
    "Those closed in the last seven days, expired ones in the last forty, at most 400; `by` is left out where it is `<id>:settle`, `how` where it is settled. Profile, tags and budgets are kept of the newest 100 and of expired ones.",
  booked_ids: "Operations whose id the caller chose, of the last seven days, at most 500.",
  profiles: "The last 20 costs and token counts of each profile, at most 50.",
  sessions: "The last counters of tools that count on over several runs, of 30 days, at most 100.",
  outbox: "Messages that wait to be delivered, at most 100.",
  warned: "The day on which each kind of warning was told last.",
  exhausted_at: "When the month's money was gone.",
  exhausted_budget: "Budget + top-ups that were gone then.",
  forgot_at: "When memory was dropped last, to keep the file readable.",
  last_recap: "The last month whose recap was queued.",
  last_reset: "When the running month, or its present segment, began.",
  last_entry: "The last ledger line the state knows of.",
  history: "One line for each closed month, several where it was reset.",
};

const ENTRY: Readonly<Record<string, string>> = {
  id: "The operation's; no two entries share one.",
  at: "When it was booked; later than the entry before it.",
  month: "The month it counts in: sums go by it, never by the file's name.",
  kind: "`charge` spends; `correction` is a late difference or a repair; `release`, `import`, `reset`, `rollover`, `adjust` say what happened.",
  cost: "What it adds to the month's `spent`; a correction may be negative.",
  quality: "How well the cost is known: by price, as the tool reports, or by estimate.",
  amount: "What was let go, closed or moved.",
  notional: "The list price of a run that a flat fee covers.",
  predicted: "What was held, or expected.",
  predicted_tokens: "Tokens that were expected, less cache reads.",
  formula_tokens: "Tokens that the policy's formula said, before it was calibrated.",
  replaces: "The charge by estimate that a correction takes the place of.",
  further: "Belongs to an execution that was counted before.",
  adds_to: "What the charges of that execution had cost before it, as its profile has learned.",
  large: "It used more than the policy's `large-run`.",
  hold: "The hold it settles, lets go or charges.",
  started_at: "When the execution began.",
  expired_at: "When the time of its hold ran out; the charge counts on that day.",
  result: "How it ended.",
  prs: "How many pull requests it opened.",
  pr: "The pull request, by number or address.",
  outcomes: "Free figures of what came of it.",
  profile: "What it is learnt under.",
  tags: "What it belongs to.",
  budgets: "How it counts in sub-budgets.",
  approved_by: "Who let it into the overage or the reserve.",
  adjustment: "What a maintainer did, or the end of a transfer.",
  amount_tokens: "How many tokens were moved or corrected.",
  from: "Where money was taken.",
  to: "Where it went.",
  until: "The day on which it goes back.",
  top_up: "What it added to the month.",
  granted: "What of the reserve it opened.",
  run: "The workflow run.",
  usage: "What each model used.",
  source: "Where the figures come from.",
  reason: "Why, in the words of who did it.",
  actor: "Who did it.",
  timezone: "The zone a closed month's days were counted in.",
  imported: "What a version 1.0 file held.",
};

const USAGE: Readonly<Record<string, string>> = {
  provider: "Who runs the model.",
  model: "The model's id; empty where nobody named it.",
  tier: "The service tier or speed, such as `priority`, `batch` or `fast`; none for the standard one.",
  region: "Where it was processed, where that may change the price.",
  input: "All input tokens, those from the cache included.",
  cache_read: "Of these, read from the cache.",
  cache_write_5m: "Of these, written to it for five minutes.",
  cache_write_1h: "Of these, written to it for an hour.",
  output: "All output tokens, reasoning included.",
  reasoning: "Of these, reasoning.",
  audio_input: "Of the input, audio.",
  audio_output: "Of the output, audio.",
  web_searches: "Searches the provider bills.",
  extras: "What is billed by the piece beside tokens and searches, by kind.",
  requests: "Requests made.",
  cost: "What it costs; none where it could not be priced.",
  prices: "The unit prices it was priced at, dollars per million; kept for ever.",
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
