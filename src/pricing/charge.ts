import { type NanoUsd, showUsd } from "../budget/money.ts";
import { isEmptyUsage } from "../usage/usage.ts";
import { UsageError } from "../usage/usage-error.ts";
import { costOf } from "./cost.ts";
import type { PricedLine } from "./unit-prices.ts";

export type LineCharge = { readonly cost: NanoUsd; readonly quality: "priced" | "reported" };

/**
 * What a line is charged: what the provider bills, else the list price, else what the tool claims. Undefined when
 * none is known; zero only where the policy file prices the model at zero, and never for a line without usage.
 */
export function chargeOfLine(line: PricedLine): LineCharge | undefined {
  const reported = line.reported_cost ?? 0;
  const claim = reported > 0 ? { cost: reported as NanoUsd, quality: "reported" as const } : undefined;
  if (claim && line.billed) return claim;
  const list = listCostOf(line);
  return list === undefined ? claim : { cost: list, quality: "priced" };
}

/** A sentence for people when the tool's figure is more than 5 % off the list price. */
export function differenceWarning(line: PricedLine): string | undefined {
  const list = listCostOf(line);
  const reported = line.reported_cost;
  if (!list || !reported) return undefined;
  const off = Math.abs(reported - list);
  // Twenty times as much as the difference may be beyond what numbers hold exactly.
  if (BigInt(off) * 20n <= BigInt(list)) return undefined;
  const percent = Math.round((off / list) * 100);
  const who = line.billed ? "the provider bills" : "the tool says";
  const charged = line.billed ? "what is billed" : "the list price";
  const side = reported > list ? "more" : "less";
  return `${line.model}: ${who} ${showUsd(reported)}, ${percent} % ${side} than the list price of ${showUsd(list)}; ${charged} is charged.`;
}

/** The lines of the policy file that would price a model; the figures are examples to be replaced. */
export function configLineFor(model: string, { webSearches = false } = {}): string {
  const key = /^[A-Za-z][\w.-]*$/.test(model) && !/^(true|false|null|yes|no|on|off)$/i.test(model);
  const name = key ? model : JSON.stringify(model === "" ? "the-model" : model);
  return `prices:\n  ${name}: { input: 1.25, output: 10${webSearches ? ", web_search: 10" : ""} }`;
}

function listCostOf(line: PricedLine): NanoUsd | undefined {
  if (line.prices === undefined || isEmptyUsage(line)) return undefined;
  try {
    const cost = costOf(line, line.prices);
    return cost > 0 || line.price_source === "policy" ? cost : undefined;
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
