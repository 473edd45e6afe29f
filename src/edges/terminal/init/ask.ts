import { confirm, isCancel, multiselect, select, text } from "@clack/prompts";
import { DEFAULT_BUDGET } from "../../../books/settings.ts";
import type { InputsOf } from "../../../inputs/commands/table.ts";
import { type Kind, positiveUsd, timezone } from "../../../inputs/kinds.ts";
import { MAINTENANCE, type Maintenance } from "../../../inputs/list-kinds.ts";
import { AGENTS, type Agent } from "../../../inputs/options.ts";
import { showValue } from "../../../inputs/show-value.ts";
import { plainUsd } from "../../../values/money.ts";
import { defaultZone, usualMaxCost, usualRunCost } from "./answers.ts";
import { canBeMetered } from "./template.ts";

export type Talk = { readonly in: NodeJS.ReadStream; readonly out: NodeJS.WriteStream };

type Asked = InputsOf<"init"> & { readonly agent: Agent };

const AGENT_NAMES: Readonly<Record<Agent, string>> = {
  "claude-code": "Claude Code",
  codex: "Codex",
  gemini: "Gemini CLI",
  opencode: "opencode",
  "gh-aw": "GitHub Agentic Workflows",
  script: "a script that calls a model's API",
};

const WORKFLOW_NAMES: Readonly<Record<Maintenance, string>> = {
  "top-up": "add money to the month, or move it",
  reset: "start the month again at zero",
  pause: "stop all agents for a while, and start them again",
  alerts: "acknowledge alerts, and escalate them every hour",
  recap: "post the recap on the first of the month",
};

/** Someone left a question unanswered. */
class Cancelled extends Error {}

/** Asks what no option answers, each question until the answer can be used. Undefined if someone stops. */
export async function askMissing(
  given: InputsOf<"init">,
  talk: Talk & { readonly machineZone: string | undefined; readonly keepsPolicy: boolean },
): Promise<Asked | undefined> {
  try {
    const agent = given.agent ?? (await askAgent(talk));
    const rules = talk.keepsPolicy ? given : await askRules({ ...given, agent }, talk);
    const meter = await askMeter({ ...rules, agent }, talk);
    const discord = given.discord ?? (await askDiscord(talk));
    const workflows = given.workflows ?? (await askWorkflows(discord, talk));
    return { ...rules, ...meter, agent, discord, workflows };
  } catch (error) {
    if (error instanceof Cancelled) return undefined;
    throw error;
  }
}

/** What the policy file says. */
async function askRules(given: Asked, talk: Talk & { readonly machineZone: string | undefined }): Promise<Asked> {
  const usual = plainUsd(usualRunCost(given.agent));
  return {
    ...given,
    monthlyBudget:
      given.monthlyBudget ??
      (await askText(talk, {
        kind: positiveUsd,
        message: "How many US dollars may be spent in a month?",
        byDefault: plainUsd(DEFAULT_BUDGET),
      })),
    runCost:
      given.runCost ??
      (await askText(talk, {
        kind: positiveUsd,
        message: `How many US dollars does one run usually cost? (${usual} is a guess for ${given.agent})`,
        byDefault: usual,
      })),
    timezone:
      given.timezone ??
      (await askText(talk, {
        kind: timezone,
        message: "Which time zone do the months follow?",
        byDefault: defaultZone(talk.machineZone),
      })),
  };
}

async function askAgent(talk: Talk): Promise<Agent> {
  const options = AGENTS.map((value) => ({ value, label: value, hint: AGENT_NAMES[value] }));
  return answered(await select({ ...streams(talk), message: "Which agent runs?", options }));
}

/** Whether a meter counts, and what a run may cost then. */
async function askMeter(given: Asked, talk: Talk): Promise<Pick<Asked, "meter" | "maxCost">> {
  if (!canBeMetered(given.agent)) return { meter: false };
  const message = "Put a meter between the agent and its provider, which counts during the run and can stop it?";
  const meter = given.meter ?? answered(await confirm({ ...streams(talk), message, initialValue: false }));
  if (!meter || given.maxCost !== undefined) return { meter, maxCost: given.maxCost };
  const { runCost = usualRunCost(given.agent), monthlyBudget = DEFAULT_BUDGET } = given;
  const maxCost = await askText(talk, {
    kind: positiveUsd,
    message: "At how many US dollars is a run stopped?",
    byDefault: plainUsd(usualMaxCost(runCost, monthlyBudget)),
  });
  return { meter, maxCost };
}

async function askDiscord(talk: Talk): Promise<boolean> {
  const message = "Send messages to a Discord channel?";
  return answered(await confirm({ ...streams(talk), message, initialValue: false }));
}

async function askWorkflows(discord: boolean, talk: Talk): Promise<readonly Maintenance[]> {
  const offered: Maintenance[] = MAINTENANCE.filter((name) => name !== "recap" || discord);
  return answered(
    await multiselect({
      ...streams(talk),
      message: "Which workflows for maintainers should be there on the day the money is gone?",
      options: offered.map((value) => ({ value, label: value, hint: WORKFLOW_NAMES[value] })),
      initialValues: offered,
      required: false,
    }),
  );
}

/** The parsed answer to a question; the default if nothing is typed. */
async function askText<T>(
  talk: Talk,
  { kind, message, byDefault }: { readonly kind: Kind<T>; readonly message: string; readonly byDefault: string },
): Promise<T> {
  const typed = (line: string | undefined) => line?.trim() || byDefault;
  const refusal = (line: string | undefined) =>
    kind.parse(typed(line)) === undefined
      ? `${showValue(typed(line))} can't be used: write ${kind.wanted}.`
      : undefined;
  const line = await text({ ...streams(talk), message, placeholder: byDefault, validate: refusal });
  return kind.parse(typed(answered(line))) as T;
}

function streams(talk: Talk) {
  return { input: talk.in, output: talk.out };
}

function answered<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new Cancelled();
  return answer as Exclude<T, symbol>;
}
