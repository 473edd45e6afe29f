import type { MessageFacts } from "../../src/books/messages/facts.ts";

const origin = {
  health: "green",
  repository: "octo/app",
  url: "https://github.com/octo/app/actions/runs/4711/attempts/2",
} as const;

export const RECAP: MessageFacts["recap"] = {
  ...origin,
  month: "2026-02",
  spent: 14.89,
  budget: 15,
  top_ups: 0,
  prs: 271,
  executions: 271,
  milestones: 2,
  models: [
    { model: "claude-sonnet-4-5", cost: 12 },
    { model: "gpt-4o-mini", cost: 2.89 },
  ],
  estimated: 0.2978,
  corrections: { count: 0, amount: 0 },
  resets: 0,
  exhausted_at: null,
  previous: null,
  running: false,
};

/** One message of each kind, with the figures people know from the documentation. */
export const FACTS: MessageFacts = {
  milestone: {
    ...origin,
    crossed: [5],
    number: 1,
    of: 3,
    spent: 5.02,
    budget: 15,
    prs: 91,
    executions: 91,
    recap: null,
  },
  alert: {
    ...origin,
    health: "yellow",
    percents: [75],
    spent: 11.27,
    remaining: 3.675,
    held: 0.055,
    burn_rate: 0.6,
    gone_on: "2026-02-24",
  },
  exhausted: {
    ...origin,
    health: "blocked",
    spent: 14.96,
    budget: 15,
    prs: 275,
    resets_at: "2026-03-01T00:00:00Z",
    timezone: "UTC",
  },
  recap: RECAP,
  reset: { ...origin, actor: "octocat", reason: "New quarter", month: "2026-02", spent: 12.4, executions: 220 },
  adjust: {
    ...origin,
    actor: "octocat",
    reason: "Release week",
    what: "transfer of $1.00 from qa to infrastructure until 2026-02-15",
    spent: 8.8,
    budget: 15,
    remaining: 6.2,
  },
  warning: {
    ...origin,
    health: "red",
    about: "unpriced-model",
    text: "The model my-finetune has no price; add it under prices in the policy file.",
  },
};
