import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  MAX_NANO_USD,
  minus,
  nanoOf,
  nanoUsd,
  percentOf,
  plainUsd,
  plus,
  showUsd,
  sum,
  usdOf,
} from "../../src/values/money.ts";

const anyAmount = fc.integer({ min: -MAX_NANO_USD, max: MAX_NANO_USD }).map(nanoUsd);

describe("amounts", () => {
  it.each([
    [0, "0"],
    [9_770_000_000, "9.77"],
    [31_275_000, "0.031275"],
    [-11, "-0.000000011"],
    [1, "0.000000001"],
    [15_000_000_000, "15"],
    [-1_200_000_000, "-1.2"],
    [MAX_NANO_USD, "8388607.999999999"],
  ])("%d nano-dollars are written %s", (nano, text) => {
    expect(plainUsd(nanoUsd(nano))).toBe(text);
  });

  it.each([
    [0, "$0.00"],
    [5.23, "$5.23"],
    [1, "$1.00"],
    [0.055, "$0.0550"],
    [0.031275, "$0.0313"],
    [0.9999, "$0.9999"],
    [0.00005, "$0.0001"],
    [0.000049, "$0.000049"],
    [0.000001, "$0.000001"],
    [-1.2, "-$1.20"],
    [-0.0005, "-$0.0005"],
    [1.125, "$1.13"],
    [1.005, "$1.01"],
    [14.994999999, "$14.99"],
    [1234567.891, "$1,234,567.89"],
    [999.995, "$1,000.00"],
  ])("%d dollars are shown as %s", (dollars, text) => {
    expect(showUsd(nanoOf(dollars))).toBe(text);
  });

  it("plain text says exactly the amount", () => {
    fc.assert(
      fc.property(anyAmount, (amount) => {
        expect(plainUsd(amount)).toMatch(/^-?\d+(\.\d{0,8}[1-9])?$/);
        expect(nanoOf(Number(plainUsd(amount)))).toBe(amount);
      }),
    );
  });

  it("as JSON numbers they are the same amount again", () => {
    fc.assert(
      fc.property(anyAmount, (amount) => {
        expect(nanoOf(JSON.parse(JSON.stringify(usdOf(amount))))).toBe(amount);
      }),
    );
  });

  it("add up whatever binary fractions make of dollars", () => {
    expect(plus(nanoOf(0.1), nanoOf(0.2))).toBe(nanoOf(0.3));
    expect(sum([nanoOf(5.23), nanoOf(0.031275)])).toBe(nanoOf(5.261275));
    expect(minus(nanoOf(0.3), nanoOf(0.1))).toBe(nanoOf(0.2));
    expect(nanoOf(5.229999999999999)).toBe(nanoOf(5.23));
  });

  it("round to the nearest nano-dollar", () => {
    expect(nanoOf(0.0000000004)).toBe(0);
    expect(nanoOf(0.0000000006)).toBe(1);
    expect(Object.is(nanoOf(-0), 0)).toBe(true);
    expect(Object.is(nanoOf(-0.0000000001), 0)).toBe(true);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 8_388_608, -8_388_608, 1e300])(
    "%d dollars are no amount",
    (dollars) => {
      expect(() => nanoOf(dollars)).toThrow(RangeError);
    },
  );

  it.each([0.5, Number.NaN, MAX_NANO_USD + 1, -MAX_NANO_USD - 1])("%d nano-dollars are no amount", (nano) => {
    expect(() => nanoUsd(nano)).toThrow(RangeError);
  });

  it("are not added beyond what can be kept exactly", () => {
    expect(() => plus(MAX_NANO_USD, nanoUsd(1))).toThrow(RangeError);
    expect(() => minus(nanoUsd(-1), MAX_NANO_USD)).toThrow(RangeError);
    expect(() => sum([MAX_NANO_USD, MAX_NANO_USD])).toThrow(RangeError);
  });
});

describe("percentages", () => {
  it.each([
    [0, 15, 0],
    [7.5, 15, 50],
    [0, 0, 0],
    [1, 0, 100],
    [-1, 10, -10],
  ])("%d of %d is %d %%", (part, whole, percent) => {
    expect(percentOf(nanoOf(part), nanoOf(whole))).toBe(percent);
  });

  it("that are whole are whole numbers", () => {
    for (let percent = 0; percent <= 100; percent += 1) {
      expect(percentOf(nanoOf(percent / 10), nanoOf(10))).toBe(percent);
      expect(percentOf(nanoUsd(percent * 153), nanoUsd(15_300))).toBe(percent);
    }
  });
});
