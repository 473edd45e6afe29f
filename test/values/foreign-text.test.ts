import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainName } from "../../src/usage/usage.ts";
import { commitText, markdownBlock, markdownCode, markdownText, plainText } from "../../src/values/foreign-text.ts";
import { plainKey } from "../../src/values/names.ts";
import { hostile } from "../report/hostile.ts";

const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

describe("a text of visible ASCII", () => {
  // The second text has a character that is removed, so the rules for all of Unicode apply to it.
  it("gives what the rules for all texts give", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii", maxLength: 60 }), (any) => {
        const text = any.replace(/[^ -~]/g, " ");
        expect(plainText(`${text}\u200b`)).toBe(plainText(text));
        expect(commitText(`${text}é`, 200)).toBe(commitText(`${text}E`, 200).replace(/E$/, "é"));
        expect(plainKey(`${text}\u0085`)).toBe(plainKey(text));
        expect(plainName(`${text}\u200b`)).toBe(plainName(text));
      }),
    );
  });
});

describe("a text made harmless", () => {
  it.each([
    ["keeps a model's name", "claude-sonnet-4-5", "claude-sonnet-4-5"],
    ["lets no tag through", "<b>", "&#60;b&#62;"],
    ["lets no cell end", "a|b", "a&#124;b"],
    ["lets no code end", "a`b", "a&#96;b"],
    ["mentions nobody", "@octocat", "&#64;&#8203;octocat"],
    ["links nowhere", "https://x.y", "https&#58;&#8203;//x.y"],
    ["refers to no issue", "#12", "&#35;&#8203;12"],
    ["begins no list", "1. one", "1&#46; one"],
    ["is no formula", "$x$", "&#36;x&#36;"],
    ["says an entity as it was given", "&#64;", "&#38;&#35;&#8203;64;"],
    ["stays on one line", "a\r\nb\u2028c", "a b c"],
  ])("%s in markdown", (_, text, markdown) => {
    expect(markdownText(text)).toBe(markdown);
  });

  it("leaves nothing in markdown that GitHub would understand", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const markdown = markdownText(text);
        expect(markdown).not.toMatch(CONTROLS);
        const rest = markdown.replace(/&#\d+;/g, "");
        expect(rest).not.toMatch(/[<>"'`*_~[\]|\\$!@#&]/);
        expect(markdown).not.toMatch(/:\/\/|\bwww\.|^\s|^[-+=]|^\d+[.)]( |$)/i);
        expect(markdownCode(text)).toBe(`<code>${markdown}</code>`);
      }),
    );
  });

  it("is cut to its length in characters a person sees", () => {
    expect(plainText("🚀".repeat(300), 10)).toBe(`${"🚀".repeat(9)}…`);
    fc.assert(fc.property(hostile, (text) => [...plainText(text, 50)].length <= 50));
  });

  it("has no control characters and begins no command in a log", () => {
    expect(plainText("::error::no")).toBe(":error::no");
    fc.assert(
      fc.property(hostile, (text) => {
        const plain = plainText(text);
        expect(plain).not.toMatch(CONTROLS);
        expect(plain.split(" ").some((word) => word.startsWith("::"))).toBe(false);
        expect(plain).not.toContain("##[");
      }),
    );
  });

  it("can't end the block it is shown in", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const lines = markdownBlock(text).split("\n");
        const fence = lines[0] ?? "";
        expect(fence).toMatch(/^`{3,}$/);
        expect(lines.at(-1)).toBe(fence);
        expect(lines.slice(1, -1).some((line) => line.includes(fence))).toBe(false);
      }),
    );
  });

  it("closes no issue, mentions nobody and skips nothing in a commit message", () => {
    expect(commitText("fixes o/r#1 @octocat [skip ci]\nGH-3", 60)).toBe("fixes o/r 1 octocat skip ci GH 3");
    fc.assert(
      fc.property(hostile, (text) => {
        expect(commitText(text, 30)).toMatch(/^[\p{L}\p{M}\p{N} ._/+…-]*$/u);
      }),
    );
  });
});
