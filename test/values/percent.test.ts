import { describe, expect, it } from "vitest";
import type { Figures } from "../../src/books/answer.ts";
import { standing } from "../../src/commands/outcome/sentences.ts";
import { progressBar } from "../../src/notify/messages/figures.ts";
import { nanoOf, percentOf } from "../../src/values/money.ts";
import { showPercent } from "../../src/values/percent.ts";

describe("a percentage", () => {
  it.each([
    [0, "0.0%"],
    [33.4666, "33.5%"],
    [99.9, "99.9%"],
    [99.96, "99.9%"],
    [99.999, "99.9%"],
    [100, "100.0%"],
    [120.04, "120.0%"],
  ])("of %f is shown as %s", (percent, shown) => {
    expect(showPercent(percent)).toBe(shown);
  });

  it("is the same in the sentence and in a message's bar, where all but a cent is spent", () => {
    const [spent, budget] = [nanoOf(14.994), nanoOf(15)];
    const figures = {
      ...{ budget, topUps: nanoOf(0), spent, held: nanoOf(0), remaining: nanoOf(0.006) },
      percentUsed: percentOf(spent, budget),
    } as Figures;
    expect(standing(figures)).toContain("(99.9%)");
    expect(progressBar(spent, budget)).toContain("99.9%");
  });
});
