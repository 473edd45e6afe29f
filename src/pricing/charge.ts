import { type NanoUsd, showUsd } from "../budget/money.ts";
import { isEmptyUsage } from "../usage/usage.ts";
import { UsageError } from "../usage/usage-error.ts";
import { coveredCostOf, unpricedKinds } from "./cost.ts";
import type { PricedLine, PriceKind } from "./unit-prices.ts";

export type LineCharge = {
  readonly cost: NanoUsd;
  readonly quality: "priced" | "reported";
  /** Kinds that have no price and are not in the cost. */
  readonly missing?: readonly PriceKind[];
};

/**
 * What a line is charged: what the provider bills, else the list price, else what the tool claims, else the list price
 * of the part that has one. Undefined when none is known; zero only where the policy file prices the model at zero, and
 * never for a line without usage.
 */
export function chargeOfLine(line: PricedLine): LineCharge | undefined {
  const reported = line.reported_cost ?? 0;
  const claim = reported > 0 ? { cost: reported as NanoUsd, quality: "reported" as const } : undefined;
  if (claim && line.billed) return claim;
  const list = listChargeOf(line);
  return list === undefined || (list.missing && claim) ? claim : list;
}

/**
 * A sentence for people when the tool's figure is more than 5 % off the list price. None about what the provider bills:
 * that is the price, whatever a list says.
 */
export function differenceWarning(line: PricedLine): string | undefined {
  const list = listChargeOf(line);
  const reported = line.reported_cost;
  if (line.billed || !list?.cost || list.missing || !reported) return undefined;
  const off = Math.abs(reported - list.cost);
  // Twenty times as much as the difference may be beyond what numbers hold exactly.
  if (BigInt(off) * 20n <= BigInt(list.cost)) return undefined;
  const percent = Math.round((off / list.cost) * 100);
  const side = reported > list.cost ? "more" : "less";
  return `${line.model}: the tool says ${showUsd(reported)}, ${percent} % ${side} than the list price of ${showUsd(list.cost)}; the list price is charged.`;
}

/** What has no price in a line, in one sentence; how to mend it, and the lines of the policy file that would. */
export type Unpriced = {
  readonly model: string;
  readonly warning: string;
  readonly mending: string;
  readonly config?: string;
};

/** What keeps a line from being priced, and how to mend it; undefined where all of it has a price or is billed. */
export function unpricedIn(line: PricedLine): Unpriced | undefined {
  const charge = chargeOfLine(line);
  // What was billed needs no price.
  if (charge !== undefined && (line.billed || (charge.quality === "priced" && !charge.missing))) return undefined;
  if (isEmptyUsage(line)) return undefined;
  const { model } = line;
  const how = charge?.quality === "reported" ? "the tool's own figure is charged" : "the estimate is charged for it";
  if (model === "") {
    const mending = "To price what names no model, say which model it was: model in a workflow, --model at a terminal.";
    return { model, warning: `What was used names no model: ${how}. ${mending}`, mending };
  }
  const kinds = charge?.missing?.map((kind) => kind.replaceAll("_", " ")).join(", ");
  const config = configLineFor(model, { webSearches: line.web_searches > 0 });
  return {
    model,
    warning:
      kinds === undefined
        ? `No price is known for ${model}: ${how}. To price it, add to the policy file:\n${config}`
        : `No price is known for ${kinds} of ${model}: the estimate is charged on top of the rest. To price it, add to the policy file:\n${config}`,
    mending: `To price ${kinds === undefined ? "" : `${kinds} of `}${model}, give its prices in the policy file (USD per million tokens${line.web_searches > 0 ? ", per 1,000 searches" : ""}):`,
    config,
  };
}

/** The lines of the policy file that would price a model; the figures are examples to be replaced. */
export function configLineFor(model: string, { webSearches = false } = {}): string {
  const key = /^[A-Za-z][\w.-]*$/.test(model) && !/^(true|false|null|yes|no|on|off)$/i.test(model);
  const name = key ? model : JSON.stringify(model === "" ? "the-model" : model);
  return `prices:\n  ${name}: { input: 1.25, output: 10${webSearches ? ", web_search: 10" : ""} }`;
}

function listChargeOf(line: PricedLine): LineCharge | undefined {
  const { prices } = line;
  if (prices === undefined || isEmptyUsage(line)) return undefined;
  try {
    const missing = unpricedKinds(line, prices);
    const cost = coveredCostOf(line, prices);
    if (missing.length > 0) return cost > 0 ? { cost, quality: "priced", missing } : undefined;
    return cost > 0 || line.price_source === "policy" ? { cost, quality: "priced" } : undefined;
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
