import type { Outcome } from "../../commands/outcome/outcome.ts";
import type { Command } from "../../inputs/commands/table.ts";

const NUMBERS = [
  "budget",
  "spent",
  "held",
  "remaining",
  "percent-used",
  "executions",
  "estimate",
  "cost",
  "limit",
  "limit-spent",
  "limit-held",
  "limit-remaining",
];

/** An outcome for machines: the outputs by name, dollars as numbers, its details and its notes. */
export function jsonOf(command: Command, { outputs, details, notes, failure }: Outcome): string {
  const values = Object.entries(outputs).map(([name, value]) => [name, typed(name, value)]);
  return JSON.stringify({ command, ...Object.fromEntries(values), ...details, failed: failure !== null, notes });
}

function typed(name: string, value: string): unknown {
  if (name === "allowed") return value === "true";
  if (name === "milestones") return value === "" ? [] : value.split(",").map(Number);
  return NUMBERS.includes(name) ? Number(value) : value;
}
