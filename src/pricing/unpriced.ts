import { isEmptyUsage } from "../usage/usage.ts";
import { chargeOfLine, listChargeOf } from "./charge.ts";
import { isPiece, type PricedLine, type PriceKind, type ServicePart } from "./unit-prices.ts";

/** What has no price in a line, in one sentence; how to fix it, and the lines for the policy file. */
export type Unpriced = {
  readonly model: string;
  readonly warning: string;
  readonly fix: string;
  readonly config?: string;
};

/** What keeps a line from being priced, and how to fix it; undefined if all of it has a price or is billed. */
export function unpricedIn(line: PricedLine): Unpriced | undefined {
  const charge = chargeOfLine(line);
  const list = listChargeOf(line);
  const missing = list?.missing;
  // What was billed needs no price.
  if ((charge !== undefined && line.billed) || (list !== undefined && missing === undefined)) return undefined;
  if (isEmptyUsage(line)) return undefined;
  const { model } = line;
  const rest = missing === undefined ? "the estimate is charged for it" : "the estimate is charged on top of the rest";
  const how = charge?.quality === "reported" ? "the tool's own figure is charged" : rest;
  if (model === "") {
    const fix = "To price usage that names no model, name the model: model in a workflow, --model in a terminal.";
    return { model, warning: `The usage names no model: ${how}. ${fix}`, fix };
  }
  const what = missing === undefined ? model : `${missing.map((one) => nameOf(one, line)).join(", ")} of ${model}`;
  const wanted = missing ?? ["input", "output", ...piecesIn(line)];
  const config = configLineFor(model, { wanted, ...line });
  const hint = hintFor(line);
  return {
    model,
    warning: `No price is known for ${what}: ${how}. ${hint}To price it, add to the policy file:\n${config}`,
    fix: `${hint}To price ${what}, add its prices to the policy file (${unitsOf(wanted)}):`,
    config,
  };
}

type Wanted = {
  readonly wanted?: readonly (PriceKind | ServicePart)[];
  readonly tier?: string;
  readonly region?: string;
};

/**
 * The lines of the policy file that would price a model. Placeholders replace its prices: a policy file with one of
 * them is refused.
 */
export function configLineFor(model: string, { wanted = ["input", "output"], tier, region }: Wanted = {}): string {
  const name = yamlKey(model === "" ? "the-model" : model);
  const prices = wanted.map((kind) => {
    if (kind === "tier") return `tiers: { ${yamlKey(tier ?? "")}: <factor> }`;
    if (kind === "region") return `regions: { ${yamlKey(region ?? "")}: <factor> }`;
    return `${kind}: <USD per ${isPiece(kind) ? "1000" : "million"}>`;
  });
  return `prices:\n  ${name}: { ${prices.join(", ")} }`;
}

function yamlKey(name: string): string {
  const isPlain = /^[A-Za-z][\w.-]*$/.test(name) && !/^(true|false|null|yes|no|on|off)$/i.test(name);
  return isPlain ? name : JSON.stringify(name);
}

function nameOf(missing: PriceKind | ServicePart, { tier = "", region = "" }: PricedLine): string {
  if (missing === "tier") return `the service tier ${tier}`;
  if (missing === "region") return `processing in ${region}`;
  return missing.replaceAll("_", " ");
}

function piecesIn(line: PricedLine): PriceKind[] {
  const extras = Object.keys(line.extras ?? {}) as (keyof NonNullable<PricedLine["extras"]>)[];
  return [...(line.web_searches > 0 ? (["web_search"] as const) : []), ...extras];
}

function unitsOf(wanted: readonly (PriceKind | ServicePart)[]): string {
  const isService = (kind: string) => kind === "tier" || kind === "region";
  const units = [
    ["USD per million tokens", wanted.some((kind) => !isService(kind) && !isPiece(kind))],
    ["USD per 1,000 pieces", wanted.some(isPiece)],
    ["a factor on the prices of the standard service", wanted.some(isService)],
  ] as const;
  return units.flatMap(([unit, isWanted]) => (isWanted ? [unit] : [])).join(", ");
}

/** The closest model that has a price, in one sentence and a space; empty if none is known. */
export function hintFor({ closest }: Pick<PricedLine, "closest">): string {
  if (closest === undefined) return "";
  const { model, prices } = closest;
  const figures = Object.entries(prices).map(([kind, price]) => `${kind} ${price}`);
  return `Closest known model: ${model}; its prices are ${figures.join(", ")}. `;
}
