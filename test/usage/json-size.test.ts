import { describe, expect, it } from "vitest";
import { refuseTooMuch } from "../../src/usage/json-size.ts";

const MANY = 20_000_001;

describe("a JSON value", () => {
  it.each([
    ["nested too deep", `${"[".repeat(10_001)}${" ".repeat(1_000_000)}`, /nested deeper than 10000/],
    ["nested too deep, in objects", '{"a":'.repeat(200_001), /nested deeper than 10000/],
    ["of too many elements", `[${"1,".repeat(MANY)}1]`, /with more than 20000000 parts/],
    ["of too many arrays beside each other", `[${"[],".repeat(MANY / 2)}[]]`, /with more than 20000000 parts/],
    ["whose text ends before them", `["\\\\",${"[".repeat(1_000_000)}`, /nested deeper than 10000/],
  ])("%s is refused", (_, text, message) => {
    expect(() => refuseTooMuch(text)).toThrow(expect.objectContaining({ code: "too-much" }));
    expect(() => refuseTooMuch(text)).toThrow(message);
  });

  it.each([
    ["small", "[".repeat(1_000_000)],
    ["of many arrays that are closed", `[${"[[]],".repeat(1_000_000)}[]]`],
    ["of one long text full of signs", `["${"[{,".repeat(10_000_000)}"]`],
    ["of a text with quotation marks", `["${'\\"['.repeat(1_000_000)}"]`],
    ["whose text never ends", `["${"[".repeat(1_000_000)}`],
  ])("that is %s is not", (_, text) => {
    expect(() => refuseTooMuch(text)).not.toThrow();
  });
});
