/** A state of version 1.0 with history and a key of somebody else. */
export const VERSION_1 = {
  version: "1.0",
  current_month: "2026-02",
  monthly_budget: 20,
  total_spent: 5.23,
  executions: 95,
  prs_generated: 94,
  tokens_used: { claude_input: 190000, claude_output: 142500, openai_input: 237500, openai_output: 380000 },
  milestones_reached: [5],
  last_reset: "2026-02-01T00:00:00Z",
  history: [
    {
      month: "2025-12",
      total_spent: 14.01,
      executions: 250,
      prs_generated: 249,
      budget: 15,
      milestones_reached: [5, 10],
    },
    { month: "2026-01", total_spent: 14.82, executions: 270, prs_generated: 269 },
  ],
  team: "platform",
};
/** The same as a file. */
export const VERSION_1_TEXT = JSON.stringify(VERSION_1, null, 2);
/** What the import makes of it. */
export const IMPORTED = {
  version: "2.0",
  current_month: "2026-02",
  monthly_budget: 20,
  executions: 95,
  prs_generated: 94,
  tokens_used: VERSION_1.tokens_used,
  milestones_reached: [5],
  last_reset: "2026-02-01T00:00:00Z",
  history: VERSION_1.history.map((line) => ({ ...line, closed: "import" })),
  team: "platform",
};
