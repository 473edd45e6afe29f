import type { Outcome } from "../../commands/outcome/outcome.ts";
import type { Command } from "../../inputs/commands/table.ts";
import { inCamelCase } from "../../values/camel-case.ts";
import { jsonText } from "../../values/json-text.ts";

const NUMBERS = [
  "budget",
  "spent",
  "held",
  "remaining",
  "percent-used",
  "executions",
  ...["forecast", "forecast-low", "forecast-high", "exhaustion-chance"],
  "estimate",
  "max-cost",
  "cost",
  "change",
  "limit",
  "limit-spent",
  "limit-held",
  "limit-remaining",
];

/** In the answers of `status` and `report`, `forecast` and `report` are more than the outputs of these names. */
const RENAMED: Readonly<Record<string, string>> = { forecast: "forecast-point", report: "file" };

/** What answers whether a run may start. */
const DECIDED: readonly string[] = ["allowed", "decision"];

/**
 * An outcome for machines, as `token-budget-output.schema.json` describes it: keys in camel case, dollars as numbers
 * with at most nine decimals, its details and its notes. Only an answer to a check says whether a run is allowed.
 */
export function jsonOf(command: Command, { outputs, details, notes, failure, gate }: Outcome): string {
  const isDecision = command === "check" || gate !== undefined;
  const values = Object.entries(outputs)
    .filter(([name]) => isDecision || !DECIDED.includes(name))
    .map(([name, value]) => [RENAMED[name] ?? name, typed(name, value)]);
  const answer = { command, ...inCamelCase(Object.fromEntries(values)), ...details, failed: failure !== null, notes };
  return jsonText(answer);
}

function typed(name: string, value: string): unknown {
  if (name === "allowed") return value === "true";
  if (name === "milestones") return value === "" ? [] : value.split(",").map(Number);
  return NUMBERS.includes(name) ? Number(value) : value;
}
