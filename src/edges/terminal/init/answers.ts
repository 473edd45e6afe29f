import { DEFAULT_BUDGET, DEFAULT_SETTINGS } from "../../../books/settings.ts";
import type { InputsOf } from "../../../inputs/commands/table.ts";
import { timezone } from "../../../inputs/kinds.ts";
import type { Agent, OptionName } from "../../../inputs/options.ts";
import type { NanoUsd } from "../../../values/money.ts";
import type { TimeZone } from "../../../values/month.ts";

/** What `init` has to know. */
export type Answers = {
  readonly agent: Agent;
  readonly monthlyBudget: NanoUsd;
  /** What one run usually costs. */
  readonly runCost: NanoUsd;
  readonly timezone: TimeZone;
  readonly discord: boolean;
};

/** The answers by default; there is none for the agent. */
export function defaultAnswers(machineZone: string | undefined): Omit<Answers, "agent"> {
  return {
    monthlyBudget: DEFAULT_BUDGET,
    runCost: DEFAULT_SETTINGS.defaultEstimate,
    timezone: (machineZone === undefined ? undefined : timezone.parse(machineZone)) ?? "UTC",
    discord: false,
  };
}

const NEEDED: readonly (readonly [OptionName, keyof InputsOf<"init">])[] = [
  ["agent", "agent"],
  ["monthly-budget", "monthlyBudget"],
  ["run-cost", "runCost"],
  ["discord", "discord"],
];

/** The options that are missing if there is no terminal to ask at: with `yes`, only the agent can be. */
export function missingAnswers(given: InputsOf<"init">): readonly OptionName[] {
  return NEEDED.filter(([name, key]) => given[key] === undefined && (given.yes !== true || name === "agent")).map(
    ([name]) => name,
  );
}

/** Why the answers contradict each other; undefined if they don't. */
export function senseless({ monthlyBudget, runCost }: Answers): string | undefined {
  return runCost > monthlyBudget ? "--run-cost is more than --monthly-budget: no run would ever fit" : undefined;
}
