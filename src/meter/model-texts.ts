import { plainText } from "../values/foreign-text.ts";

const MAX_MODEL = 120;

/** Why a request for a model that this run may not use is refused; undefined for one that names none. */
export function notAllowedText(model: string | undefined, useInstead: string): string {
  const named = model === undefined ? "the model of this request" : `the model ${plainText(model, MAX_MODEL)}`;
  return `token-budget doesn't allow ${named} in this run (meter-models: enforce). Use ${useInstead}.`;
}

/** Why a request for a model without a price is refused, with what to add to the policy file, all on one line. */
export function unpricedText(model: string): string {
  const name = plainText(model, MAX_MODEL);
  const line = `prices: { ${JSON.stringify(name)}: { input: <USD per million>, output: <USD per million> } }`;
  return `token-budget knows no price for the model ${name}, so it can't count what this run costs. To use it, add to the policy file (.github/token-budget.yml): ${line}`;
}
