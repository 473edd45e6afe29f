import type { Settings } from "../../books/settings.ts";
import type { State } from "../../books/state.ts";
import { unitPricesOf } from "../../pricing/prices.ts";
import { PRICE_SOURCE, PRICE_TABLE_DAY, type PriceOverrides } from "../../pricing/unit-prices.ts";
import { configLineFor, unpricedIn } from "../../pricing/unpriced.ts";
import type { Finding } from "../../report/findings-text.ts";
import { usageLine } from "../../usage/usage.ts";
import { showMany } from "../../values/show.ts";

const ABOUT = "Prices";
const DAY_MS = 86_400_000;
const OLD_DAYS = 90;

/** Keys of the state's models that aren't models. */
const NO_MODELS: readonly string[] = ["unpriced", "other"];

/** How old the price table of this release is. */
export function examinePriceTable(nowMs: number): Finding {
  const days = Math.floor((nowMs - Date.parse(PRICE_TABLE_DAY)) / DAY_MS);
  const text = `the price table ${PRICE_SOURCE} is from ${PRICE_TABLE_DAY}`;
  if (days <= OLD_DAYS) return { tone: "good", about: ABOUT, text: `${text}.` };
  return {
    tone: "warn",
    about: ABOUT,
    text: `${text}, ${days} days old: newer models may have no price, and older prices may have changed.`,
    fix: { text: "Use the newest release of token-budget, or set prices in the policy file." },
  };
}

/** Whether every model of the current month has a price now. */
export async function examineModels(state: State, now: string, prices: PriceOverrides): Promise<Finding[]> {
  const used = Object.entries(state.models).filter(([model]) => !NO_MODELS.includes(model));
  const findings: Finding[] = [];
  for (const [model, totals] of used) {
    const line = usageLine({
      model,
      provider: totals.provider ?? "",
      input: totals.input ?? 0,
      cache_read: totals.cache_read ?? 0,
      cache_write_5m: totals.cache_write ?? 0,
      output: totals.output ?? 0,
      requests: Math.max(1, totals.requests ?? 1),
      aggregate: true,
    });
    const unpriced = unpricedIn(await unitPricesOf(line, now, prices));
    if (unpriced === undefined) continue;
    findings.push({
      tone: "warn",
      about: ABOUT,
      text: `${model} was used this month and has no price: its runs are charged at the estimate or at the cost the tool reports.`,
      fix: { text: unpriced.fix, ...(unpriced.config !== undefined && { code: unpriced.config }) },
    });
  }
  if (used.length > 0 && findings.length === 0) {
    return [{ tone: "good", about: ABOUT, text: `known for ${showMany(used.length, "model")} used this month.` }];
  }
  return findings;
}

/** Whether the model whose price the estimate's formula uses has one. */
export function examineFormula({ formula, estimate, formulaPrice }: Settings): Finding[] {
  if (formula === undefined || estimate !== "auto" || formulaPrice !== undefined) return [];
  const { priceAs } = formula;
  return [
    {
      tone: "warn",
      about: ABOUT,
      text: `${priceAs}, the model in estimate: price-as, has none: until three runs are booked, estimates don't use the formula.`,
      fix: { text: "Name a model that has a price, or add to the policy file:", code: configLineFor(priceAs) },
    },
  ];
}
