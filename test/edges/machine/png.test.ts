import { readFileSync } from "node:fs";
import { Resvg } from "@resvg/resvg-wasm";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { FONT_FILES } from "../../../src/edges/machine/picture-files.ts";
import { pngOf } from "../../../src/edges/machine/png.ts";
import { budgetsChart } from "../../../src/report/chart/budgets-chart.ts";
import { GLYPH_RANGES } from "../../../src/report/chart/font-metrics.ts";
import { label, svgOf } from "../../../src/report/chart/svg.ts";
import { hasGlyph, shownText, widthOf } from "../../../src/report/chart/text.ts";
import { sizeOfPng } from "../../support/png-size.ts";

const fontBuffers = FONT_FILES.map((name) => readFileSync(`node_modules/@fontsource/inter/files/${name}`));

/** The box that a text really takes in the pictures' font; undefined if nothing is drawn. */
function drawn(text: string, bold = false) {
  const marks = label({ x: 50, y: 100, text, size: 100, bold });
  const svg = svgOf({ width: 20_000, height: 200, title: "t", description: "d", look: "light", marks: [marks] });
  const font = { fontBuffers, defaultFontFamily: "Inter", sansSerifFamily: "Inter" };
  // Without the ground, which is larger than any text.
  return new Resvg(svg.replace(/<rect [^>]*>/, ""), { font }).getBBox();
}

beforeAll(async () => {
  await pngOf(svgOf({ width: 10, height: 10, title: "t", description: "d", look: "light", marks: [] }));
});

describe("the PNG of a picture", () => {
  it("is one and a half times as large as its SVG", async () => {
    const { svg } = budgetsChart([], "dark");
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    expect(sizeOfPng(await pngOf(svg))).toEqual({ width: 1.5 * Number(width), height: 1.5 * Number(height) });
  });

  it("is refused for what isn't SVG", async () => {
    await expect(pngOf("<svg")).rejects.toThrow();
  });
});

describe("the font of the pictures", () => {
  it("draws nothing wider than the layout thinks", () => {
    const alphabet = fc.string({
      unit: fc.constantFrom(
        ..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 $.,:%+-()/_@#&“”’–…·äöüßéñçåøłŻжЩфΩλ",
      ),
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(alphabet, fc.boolean(), (text, bold) => {
        const box = drawn(text, bold);
        expect(box === undefined ? 0 : box.x + box.width - 50).toBeLessThanOrEqual(widthOf(text, { size: 100, bold }));
      }),
    );
  });

  it("has every character that it is said to have, and says so of no others", () => {
    // A character that no file has is drawn as the same box as every other one.
    const box = drawn("\u4e2d");
    const codes = GLYPH_RANGES.split(" ").map((range) => Number.parseInt(range.split("-")[0] ?? "", 36));
    expect(codes.length).toBeGreaterThan(50);
    for (const code of codes.filter((one) => one > 32)) {
      const own = drawn(String.fromCodePoint(code));
      expect([code, own?.width, own?.height]).not.toEqual([code, box?.width, box?.height]);
    }
    for (const character of ["中", "א", "ع", "अ", "🚀", "ก"])
      expect(hasGlyph(character.codePointAt(0) ?? 0)).toBe(false);
  });

  it("shows what it lacks as escapes, never as empty boxes", () => {
    expect(shownText("qa 团队 🚀", "dark")).toBe("qa \\u56e2\\u961f \\u{1f680}");
    expect(shownText("qa 团队 🚀", "auto")).toBe("qa 团队 🚀");
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 30 }), (text) => {
        for (const character of shownText(text, "light")) expect(hasGlyph(character.codePointAt(0) ?? 0)).toBe(true);
      }),
    );
  });
});
