import { describe, expect, it } from "vitest";
import { bookedLines } from "../../../src/report/answer/booked.ts";
import { nanoUsd } from "../../../src/values/money.ts";

describe("what was booked for a model", () => {
  it("names the service it was served by, and what was used beside tokens", () => {
    const usage = {
      ...{ model: "gpt-5.5", tier: "priority", region: "us", input: 1000, output: 0, requests: 1 },
      ...{ extras: { file_search: 2 }, prices: { input: 12.5, file_search: 2.5 }, cost: nanoUsd(17_500_000) },
    };
    expect(bookedLines({ usage: [usage] }, 9)).toMatchObject([
      { model: "gpt-5.5 (priority, us)", tokens: ["1,000 input", "2 × file search"], cost: "$0.0175" },
    ]);
    const { tier, region, extras, ...plain } = usage;
    expect(bookedLines({ usage: [plain] }, 9)).toMatchObject([{ model: "gpt-5.5", tokens: ["1,000 input"] }]);
  });
});
