import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutUnits, flat, harmless } from "../../../src/values/foreign-text.ts";

describe("someone else's text", () => {
  it.each([
    [
      "**bold** _it_ ~~no~~ `code` ||spoiler||",
      "\\*\\*bold\\*\\* \\_it\\_ \\~\\~no\\~\\~ \\`code\\` \\|\\|spoiler\\|\\|",
    ],
    ["[a gift](https://evil.example)", "\\[a gift\\](https:\\//evil.example)"],
    ["@everyone <@123> <#4>", "@\u200beveryone \\<@\u200b123\\> \\<#4\\>"],
    ["# heading", "\\# heading"],
    ["- item", "\\- item"],
    ["1. item", "1\\. item"],
    ["one\r\ntwo\u2028three\tfour", "one two three four"],
    ["a\u0000b\u001b[31mc", "a b \\[31mc"],
    ["\u202Eright to left\u200b", "right to left"],
    ["claude-sonnet-4-5", "claude-sonnet-4-5"],
    ["👩‍💻 works", "👩‍💻 works"],
    ["\ud83d lone", "\ufffd lone"],
    [" \n ", "–"],
    ["", "–"],
  ])("%j is shown as it is: %j", (text, shown) => {
    expect(harmless(text, 100)).toBe(shown);
  });

  it("never keeps a newline or a control character, nor grows beyond the limit", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.integer({ min: 1, max: 100 }), (text, limit) => {
        for (const shown of [flat(text, limit), harmless(text, limit)]) {
          expect(shown.length).toBeLessThanOrEqual(limit);
          expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
          expect(shown.isWellFormed()).toBe(true);
          expect(shown.trim()).not.toBe("");
        }
      }),
    );
  });

  it("escapes every character of markdown, and leaves no backslash open at a cut", () => {
    const unit = fc.constantFrom("\\", "*", "_", "`", "[", "]", "<", "a", "|", "~");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), fc.integer({ min: 2, max: 40 }), (text, limit) => {
        const unescaped = harmless(text, limit).replace(/\\[\\*_`[\]<|~]/g, "");
        expect(unescaped).not.toMatch(/[\\*_`[\]<|~]/);
      }),
    );
  });

  it("is cut between whole characters", () => {
    expect(cutUnits("👍👍👍", 5)).toBe("👍👍…");
    expect(cutUnits("👍👍👍", 4)).toBe("👍…");
    expect(cutUnits("abc", 3)).toBe("abc");
  });
});
