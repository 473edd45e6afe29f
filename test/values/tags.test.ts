import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matches } from "../../src/values/tags.ts";

describe("patterns of tags", () => {
  it.each([
    [{}, {}, true],
    [{ agent: ["qa"] }, { agent: "qa", team: "a" }, true],
    [{ agent: ["qa"] }, { agent: "QA" }, false],
    [{ agent: ["qa"] }, { team: "qa" }, false],
    [{ agent: ["qa", "dev-*"] }, { agent: "dev-lead" }, true],
    [{ agent: ["qa"], team: ["a"] }, { agent: "qa" }, false],
    [{ project: ["acme/*"] }, { project: "acme/web/app" }, true],
    [{ project: ["*"] }, { project: "x" }, true],
    [{ project: ["a*b*c"] }, { project: "aXbYc" }, true],
    [{ project: ["a*b*c"] }, { project: "ac" }, false],
    [{ project: ["ab*ba"] }, { project: "aba" }, false],
    [{ project: ["a.c"] }, { project: "abc" }, false],
    [{ constructor: ["*"] }, {}, false],
  ])("%j on %j: %s", (patterns, tags, fits) => {
    expect(matches(patterns as Record<string, string[]>, tags as Record<string, string>)).toBe(fits);
  });

  it("with stars in place of any pieces fit the text they were taken from", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.boolean()), { minLength: 1, maxLength: 6 }), (pieces) => {
        const text = pieces.map(([piece]) => piece.replaceAll("*", "")).join("");
        const pattern = pieces.map(([piece, isStar]) => (isStar ? "*" : piece.replaceAll("*", ""))).join("");
        expect(matches({ tag: [pattern] }, { tag: text })).toBe(true);
      }),
    );
  });

  it("are done in no time, however many stars a hostile policy has", () => {
    expect(matches({ tag: [`${"*a".repeat(128)}b`] }, { tag: "a".repeat(256) })).toBe(false);
  });
});
