import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { AmountError, MAX_NANO_USD, nanoOf } from "../../src/values/money.ts";
import {
  codecOf,
  compareQuantities,
  encodeQuantity,
  minusQuantity,
  negated,
  numberOfQuantity,
  parseAnyQuantity,
  parseQuantity,
  plainQuantity,
  plusQuantity,
  QUANTITY_EXAMPLES,
  quantityOf,
  showQuantity,
  UNIT_NAMES,
} from "../../src/values/quantity.ts";

const unit = fc.constantFrom(...UNIT_NAMES);
const amount = fc.integer({ min: 1, max: 1_000_000_000_000 });

describe("a quantity", () => {
  it.each([
    ["USD", 4_000_000_000, "$4.00", "4", 4],
    ["USD", -55_000_000, "-$0.0550", "-0.055", -0.055],
    ["tokens", 50_000, "50,000 tokens", "50000", 50_000],
    ["tokens", -1, "-1 token", "-1", -1],
    ["tokens", 0, "0 tokens", "0", 0],
  ] as const)("of %s %d is shown as %s, written as %s, and %d in JSON", (of, size, shown, plain, json) => {
    expect(showQuantity(of, size)).toBe(shown);
    expect(plainQuantity(of, size)).toBe(plain);
    expect(numberOfQuantity(of, size)).toBe(json);
  });

  it("is read again as it was written, and from JSON as it was encoded, in every unit", () => {
    fc.assert(
      fc.property(unit, amount, (of, size) => {
        const quantity = quantityOf(of, size);
        expect(parseQuantity(encodeQuantity(quantity))).toEqual(quantity);
        const json = z.decode<z.ZodMiniType<number, number>>(codecOf(of), numberOfQuantity(of, size));
        expect(json).toBe(size);
      }),
    );
  });

  it.each([
    ["4", 4_000_000_000],
    ["$4", 4_000_000_000],
    ["0.05", 50_000_000],
    ["$0.000000001", 1],
  ])("without a unit is dollars: %s", (text, amount) => {
    for (const parse of [parseQuantity, parseAnyQuantity]) expect(parse(text)).toEqual({ unit: "USD", amount });
  });

  it.each([
    "",
    "$",
    "$ 4",
    "4$",
    "$4 USD",
    "$4 tokens",
    "$0",
    "$-4",
    "0",
    "04",
    "4.",
    "4,50",
    "4 EUR",
    "4 usd",
    "4  USD",
    " 4 USD",
    "-4 USD",
    "0 USD",
    "0 tokens",
    "1.5 tokens",
    "04 tokens",
    "1e3 USD",
  ])("is nothing but an amount: %j", (text) => {
    expect(parseAnyQuantity(text)).toBeUndefined();
  });

  it("of more tokens than a policy may say can still be an input's", () => {
    expect(parseQuantity("1000000000000 tokens")).toEqual({ unit: "tokens", amount: 1e12 });
    expect(parseQuantity("1000000000001 tokens")).toBeUndefined();
    expect(parseAnyQuantity("1000000000001 tokens")).toEqual({ unit: "tokens", amount: 1e12 + 1 });
  });

  it("has an example of each unit that is one", () => {
    for (const example of QUANTITY_EXAMPLES.split(/, | or /)) expect(parseQuantity(example)).toBeDefined();
    expect(QUANTITY_EXAMPLES).toBe("4 USD or 50000 tokens");
  });
});

describe("the arithmetic of quantities", () => {
  it("takes off what was added, and compares by what is left", () => {
    fc.assert(
      fc.property(unit, amount, amount, (of, one, other) => {
        const [a, b] = [quantityOf(of, one), quantityOf(of, other)];
        expect(minusQuantity(plusQuantity(a, b), b)).toEqual(a);
        expect(plusQuantity(a, negated(a))).toEqual(quantityOf(of, 0));
        expect(Math.sign(compareQuantities(a, b))).toBe(Math.sign(minusQuantity(a, b).amount));
      }),
    );
  });

  it("mixes no units", () => {
    const [dollars, tokens] = [quantityOf("USD", nanoOf(1)), quantityOf("tokens", 1)];
    for (const mixed of [plusQuantity, minusQuantity, compareQuantities]) {
      expect(() => mixed(dollars, tokens)).toThrow(TypeError);
    }
  });

  it("refuses dollars beyond what can be kept exactly, and holds counts there", () => {
    const most = quantityOf("USD", MAX_NANO_USD);
    expect(() => plusQuantity(most, quantityOf("USD", 1))).toThrow(AmountError);
    const tokens = quantityOf("tokens", Number.MAX_SAFE_INTEGER);
    expect(plusQuantity(tokens, tokens)).toEqual(tokens);
  });
});
