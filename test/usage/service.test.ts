import { describe, expect, it } from "vitest";
import { plainRegion, plainTier } from "../../src/usage/service.ts";

describe("the service a provider names", () => {
  it.each([
    [["standard"], ""],
    [["default", "auto", undefined, ""], ""],
    [["ON_DEMAND"], ""],
    [["TRAFFIC_TYPE_UNSPECIFIED"], ""],
    [["ON_DEMAND_PRIORITY"], "priority"],
    [["ON_DEMAND_FLEX"], "flex"],
    [["PROVISIONED_THROUGHPUT"], "provisioned"],
    [["batch", "standard"], "batch"],
    [["priority", "fast"], "fast+priority"],
    [["fast+priority"], "fast+priority"],
    [["Ultra\u0007 Fast!"], "ultra-fast"],
    [["constructor"], "constructor"],
  ])("%j is %j", (words, tier) => {
    expect(plainTier(...words)).toBe(tier);
  });

  it.each([
    [undefined, ""],
    ["global", ""],
    ["not_available", ""],
    ["US", "us"],
    ["eu-west-1", "eu-west-1"],
    ["x".repeat(500), "x".repeat(64)],
  ])("%j is in %j", (word, region) => {
    expect(plainRegion(word)).toBe(region);
  });
});
