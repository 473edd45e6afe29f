import { expect, it } from "vitest";
import packageJson from "../../../package.json" with { type: "json" };
import { examinePriceTable } from "../../../src/commands/doctor/prices.ts";
import { PRICE_SOURCE, PRICE_TABLE_DAY } from "../../../src/pricing/unit-prices.ts";

const DAY_MS = 86_400_000;

it.each([
  [0, "good"],
  [90, "good"],
  [91, "warn"],
] as const)("a price table %i days old is %s", (days, tone) => {
  const finding = examinePriceTable(Date.parse(PRICE_TABLE_DAY) + days * DAY_MS);
  expect(finding).toMatchObject({ tone, text: expect.stringContaining(PRICE_TABLE_DAY) });
});

it("names the version of the table that is installed", () => {
  expect(PRICE_SOURCE).toBe(`genai-prices@${packageJson.dependencies["@pydantic/genai-prices"]}`);
});
