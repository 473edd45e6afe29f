// Writes action.yml and token-budget.schema.json from the tables and the schema they belong to; with --check it only
// says which of them are stale and exits 1. Runs on Node 24: node scripts/generate-schemas.ts [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import * as z from "zod/mini";
import { COMMAND_DESCRIPTION, OPTIONS, type Option } from "../src/inputs/options.ts";
import { OUTPUTS } from "../src/inputs/outputs.ts";
import { policySchema } from "../src/inputs/policy/policy.ts";

/** What the policy keys that no input has say. */
export const POLICY_DESCRIPTIONS: Readonly<Record<string, string>> = {
  prices:
    "US dollars per million tokens by model or provider/model, and per 1,000 of what is billed by the piece, used before any other price; multiplier scales the prices of tokens; tiers and regions give a factor or prices by service tier and region.",
  reserve: "What is kept back from every run: an approval or a grant opens it; health and exhausted count without it.",
  "approval-environment":
    "The protected environment whose approval lets one run into the overage or the reserve; check's input approval names it.",
  admit: "From which share of the month's money, spent and held, on runs of a lower priority are denied.",
  budgets:
    "Sub-budgets: match and for-each say by tags which runs count in one, limit and period how much they may use, alerts when to tell, on-exceed and overage what happens at the limit.",
  "required-tags": "The tags a run must have: without them it is denied.",
  "large-run": "From which size on a run is shown as a large one.",
  models:
    "The model to use by what is spent and held, in percent of the month's money; the first that holds is the answer.",
  notify: "Which kinds of messages go to which channel.",
};

/** action.yml as the tables of inputs and outputs have it. */
export function renderAction(): string {
  const inputs = (OPTIONS as readonly Option[])
    .filter((option) => option.only !== "terminal")
    .flatMap(({ name, description, context, absent }) =>
      entry(name, description, context ? `\${{ ${context} }}` : absent),
    );
  const outputs = Object.entries(OUTPUTS).flatMap(([name, description]) => entry(name, description));
  return [
    "# Inputs and outputs are generated: change src/inputs, then run node scripts/generate-schemas.ts",
    "name: token-budget",
    "description: A monthly dollar budget for AI runs - yes or no before a run, booked after it, kept in git.",
    "author: token-budget contributors",
    "branding:",
    "  icon: dollar-sign",
    "  color: green",
    "inputs:",
    ...entry("command", COMMAND_DESCRIPTION, "guard"),
    ...inputs,
    "outputs:",
    ...outputs,
    "runs:",
    "  using: node24",
    "  main: dist/main.js",
    "  post: dist/post.js",
    "  post-if: always()",
    "",
  ].join("\n");
}

function entry(name: string, description: string, fallback?: string): string[] {
  const lines = [`  ${name}:`, `    description: ${JSON.stringify(description)}`];
  return fallback ? [...lines, `    default: ${fallback}`] : lines;
}

/** The JSON Schema of the policy file, for editors. */
export function renderPolicySchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(policySchema, { io: "input", target: "draft-7" });
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const description = POLICY_DESCRIPTIONS[name] ?? OPTIONS.find((option) => option.name === name)?.description;
    if (description === undefined) throw new Error(`${name} has no description`);
    return [name, { description, ...(property as object) }];
  });
  const described = {
    $schema,
    title: "token-budget policy",
    description:
      "The policy file .github/token-budget.yml, read from the default branch of the repository with the books.",
    ...schema,
    properties: Object.fromEntries(properties),
  };
  return `${JSON.stringify(described, null, 2)}\n`;
}

function main(check: boolean): void {
  const files = { "action.yml": renderAction(), "token-budget.schema.json": renderPolicySchema() };
  for (const [name, text] of Object.entries(files)) {
    const path = new URL(`../${name}`, import.meta.url);
    if (!check) writeFileSync(path, text);
    else if (readFileSync(path, "utf8") !== text) {
      process.stderr.write(`${name} is stale: run npm run generate\n`);
      process.exitCode = 1;
    }
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(process.argv.includes("--check"));
}
