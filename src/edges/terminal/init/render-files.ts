import { quieterInterval } from "../../../books/milestone-interval.ts";
import { DEFAULT_SETTINGS } from "../../../books/settings.ts";
import { plainUsd, showUsd } from "../../../values/money.ts";
import { VERSION } from "../../../version.ts";
import type { Answers } from "./answers.ts";
import type { Template } from "./template.ts";

/** A file to write: its path from the repository's root, with slashes, and its text. */
export type PlannedFile = { readonly path: string; readonly text: string };

/** Where editors find what a policy file may say, as this release reads it. */
const SCHEMA = `https://raw.githubusercontent.com/token-budget/token-budget/v${VERSION}/token-budget.schema.json`;

/** The workflows and the policy file for the answers; without a path, the policy file that is there stays. */
export function plannedFiles(
  answers: Answers,
  templates: readonly Template[],
  policyPath: string | undefined,
): PlannedFile[] {
  const workflows = templates.map(({ path, text }) => ({ path, text: workflowText(text, answers) }));
  return policyPath === undefined ? workflows : [...workflows, { path: policyPath, text: policyText(answers) }];
}

function workflowText(text: string, { discord, maxCost }: Answers): string {
  const capped = maxCost === undefined ? text : text.replace(/^( +max-cost:) .*$/m, `$1 ${plainUsd(maxCost)}`);
  if (discord) return capped;
  return capped.replace(/^ +discord-webhook:.*\n/gm, "").replace("; DISCORD_WEBHOOK is optional", "");
}

function policyText({ agent, monthlyBudget, runCost, isGuess, timezone }: Answers): string {
  const guess = isGuess ? `; a guess for ${agent}` : "";
  return `# yaml-language-server: $schema=${SCHEMA}
# The budget of this repository's AI runs. It applies on the default branch, to every workflow; no input overrides it.
# All keys: https://github.com/token-budget/token-budget/blob/main/docs/reference.md#policy-file
monthly-budget: ${plainUsd(monthlyBudget)} # US dollars per calendar month
timezone: ${timezone} # its midnight ends the month
default-estimate: ${plainUsd(runCost)} # US dollars per run, until three runs are booked${guess}
${milestoneLines(monthlyBudget)}`;
}

/** What would make fewer milestones, if there would be many. */
function milestoneLines(monthlyBudget: Answers["monthlyBudget"]): string {
  const { milestoneInterval } = DEFAULT_SETTINGS;
  const proposed = quieterInterval(monthlyBudget, milestoneInterval);
  if (proposed === undefined) return "";
  const many = Math.floor(monthlyBudget / milestoneInterval);
  return `# A milestone every ${showUsd(milestoneInterval)} makes ${many} messages in a month that is used up; a tenth of the budget makes ten:
# milestone-interval: ${plainUsd(proposed)}
`;
}
