import { UNITS_LISTED } from "../values/quantity.ts";

/** Every output and its meaning; dollars as plain decimals such as 9.77. */
export const OUTPUTS = {
  allowed: "Whether the next execution may start: true or false.",
  decision: "The decision: allow, warn (allowed), approve (not allowed until a human approves the run) or deny.",
  reason:
    "The reason, as a stable code: ok, exhausted, insufficient, budget-exceeded, or what is wrong with the books.",
  message: "The answer as one English sentence.",
  month: "The current month, such as 2026-02.",
  budget: "The month's budget with its top-ups, in dollars.",
  spent: "What is booked this month, in dollars.",
  held: "What is set aside for executions that aren't booked yet, in dollars.",
  remaining: "What is left after spent and held, in dollars.",
  "percent-used": "What is spent, in percent of the month's budget.",
  health: "green, yellow from 80 percent, red from 95 percent, or blocked if the next execution no longer fits.",
  executions: "How many executions were booked this month.",
  forecast:
    "What the month comes to if no run is denied, in dollars; empty while fewer than three days are known, like the next three.",
  "forecast-low": "The lower edge of the forecast's 80 percent range, in dollars.",
  "forecast-high": "The upper edge of the forecast's 80 percent range, in dollars.",
  "exhaustion-chance": "The chance that the month's money runs out before the month ends, from 0 to 100.",
  "resets-at": "When the month ends, as a UTC instant such as 2026-03-01T00:00:00Z.",
  estimate: "What the execution is expected to cost, in dollars.",
  model: "The model that the policy's models key selects for the run now; empty if it selects none.",
  "limited-by": "The name of the sub-budget that affects the decision; empty if none does.",
  limit: "That sub-budget's limit, including what was moved to it, in its unit.",
  "limit-unit": `The unit of that sub-budget's figures: ${UNITS_LISTED}.`,
  "limit-spent": "What that sub-budget has spent in its period.",
  "limit-held": "What is set aside in that sub-budget.",
  "limit-remaining": "What is left of that sub-budget; negative if it is over its limit.",
  "limit-resets-at": "When that sub-budget resets, as a UTC instant; empty if it never does.",
  "approved-by": "Who approved the run, if an approval allowed it.",
  hold: "The id of the hold that was made, settled or released.",
  "max-cost":
    "What the run may cost at most, in dollars: its hold, or what is left for it if that is more, and no more than the input or the policy file's max-cost; for a limit such as --max-budget-usd. Empty unless a hold was made.",
  "openai-responses-endpoint":
    "The address of the run's meter for requests to OpenAI's Responses API, for codex-action's responses-api-endpoint; empty without a meter.",
  cost: "What was booked for the execution, in dollars; of report, what its period cost, empty if the books don't know it.",
  "cost-quality": "Where the cost comes from: priced, reported or estimated.",
  milestones: "The milestones this booking crossed, in dollars, separated by commas; empty if none.",
  change:
    "How much more the period of report cost than the one it is compared with, in dollars; negative if it cost less.",
  report: "The file that report has written; empty if none.",
  dashboard: "The folder that dashboard has written; empty if none.",
  alerts: "How many alerts are open; set by status and alerts.",
  statement: "The numbers of the statements that were issued, paid or voided, separated by commas.",
  commit:
    "The SHA of the commit that was written, for books in PostgreSQL their version; empty if nothing was written.",
} as const;

export type OutputName = keyof typeof OUTPUTS;
