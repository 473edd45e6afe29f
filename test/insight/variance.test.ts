import { describe, expect, it } from "vitest";
import { varianceOf } from "../../src/insight/variance.ts";
import { nanoOf } from "../../src/values/money.ts";

describe("a variance", () => {
  it.each([
    [48.97, 55, -6.03, -11],
    [60, 55, 5, 9.1],
    [55, 55, 0, 0],
    [0, 55, -55, -100],
    [3, 0, 3, undefined],
  ])("of %d against a budget of %d is %d, %s %%", (spent, budget, amount, percent) => {
    expect(varianceOf(nanoOf(spent), nanoOf(budget))).toEqual({ amount: nanoOf(amount), percent });
  });
});
