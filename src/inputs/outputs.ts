import { UNITS_LISTED } from "../values/quantity.ts";

/** Every output, with what it says; dollars as plain decimals such as 9.77. */
export const OUTPUTS = {
  allowed: "Whether the next execution may start: true or false.",
  decision: "The decision: allow, warn (allowed), approve (not allowed until a human approves the run) or deny.",
  reason: "Why, as a stable code: ok, exhausted, insufficient, budget-exceeded, or what was wrong with the books.",
  message: "The answer as one English sentence.",
  month: "The running month, such as 2026-02.",
  budget: "The month's budget with its top-ups, in dollars.",
  spent: "What is booked this month, in dollars.",
  held: "What is set aside for executions that aren't booked yet, in dollars.",
  remaining: "What is left after spent and held, in dollars.",
  "percent-used": "What is spent, in percent of the month's budget.",
  health: "green, yellow from 80 percent, red from 95 percent, or blocked when the next execution no longer fits.",
  executions: "How many executions were booked this month.",
  "resets-at": "When the month ends, as a UTC instant such as 2026-03-01T00:00:00Z.",
  estimate: "What the execution is expected to cost, in dollars.",
  model: "The model that the policy's models: have for the run now; empty where they have none.",
  "limited-by": "The sub-budget that bears on the decision, by name; empty where none does.",
  limit: "That budget's limit with what was moved to it, in its unit.",
  "limit-unit": `The unit of that budget's figures: ${UNITS_LISTED}.`,
  "limit-spent": "What that budget has spent in its period.",
  "limit-held": "What is set aside in that budget.",
  "limit-remaining": "What is left of that budget; negative where it is over its limit.",
  "limit-resets-at": "When that budget's figures start again, as a UTC instant; empty where they never do.",
  "approved-by": "Who approved the run, where an approval let it in.",
  hold: "The id of the hold that was made, settled or released.",
  cost: "What was booked for the execution, in dollars.",
  "cost-quality": "Where the cost comes from: priced, reported or estimated.",
  milestones: "The milestones this booking crossed, in dollars, separated by commas; empty for none.",
  commit: "The commit that was written, as its SHA; empty where nothing was.",
} as const;

export type OutputName = keyof typeof OUTPUTS;
