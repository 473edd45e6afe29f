import type { Refusal } from "./guard.ts";

/** What other programs of this kind take by HTTP, and where it is done here. */
const ELSEWHERE: readonly (readonly [path: RegExp, where: string])[] = [
  [
    /request|approv/,
    "A run that costs more than allowed is approved in GitHub, by a person who reviews the environment that the input approval names.",
  ],
  [
    /realloc|transfer|adjust|top-?up/,
    "Money is moved by maintainers: the workflow of token-budget adjust, or adjust transfer AMOUNT --from A --to B at a terminal.",
  ],
  [
    /config|policy|budget|polic|limit/,
    "Budgets and rules are in the policy file, .github/token-budget.yml: change it by a pull request.",
  ],
  [/pause|resume/, "Runs are paused by maintainers: token-budget pause and resume."],
];

/** What is answered to a write that isn't the acknowledgement of an alert. */
export function elsewhere(path: string): Refusal {
  const [, where = "This server reads; its one write is POST /api/alerts/acknowledge/{id}."] =
    ELSEWHERE.find(([found]) => found.test(path)) ?? [];
  return { status: 404, error: "not-here", message: where };
}
