import { POLICY_PATH } from "../../../inputs/policy/policy.ts";
import { plainUsd } from "../../../values/money.ts";
import type { Answers } from "./answers.ts";
import type { Template } from "./template.ts";

/** A file to write: its path from the repository's root, with slashes, and its text. */
export type PlannedFile = { readonly path: string; readonly text: string };

/** The workflow and the policy file for the answers. */
export function plannedFiles(answers: Answers, template: Template, policyPath: string = POLICY_PATH): PlannedFile[] {
  return [
    { path: template.path, text: workflowText(template.text, answers.discord) },
    { path: policyPath, text: policyText(answers) },
  ];
}

function workflowText(text: string, discord: boolean): string {
  if (discord) return text;
  return text.replace(/^ +discord-webhook:.*\n/gm, "").replace("; DISCORD_WEBHOOK is optional", "");
}

function policyText({ monthlyBudget, runCost, timezone }: Answers): string {
  return `# The budget of this repository's AI runs. It applies on the default branch, to every workflow; no input overrides it.
# All keys: https://github.com/token-budget/token-budget/blob/main/docs/reference.md#policy-file
monthly-budget: ${plainUsd(monthlyBudget)} # US dollars per calendar month
timezone: ${timezone} # its midnight ends the month
default-estimate: ${plainUsd(runCost)} # US dollars per run, until three runs are booked
`;
}
