import { chargeOfLine } from "../pricing/charge.ts";
import { unitPricesOf } from "../pricing/prices.ts";
import type { PriceOverrides } from "../pricing/unit-prices.ts";
import { isEmptyUsage, type UsageLine, usageLine } from "../usage/usage.ts";
import { boundedSum, type NanoUsd, ZERO } from "../values/money.ts";

/** What one line costs, and whether a part of that has no price. */
export type LineCost = { readonly line: UsageLine; readonly cost: NanoUsd; readonly isUnpriced: boolean };

/** Prices lines as `record` will, and knows the dearest model so far. */
export type Pricing = {
  /** What lines cost; a model without a price costs as the one that was asked for, otherwise as the dearest seen. */
  costsOf(lines: readonly UsageLine[], asked: string | undefined): Promise<readonly LineCost[]>;
  /** The model with the dearest tokens of those seen so far at a provider; of all where the provider is empty. */
  dearest(provider: string): string | undefined;
};

/** As many tokens as a request may have, to compare models by. */
const SAMPLE = { input: 10_000, output: 1_000 };

export function createPricing(prices: PriceOverrides, now: () => number): Pricing {
  const seen = new Map<string, Promise<NanoUsd | undefined>>();
  const dearest = new Map<string, { readonly model: string; readonly cost: NanoUsd }>();
  const costOf = async (line: UsageLine): Promise<{ cost: NanoUsd; isWhole: boolean } | undefined> => {
    const priced = await unitPricesOf(line, new Date(now()).toISOString(), prices);
    const charge = chargeOfLine(priced);
    return charge && { cost: charge.cost, isWhole: charge.missing === undefined };
  };
  const note = async ({ provider, model }: UsageLine) => {
    const key = `${provider}/${model}`;
    if (model === "" || seen.has(key)) return;
    const sample = costOf(usageLine({ provider, model, ...SAMPLE })).then((found) => found?.cost);
    seen.set(key, sample);
    const cost = await sample;
    for (const at of new Set([provider, ""]))
      if (cost !== undefined && cost > (dearest.get(at)?.cost ?? 0)) dearest.set(at, { model, cost });
  };
  const priceOf = async (line: UsageLine, asked: string | undefined): Promise<LineCost> => {
    const own = await costOf(line);
    if (own?.isWhole) return { line, cost: own.cost, isUnpriced: false };
    if (isEmptyUsage(line)) return { line, cost: own?.cost ?? ZERO, isUnpriced: false };
    for (const model of [asked, dearest.get("")?.model]) {
      if (model === undefined || model === "" || model === line.model) continue;
      const other = await costOf({ ...line, provider: "", model });
      if (other?.isWhole) return { line, cost: other.cost, isUnpriced: true };
    }
    return { line, cost: own?.cost ?? ZERO, isUnpriced: true };
  };
  return {
    async costsOf(lines, asked) {
      const costs: LineCost[] = [];
      for (const line of lines) {
        costs.push(await priceOf(line, asked));
        await note(line);
      }
      return costs;
    },
    dearest: (provider) => dearest.get(provider)?.model,
  };
}

/** What all lines cost together. */
export function totalOf(costs: readonly LineCost[]): NanoUsd {
  return boundedSum(costs.map(({ cost }) => cost));
}
