import { reportedCostOf } from "./reader.ts";
import { type UsageLine, usageLine } from "./usage.ts";
import { UsageError } from "./usage-error.ts";

/** The usage inputs as they were given, one element a line, blank lines left out. */
export type UsageInputs = {
  readonly models: readonly string[];
  readonly providers?: readonly string[];
  /** All input tokens of each model, cached ones included. */
  readonly input: readonly string[];
  /** Those of them that were read from a cache; empty for none. */
  readonly cachedInput: readonly string[];
  readonly output: readonly string[];
  /** Dollars. */
  readonly cost: readonly string[];
};

type Row = { readonly [K in keyof UsageInputs]-?: string | undefined };

const NAMES: { readonly [K in keyof Row]: string } = {
  models: "model",
  providers: "provider",
  input: "input-tokens",
  cachedInput: "cached-input-tokens",
  output: "output-tokens",
  cost: "cost",
};
const KEYS = Object.keys(NAMES) as (keyof Row)[];

/**
 * The usage lines of the inputs, or a sentence for each input that is wrong; neither when none was given. A cost is
 * a finished figure: it is charged as it stands, whatever the tokens would cost.
 */
export function usageFromInputs(inputs: UsageInputs): { readonly lines: UsageLine[]; readonly problems: string[] } {
  const rows = Math.max(...KEYS.map((key) => inputs[key]?.length ?? 0));
  const problems = [...lengthProblems(inputs, rows), ...formProblems(inputs)];
  if (problems.length > 0 || rows === 0) return { lines: [], problems };
  const lines: UsageLine[] = [];
  for (let row = 0; row < rows; row += 1) {
    try {
      lines.push(lineOf(rowOf(inputs, row)));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(`${NAMES.models} ${row + 1}: ${error.message}`);
    }
  }
  return problems.length > 0 ? { lines: [], problems } : { lines, problems };
}

function lengthProblems(inputs: UsageInputs, rows: number): string[] {
  const given = KEYS.filter((key) => (inputs[key]?.length ?? 0) > 0);
  const tokens = given.some((key) => key === "input" || key === "output" || key === "cachedInput");
  const problems = given
    .filter((key) => inputs[key]?.length !== rows)
    .map((key) => `${NAMES[key]} has ${inputs[key]?.length} lines where another usage input has ${rows}`);
  const missing = given.length === 0 ? [] : needed(tokens, inputs).filter((key) => !given.includes(key));
  return [...problems, ...missing.map((key) => `${NAMES[key]} is missing, with the other usage inputs given`)];
}

function needed(tokens: boolean, inputs: UsageInputs): (keyof Row)[] {
  if (tokens) return inputs.cost.length > 0 ? ["input", "output"] : ["models", "input", "output"];
  return inputs.cost.length > 0 ? [] : ["models", "input", "output"];
}

function formProblems(inputs: UsageInputs): string[] {
  const counts = (["input", "cachedInput", "output"] as const).flatMap((key) =>
    inputs[key]
      .filter((text) => !isCount(text))
      .map((text) => `${NAMES[key]}: ${shown(text)} is not a number of tokens`),
  );
  const costs = inputs.cost
    .filter((text) => !isAmount(text))
    .map((text) => `${NAMES.cost}: ${shown(text)} is not an amount of dollars, such as 0.0312`);
  return [...counts, ...costs];
}

function lineOf(row: Row): UsageLine {
  return usageLine({
    model: row.models,
    provider: row.providers,
    input: Number(row.input ?? 0),
    cache_read: Number(row.cachedInput ?? 0),
    output: Number(row.output ?? 0),
    requests: 1,
    aggregate: true,
    ...(row.cost === undefined ? {} : { reported_cost: reportedCostOf("cost", Number(row.cost)), billed: true }),
  });
}

function rowOf(inputs: UsageInputs, index: number): Row {
  return Object.fromEntries(KEYS.map((key) => [key, inputs[key]?.[index]?.trim()])) as Row;
}

function isCount(text: string): boolean {
  return /^\d{1,15}$/.test(text.trim());
}

function isAmount(text: string): boolean {
  return /^\d+(\.\d+)?(e[+-]?\d{1,2})?$/i.test(text.trim()) && Number(text) < 8_388_608;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
