import { DEFAULT_BUDGET } from "../../../books/settings.ts";
import type { InputsOf } from "../../../inputs/commands/table.ts";
import { timezone } from "../../../inputs/kinds.ts";
import type { Maintenance } from "../../../inputs/list-kinds.ts";
import type { Agent, OptionName } from "../../../inputs/options.ts";
import { bounded, type NanoUsd, nanoOf } from "../../../values/money.ts";
import type { TimeZone } from "../../../values/month.ts";
import { canBeMetered } from "./template.ts";

/** What `init` has to know. */
export type Answers = {
  readonly agent: Agent;
  readonly monthlyBudget: NanoUsd;
  /** What one run usually costs. */
  readonly runCost: NanoUsd;
  /** Nobody said what one run costs: it is our guess for the agent. */
  readonly isGuess: boolean;
  readonly timezone: TimeZone;
  readonly discord: boolean;
  /** What one run may cost at most, kept by a meter; undefined without one. */
  readonly maxCost: NanoUsd | undefined;
  /** The workflows for maintainers. */
  readonly workflows: readonly Maintenance[];
};

/**
 * What the median run of each workflow that `init` writes costs, US dollars: guesses, from the usual number of turns at
 * the list prices of the agent's usual model. After three runs, the costs that were booked replace them.
 */
const USUAL_RUN_COSTS: Readonly<Record<Agent, number>> = {
  "claude-code": 0.35,
  codex: 0.2,
  gemini: 0.05,
  opencode: 0.35,
  "gh-aw": 0.4,
  // One request with at most 2,000 tokens of output.
  script: 0.03,
};

/** What the median run of an agent costs; a guess. */
export function usualRunCost(agent: Agent): NanoUsd {
  return nanoOf(USUAL_RUN_COSTS[agent]);
}

/** A run that costs so many times what a run usually does has gone astray. */
const ASTRAY = 4;

/** What a metered run may cost if nobody says so. */
export function usualMaxCost(runCost: NanoUsd, monthlyBudget: NanoUsd): NanoUsd {
  return bounded(Math.min(runCost * ASTRAY, monthlyBudget));
}

/** The machine's time zone if the budget can follow it, otherwise UTC. */
export function defaultZone(machineZone: string | undefined): TimeZone {
  return (machineZone === undefined ? undefined : timezone.parse(machineZone)) ?? "UTC";
}

/** The answers, by default where nothing was given. */
export function completed(
  given: InputsOf<"init"> & { readonly agent: Agent },
  machineZone: string | undefined,
): Answers {
  const monthlyBudget = given.monthlyBudget ?? DEFAULT_BUDGET;
  const runCost = given.runCost ?? usualRunCost(given.agent);
  const maxCost = given.maxCost ?? usualMaxCost(runCost, monthlyBudget);
  return {
    agent: given.agent,
    monthlyBudget,
    runCost,
    maxCost: given.meter === true ? maxCost : undefined,
    isGuess: given.runCost === undefined || given.runCost === usualRunCost(given.agent),
    timezone: given.timezone ?? defaultZone(machineZone),
    discord: given.discord ?? false,
    workflows: given.workflows ?? [],
  };
}

/** What only the policy file says. */
export const POLICY_OPTIONS = ["monthly-budget", "run-cost", "timezone"] as const satisfies readonly OptionName[];
const POLICY_KEYS = ["monthlyBudget", "runCost", "timezone"] as const;

/** The options given that would change the policy file. */
export function givenForPolicy(given: InputsOf<"init">): readonly OptionName[] {
  return POLICY_OPTIONS.filter((_, index) => given[POLICY_KEYS[index] ?? "timezone"] !== undefined);
}

const NEEDED: readonly (readonly [OptionName, keyof InputsOf<"init">])[] = [
  ["agent", "agent"],
  ["monthly-budget", "monthlyBudget"],
  ["run-cost", "runCost"],
  ["discord", "discord"],
];

/** The options that are missing if there is no terminal to ask at: with `yes`, only the agent can be. */
export function missingAnswers(given: InputsOf<"init">, keepsPolicy: boolean): readonly OptionName[] {
  const isNeeded = (name: OptionName) =>
    name === "agent" || (given.yes !== true && !(keepsPolicy && POLICY_OPTIONS.some((option) => option === name)));
  return NEEDED.filter(([name, key]) => given[key] === undefined && isNeeded(name)).map(([name]) => name);
}

/** Why options about a meter contradict each other or the agent; undefined if they don't. */
export function senselessMeter({ agent, meter, maxCost }: InputsOf<"init">): string | undefined {
  if (maxCost !== undefined && meter !== true) return "--max-cost is kept by a meter: add --meter";
  return meter === true && agent !== undefined && !canBeMetered(agent)
    ? `${agent} can't be pointed at a meter, because its sandbox can't reach one: leave --meter out`
    : undefined;
}

/** Why the answers contradict each other; undefined if they don't. */
export function senseless({ monthlyBudget, runCost, isGuess, workflows, discord }: Answers): string | undefined {
  if (runCost > monthlyBudget) {
    const what = isGuess ? "what one run usually costs" : "--run-cost";
    return `${what} is more than --monthly-budget: no run would ever fit`;
  }
  return workflows.includes("recap") && !discord
    ? "the workflow recap posts to a Discord channel: add --discord, or leave recap out"
    : undefined;
}
