import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantileOf, studentBelow, studentQuantile } from "../../src/values/stats.ts";

describe("a quantile", () => {
  it.each([
    [[1, 2, 3, 4, 5], 0.5, 3],
    [[1, 2, 3, 4, 5], 0.25, 2],
    [[1, 2], 0.97, 1.97],
    [[7], 0.1, 7],
    [[1, 2, 9], 1, 9],
    [[], 0.5, 0],
  ])("of %j at %f is %f", (rising, share, quantile) => {
    expect(quantileOf(rising, share)).toBeCloseTo(quantile, 12);
  });
});

// From a printed table of Student's t.
describe("Student's t distribution", () => {
  it.each([
    [0.9, 3, 1.6377],
    [0.975, 3, 3.1824],
    [0.75, 5, 0.7267],
    [0.9, 10, 1.3722],
    [0.975, 30, 2.0423],
    [0.975, 120, 1.9799],
    [0.025, 30, -2.0423],
    [0.5, 8, 0],
  ])("has a share of %f with %d degrees below %f", (share, degrees, value) => {
    expect(studentQuantile(share, degrees)).toBeCloseTo(value, 4);
    expect(studentBelow(value, degrees)).toBeCloseTo(share, 4);
  });

  it("has as much below a quantile as its share says", () => {
    const shares = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(shares, fc.double({ min: 3, max: 200, noNaN: true }), (share, degrees) => {
        expect(studentBelow(studentQuantile(share, degrees), degrees)).toBeCloseTo(share, 9);
      }),
    );
  });
});
