import { readFileSync } from "node:fs";
import { findProvider, type ModelInfo, type ModelPrice, type Provider } from "@pydantic/genai-prices";

const BUNDLE = new URL("../../node_modules/@pydantic/genai-prices/dist/index.js", import.meta.url);

/** Every provider of the installed price table, which has no list of them: whatever name in it finds one. */
export function providersInTable(): Provider[] {
  const names = [...readFileSync(BUNDLE, "utf8").matchAll(/\bid: "([^"]+)"/g)].map(([, name]) => name ?? "");
  const found = [...new Set(names)].map((providerId) => findProvider({ providerId }));
  return [...new Set(found.filter((provider) => provider !== undefined))];
}

/** Every price a model has, had or has at some hours. */
export function pricesOfModel({ prices }: ModelInfo): ModelPrice[] {
  return Array.isArray(prices) ? prices.map((one) => one.prices) : [prices];
}
