// Writes action.yml and the JSON schemas from the tables and the schema they belong to; with --check it only
// says which of them are stale and exits 1. Runs on Node 24: node scripts/generate-schemas.ts [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import * as z from "zod/mini";
import { COMMAND_DESCRIPTION } from "../src/inputs/commands/texts.ts";
import { OPTION_TEXTS } from "../src/inputs/option-texts.ts";
import { type NamedOption, OPTIONS, type OptionName } from "../src/inputs/options.ts";
import { OUTPUTS } from "../src/inputs/outputs.ts";
import { policySchema } from "../src/inputs/policy/policy.ts";
import { payload } from "../src/notify/webhook/payload.ts";
import { inCamelCase } from "../src/values/camel-case.ts";
import { OUTPUT_DESCRIPTIONS, outputSchema } from "./json-output.ts";
import { reportSchema } from "./json-report.ts";

/** What the policy keys that no input has say. */
export const POLICY_DESCRIPTIONS: Readonly<Record<string, string>> = {
  prices:
    "US dollars per million tokens by model or provider/model, and per 1,000 items billed per unit; they override all other prices. multiplier scales token prices; tiers and regions give a factor or prices by service tier and region.",
  reserve: "Kept back from every run; an approval or a grant opens it. Health and exhausted ignore it.",
  "approval-environment":
    "The protected environment whose approval opens the overage or the reserve to one run; check's input approval names it.",
  admit: "The share of the month's money, spent and held, from which runs of a lower priority are denied.",
  budgets:
    "Sub-budgets: match and for-each select runs by their tags, and by the repository, workflow, actor, event and ref of the run itself, limit and period bound what they may use, alerts set when to notify, on-exceed and overage set what happens at the limit.",
  "required-tags": "The tags that every run must have; a run without them is denied.",
  "large-run": "The size from which a run is shown as large.",
  models:
    "The model to use, by how much of the month's money is spent and held, in percent; the first that applies is the answer.",
  notify:
    "Which messages go to which channel: kinds are those of the default channel, discord is their former name; routes send messages to named channels by kind, severity and sub-budget; hosts may get signed JSON; addresses pin channels to digests of their addresses; pictures says whether messages to Discord carry their chart; mention is the id of the Discord role that an exhausted message mentions, in quotation marks; escalate and escalate-to say when and where alerts that nobody has acknowledged are sent.",
  "meter-hosts":
    "Hosts beside the providers' own that a meter may forward to, such as a company's gateway whose address an agent already has.",
  "meter-batches":
    "Whether a metered run with a cap may start batches, whose cost is known only hours later: refuse or allow. Default: refuse.",
  statements:
    "Who gets a statement of a month: entities with the tags, or what of the run itself, they match, showback or chargeback, and their rate or rates; shared are costs that are split among them; tiers are for a rate of tiers.",
};

/** action.yml as the tables of inputs and outputs have it. */
export function renderAction(): string {
  const inputs = (OPTIONS as readonly NamedOption[])
    .filter((option) => option.only !== "terminal")
    .flatMap(({ name, context, absent }) => entry(name, OPTION_TEXTS[name], context ? `\${{ ${context} }}` : absent));
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
    const description = POLICY_DESCRIPTIONS[name] ?? OPTION_TEXTS[name as OptionName];
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

/** The JSON Schema of what `--json` prints, for programs that read it. A later release may add keys. */
export function renderOutputSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(outputSchema, { io: "input", target: "draft-7" });
  const meanings = { ...inCamelCase(OUTPUTS), ...OUTPUT_DESCRIPTIONS };
  const described = ({ properties = {}, ...answer }: Answer) => ({
    ...answer,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, property]) => {
        if (meanings[name] === undefined) throw new Error(`${name} has no description`);
        return [name, { description: meanings[name], ...property }];
      }),
    ),
  });
  const answers = (schema.oneOf ?? schema.anyOf ?? []) as readonly Answer[];
  const document = {
    $schema,
    title: "token-budget --json",
    description:
      "What token-budget COMMAND --json prints: keys in camel case, dollars as numbers with at most nine decimals.",
    oneOf: answers.map(described),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The JSON Schema of a report in JSON, for programs that read it. A later release may add keys. */
export function renderReportSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(reportSchema, { io: "input", target: "draft-7" });
  const document = {
    $schema,
    title: "token-budget report",
    description:
      "What token-budget report --format json writes: dollars as numbers with at most nine decimals, shares from 0 to 1, null for what isn't known.",
    ...schema,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** What the keys of a message to a host of the policy mean. */
const MESSAGE_DESCRIPTIONS: Readonly<Record<keyof typeof payload.shape, string>> = {
  id: "The same for every repeat of a message; the header X-Token-Budget-Id has it, percent-encoded.",
  kind: "The kind of message, as in the policy key notify; test is doctor's test message.",
  severity: "How much it matters, if it is an alert.",
  at: "When it was queued.",
  repository: "Where the run that caused it belongs to.",
  budget: "The budget's name.",
  title: "The title as people read it.",
  text: "The text as people read it, without markup; may be empty.",
  fields: "Figures as people read them.",
  facts: "The same figures for programs, by kind; amounts are numbers of dollars.",
  url: "The run, or the page that the message is about.",
};

/** The JSON Schema of the messages to hosts of the policy. A later release may add keys and kinds. */
export function renderMessageSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(payload, { io: "input", target: "draft-7" });
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name,
    { description: MESSAGE_DESCRIPTIONS[name as keyof typeof payload.shape], ...(property as object) },
  ]);
  const document = {
    $schema,
    title: "token-budget message",
    description: "What a host of the policy key notify.hosts gets: one message, signed in X-Token-Budget-Signature.",
    ...schema,
    properties: Object.fromEntries(properties),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

type Answer = { readonly properties?: Readonly<Record<string, object>> };

function main(check: boolean): void {
  const files = {
    "action.yml": renderAction(),
    "token-budget.schema.json": renderPolicySchema(),
    "token-budget-output.schema.json": renderOutputSchema(),
    "token-budget-message.schema.json": renderMessageSchema(),
    "token-budget-report.schema.json": renderReportSchema(),
  };
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
