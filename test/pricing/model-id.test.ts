import { describe, expect, it } from "vitest";
import { modelId } from "../../src/pricing/model-id.ts";
import { unitPricesOf } from "../../src/pricing/prices.ts";
import { usageLine } from "../../src/usage/usage.ts";

const AT = "2026-11-22T00:00:00Z";
const pricesOf = async (model: string, provider = "") =>
  (await unitPricesOf(usageLine({ model, provider, input: 1000, output: 10 }), AT, {})).prices;

describe("a model's name", () => {
  it.each([
    ["gemini-3.1-pro-preview-customtools", "gemini-3.1-pro-preview", ""],
    ["models/gemini-3.1-pro-preview-customtools", "gemini-3.1-pro-preview", ""],
    ["google/gemini-3.1-pro-preview-customtools", "gemini-3.1-pro-preview", "google"],
    [
      "projects/p/locations/global/publishers/google/models/gemini-3.1-pro-preview-customtools",
      "gemini-3.1-pro-preview",
      "google",
    ],
    ["bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5-20251001", "aws"],
    [
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0",
      "claude-haiku-4-5-20251001",
      "aws",
    ],
    [
      "bedrock/arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.anthropic.claude-haiku-4-5-20251001-v1:0",
      "claude-haiku-4-5-20251001",
      "aws",
    ],
  ])("%s is %s", (model, id, host) => {
    expect(modelId(model)).toMatchObject({ id, host });
  });

  it("of an endpoint for custom tools has its model's price, wherever it is sold", async () => {
    const [plain, sold] = [
      await pricesOf("gemini-3.1-pro-preview"),
      await pricesOf("gemini-3.1-pro-preview", "vertex"),
    ];
    expect(plain).toMatchObject({ input: 2, output: 12 });
    expect(await pricesOf("gemini-3.1-pro-preview-customtools")).toEqual(plain);
    expect(await pricesOf("gemini-3.1-pro-preview-customtools", "vertex")).toEqual(sold);
  });

  it("of an application inference profile names no model: it has no price", async () => {
    const profile = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/0a1b2c3d4e5f";
    expect(await pricesOf(profile)).toBeUndefined();
    expect(await pricesOf(`bedrock/${profile}`)).toBeUndefined();
  });
});
