import { isEmptyUsage } from "../usage/usage.ts";
import { UsageError } from "../usage/usage-error.ts";
import { MAX_NANO_USD, type NanoUsd, nanoUsd, showUsd } from "../values/money.ts";
import { coveredCostOf, unpricedKinds } from "./cost.ts";
import { lineAndParts, withoutParts } from "./parts.ts";
import type { PricedLine, PriceKind, ServicePart } from "./unit-prices.ts";

/** A tool's figure may differ this much from the list price without a warning. */
const DIFFERENCE = 0.05;

export type LineCharge = {
  readonly cost: NanoUsd;
  readonly quality: "priced" | "reported";
  /** What has no price and is not in the cost, or whose effect on the price is unknown. */
  readonly missing?: readonly (PriceKind | ServicePart)[];
};

/**
 * What a line is charged: what the provider bills, otherwise the list price for its tier and region, otherwise what the
 * tool claims, otherwise the list price of the part that has one. Undefined when none is known; zero only where the
 * policy file prices the model at zero, and never for a line without usage.
 */
export function chargeOfLine(line: PricedLine): LineCharge | undefined {
  const reported = line.reported_cost ?? 0;
  const claim = reported > 0 ? { cost: reported as NanoUsd, quality: "reported" as const } : undefined;
  if (claim && line.billed) return claim;
  const list = listChargeOf(line);
  if (claim && (list === undefined || list.missing || isMixed(line, list))) return claim;
  return list;
}

/**
 * Whether a tool's figure for several requests lies between the price of the standard service and that of the line's:
 * some of them were served by the one and some by the other, which the tool knows and the line can't say.
 */
function isMixed({ reported_cost, factor = 1, aggregate }: PricedLine, { cost }: LineCharge): boolean {
  const claim = reported_cost ?? 0;
  if (aggregate !== true || claim === 0) return false;
  const standard = cost / factor;
  const least = Math.min(cost, standard);
  const most = Math.max(cost, standard);
  return claim >= least * (1 - DIFFERENCE) && claim <= most * (1 + DIFFERENCE) && isOff(claim, cost);
}

/** Whether a tool's figure is so far off the list price that people should know. */
function isOff(claim: number, cost: NanoUsd): boolean {
  // Twenty times as much as the difference may be beyond what numbers hold exactly.
  return BigInt(Math.abs(claim - cost)) * BigInt(1 / DIFFERENCE) > BigInt(cost);
}

/**
 * A sentence for people when the tool's figure is more than 5 % off the list price. None about what the provider bills:
 * that is the price, regardless of the list.
 */
export function differenceWarning(line: PricedLine): string | undefined {
  const list = listChargeOf(line);
  const reported = line.reported_cost;
  if (line.billed || !list?.cost || list.missing || !reported) return undefined;
  if (!isOff(reported, list.cost) || isMixed(line, list)) return undefined;
  const percent = Math.round((Math.abs(reported - list.cost) / list.cost) * 100);
  const side = reported > list.cost ? "more" : "less";
  return `${line.model}: the tool says ${showUsd(reported)}, ${percent} % ${side} than the list price of ${showUsd(list.cost)}; the list price is charged.`;
}

/** What a line costs by its unit prices, as far as it has any; undefined if that is nothing. */
export function listChargeOf(line: PricedLine): LineCharge | undefined {
  if (line.parts === undefined) return listChargeAlone(line);
  const charges = lineAndParts(line).map(listChargeAlone);
  const known = charges.filter((charge) => charge !== undefined);
  const total = known.reduce((sum, { cost }) => sum + cost, 0);
  const isWhole = known.length === charges.length && !known.some((charge) => charge.missing);
  return isWhole && total <= MAX_NANO_USD ? { cost: nanoUsd(total), quality: "priced" } : listChargeAlone(line);
}

/**
 * The lines that a charge for a line is booked as: each with its own unit prices, where these are what it is charged.
 */
export function linesToBook(line: PricedLine): readonly PricedLine[] {
  if (line.parts === undefined) return [line];
  const charge = chargeOfLine(line);
  return charge?.quality === "priced" && !charge.missing ? lineAndParts(line) : [withoutParts(line)];
}

function listChargeAlone(line: PricedLine): LineCharge | undefined {
  const { prices, unknown = [] } = line;
  if (prices === undefined || isEmptyUsage(line)) return undefined;
  try {
    const missing = [...unpricedKinds(line, prices), ...unknown];
    const cost = coveredCostOf(line, prices);
    if (missing.length > 0) return cost > 0 ? { cost, quality: "priced", missing } : undefined;
    return cost > 0 || line.price_source === "policy" ? { cost, quality: "priced" } : undefined;
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
