// Writes src/edges/terminal/init/templates.ts: the workflows of examples/ as `init` hands them out. With --check it only says whether
// the file is stale and exits 1. node scripts/generate-templates.ts [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { METERED_AGENTS, type MeteredAgent, type Template } from "../src/edges/terminal/init/template.ts";
import { MAINTENANCE, type Maintenance } from "../src/inputs/list-kinds.ts";
import { AGENTS, type Agent } from "../src/inputs/options.ts";

/** Which example is whose workflow, and the secrets that its text doesn't name. */
const SOURCES: Readonly<Record<Agent, { readonly file: string; readonly secrets?: readonly string[] }>> = {
  "claude-code": { file: "claude-code.yml" },
  codex: { file: "codex.yml" },
  gemini: { file: "gemini.yml" },
  opencode: { file: "opencode.yml" },
  // Its compiler puts the engine's secret in.
  "gh-aw": { file: "gh-aw.md", secrets: ["ANTHROPIC_API_KEY"] },
  script: { file: "plain-script.yml" },
};

/** Which example is whose workflow with a meter. */
const METERED: Readonly<Record<MeteredAgent, { readonly file: string }>> = {
  "claude-code": { file: "meter-claude-code.yml" },
  codex: { file: "meter-codex.yml" },
  gemini: { file: "meter-gemini.yml" },
  opencode: { file: "meter-opencode.yml" },
  script: { file: "meter-script.yml" },
};

/** Where the pages are that a workflow refers to. */
const PAGES = "https://github.com/token-budget/token-budget/blob/main/";

/** Which example is whose workflow for maintainers; it keeps its name, by which the pages of docs/ call it. */
const FOR_MAINTAINERS: Readonly<Record<Maintenance, string>> = {
  "top-up": "adjust",
  reset: "reset",
  alerts: "alerts",
  recap: "monthly-recap",
  pause: "pause",
};

const OTHERS: readonly string[] = ["GITHUB_TOKEN", "DISCORD_WEBHOOK"];

type Inputs = Readonly<Record<string, { readonly required?: boolean; readonly default?: string } | null>>;
type Workflow = { readonly on: Readonly<Record<string, { readonly inputs?: Inputs } | null>> };

/** The template of an agent, from its example. Throws where the example isn't as `init` needs it. */
export function templateOf(agent: Agent): Template {
  return templateFrom(agent, SOURCES[agent]);
}

/** The template of an agent with a meter, from its example. Throws where the example isn't as `init` needs it. */
export function meteredTemplateOf(agent: MeteredAgent): Template {
  const template = templateFrom(agent, METERED[agent]);
  if (!/^ +meter: true\n +max-cost: /m.test(template.text)) throw new Error(`${METERED[agent].file} has no max-cost`);
  return template;
}

function templateFrom(agent: Agent, { file, secrets = [] }: (typeof SOURCES)[Agent]): Template {
  const example = readFileSync(new URL(`../examples/${file}`, import.meta.url), "utf8");
  const isMarkdown = file.endsWith(".md");
  const text = example
    // The policy file beside it says what the budget is.
    .replace(/^ +monthly-budget:.*\n/gm, "")
    .replace(/^name: .*$/m, `name: ${agent}`)
    .replace(/ (docs\/[\w-]+\.md)\.$/gm, ` ${PAGES}$1`)
    .replace(".github/workflows/agent.md", `.github/workflows/${agent}.md`);
  if (!/^ +discord-webhook:/m.test(text)) throw new Error(`examples/${file} has no discord-webhook`);
  const workflow = parse(isMarkdown ? (text.split(/^---$/m)[1] ?? "") : text) as Workflow;
  const named = [...text.matchAll(/secrets\.(\w+)/g)].map(([, name = ""]) => name);
  return {
    path: `.github/workflows/${agent}${isMarkdown ? ".md" : ".yml"}`,
    text,
    // The channel's comes last: it is the one that can be done without.
    secrets: [...new Set([...secrets, ...named.filter((name) => !OTHERS.includes(name)), "DISCORD_WEBHOOK"])],
    start: startOf(agent, workflow, isMarkdown),
    ...(isMarkdown && { compile: "gh aw compile" }),
  };
}

/** The template of a workflow for maintainers, from its example. */
export function maintenanceOf(what: Maintenance): Template {
  const name = FOR_MAINTAINERS[what];
  const text = readFileSync(new URL(`../examples/${name}.yml`, import.meta.url), "utf8");
  return {
    path: `.github/workflows/${name}.yml`,
    text,
    secrets: ["DISCORD_WEBHOOK"],
    start: startOf(name, parse(text) as Workflow, false),
  };
}

/** The line that starts the workflow by hand, or what starts it. */
function startOf(name: string, { on }: Workflow, isMarkdown: boolean): Template["start"] {
  if (!("workflow_dispatch" in on)) return { kind: "event", event: Object.keys(on).join(", ") };
  const needed = Object.entries(on["workflow_dispatch"]?.inputs ?? {}).filter(([, input]) => input?.required === true);
  const inputs = needed.map(([input]) => ` -f ${input}="…"`).join("");
  return { kind: "command", command: `gh workflow run ${name}${isMarkdown ? ".lock" : ""}.yml${inputs}` };
}

/** The generated file. */
export function renderTemplates(): string {
  const templates = Object.fromEntries(AGENTS.map((agent) => [agent, templateOf(agent)]));
  const metered = Object.fromEntries(METERED_AGENTS.map((agent) => [agent, meteredTemplateOf(agent)]));
  const forMaintainers = Object.fromEntries(MAINTENANCE.map((what) => [what, maintenanceOf(what)]));
  return `// Generated from examples/: change those, then run npm run generate.
import type { Maintenance } from "../../../inputs/list-kinds.ts";
import type { Agent } from "../../../inputs/options.ts";
import type { MeteredAgent, Template } from "./template.ts";

export const TEMPLATES: Readonly<Record<Agent, Template>> = ${JSON.stringify(templates, null, 2)};

export const METERED_TEMPLATES: Readonly<Record<MeteredAgent, Template>> = ${JSON.stringify(metered, null, 2)};

export const MAINTENANCE_TEMPLATES: Readonly<Record<Maintenance, Template>> = ${JSON.stringify(forMaintainers, null, 2)};
`;
}

function main(check: boolean): void {
  const path = new URL("../src/edges/terminal/init/templates.ts", import.meta.url);
  const fresh = renderTemplates();
  if (!check) writeFileSync(path, fresh);
  else if (readFileSync(path, "utf8") !== fresh) {
    process.stderr.write("src/edges/terminal/init/templates.ts is stale: run npm run generate\n");
    process.exitCode = 1;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(process.argv.includes("--check"));
}
