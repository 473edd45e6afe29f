import { calcPrice, findProvider } from "@pydantic/genai-prices";
import { describe, expect, it } from "vitest";
import { PIECE_ROWS, SERVICE_ROWS } from "../../src/pricing/special-prices.ts";
import { PRICE_TABLE_DAY } from "../../src/pricing/unit-prices.ts";
import { plainRegion, plainTier } from "../../src/usage/service.ts";

const DAY = /^20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const ROWS = [...SERVICE_ROWS, ...PIECE_ROWS].map((row) => [`${row.provider} ${row.models[0]}`, row] as const);

describe("our table of tiers, regions and pieces", () => {
  it.each(ROWS)("says for %s where each figure comes from, and of which day it is", (_, row) => {
    expect(row.source).toMatch(/^https:\/\/\S+$/);
    expect(row.checked).toMatch(DAY);
    // A newer price table may bring other prices: then our rows have to be looked up again, too.
    expect(row.checked >= PRICE_TABLE_DAY).toBe(true);
    if ("until" in row) expect(row.until).toMatch(DAY);
  });

  it.each(ROWS)("names for %s only models that the price table knows", (_, { provider, models }) => {
    const names = models.filter((name) => !name.endsWith("*"));
    expect(names.filter((name) => calcPrice({}, name, { providerId: provider }) === null)).toEqual([]);
    expect(findProvider({ providerId: provider })?.id).toBe(provider);
  });

  it("names tiers and regions as usage lines do, each model once", () => {
    const names = SERVICE_ROWS.flatMap(({ part, names }) => names.map((name) => [part, name] as const));
    for (const [part, name] of names) expect(part === "tier" ? plainTier(name) : plainRegion(name)).toBe(name);
    const keys = SERVICE_ROWS.flatMap((row) =>
      row.names.flatMap((name) => row.models.map((model) => `${row.provider} ${model} ${row.part} ${name}`)),
    );
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it.each([
    ["claude-opus-4-6", "anthropic/claude-opus-4.6", 6],
    ["claude-opus-4-7", "anthropic/claude-opus-4.7", 6],
    ["claude-opus-4-8", "anthropic/claude-opus-4.8", 2],
    ["claude-opus-5", "anthropic/claude-opus-5", 2],
  ])("has the factor of %s in fast mode that a reseller's own models of that name have", (model, resold, factor) => {
    const input = (name: string) =>
      Number(
        calcPrice({}, name, { providerId: "openrouter", timestamp: new Date(PRICE_TABLE_DAY) })?.model_price[
          "input_mtok"
        ],
      );
    expect(input(`${resold}-fast`) / input(resold)).toBe(factor);
    const row = SERVICE_ROWS.find(({ names, models }) => names.includes("fast") && models.includes(model));
    expect(row?.factor).toBe(factor);
  });
});
