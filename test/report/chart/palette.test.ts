import { describe, expect, it } from "vitest";
import { type Color, PALETTE, SERIES, stylesOf, TEXT_COLORS } from "../../../src/report/chart/palette.ts";

type Rgb = readonly [red: number, green: number, blue: number];

const THEMES = [
  ["light", 0],
  ["dark", 1],
] as const;
/** The ground is what is contrasted with, and the grid only helps the eye along. */
const MARKS = (Object.keys(PALETTE) as Color[]).filter((color) => color !== "ground" && color !== "grid");

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance, each channel from 0 to 1. */
function linear(hex: string): Rgb {
  const channel = (from: number) => {
    const value = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function luminance(hex: string): number {
  const [red, green, blue] = linear(hex);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** What eyes see that lack a kind of cone, as in Machado, Oliveira and Fernandes (2009), severity 1. */
const EYES: Readonly<Record<string, readonly [Rgb, Rgb, Rgb]>> = {
  "all cones": [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** CIE L*a*b* of a color as these eyes see it. */
function seen(hex: string, eyes: readonly [Rgb, Rgb, Rgb]): Rgb {
  const from = linear(hex);
  const [red, green, blue] = eyes.map((row) =>
    Math.min(1, Math.max(0, row[0] * from[0] + row[1] * from[1] + row[2] * from[2])),
  ) as unknown as Rgb;
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047);
  const y = f(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = f((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

describe.each(THEMES)("the %s palette", (_, index) => {
  const ground = PALETTE.ground[index];

  it.each(TEXT_COLORS)("shows text in %s with a contrast of at least 4.5 : 1", (color) => {
    expect(contrast(PALETTE[color][index], ground)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(MARKS)("shows marks in %s with a contrast of at least 3 : 1", (color) => {
    expect(contrast(PALETTE[color][index], ground)).toBeGreaterThanOrEqual(3);
  });

  it.each(Object.entries(EYES))("keeps each series apart from every other for eyes with %s", (_, eyes) => {
    const colors = [...SERIES, "other" as const].map((color) => seen(PALETTE[color][index], eyes));
    const apart = colors.flatMap((one, at) =>
      colors.slice(at + 1).map((other, next) => ({
        pair: [at + 1, at + next + 2],
        far: Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]),
      })),
    );
    expect(apart.filter(({ far }) => far < 15)).toEqual([]);
  });

  it.each(Object.entries(EYES))(
    "keeps what is spent, held, good, bad and the budget apart for eyes with %s",
    (_, eyes) => {
      const pairs = [
        ["spent", "held"],
        ["spent", "bad"],
        ["spent", "budget"],
        ["budget", "good"],
        ["held", "bad"],
        ["spent", "ahead"],
      ] as const;
      for (const [one, other] of pairs) {
        const [a, b] = [seen(PALETTE[one][index], eyes), seen(PALETTE[other][index], eyes)];
        expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]), `${one} and ${other}`).toBeGreaterThan(12);
      }
    },
  );
});

describe("the styles of a picture", () => {
  it("follow the reader's system through variables that a page may set", () => {
    const styles = stylesOf("auto", ["ink"]);
    expect(styles).toContain(
      ".tb-chart{--tb-ink:#1f2328}@media (prefers-color-scheme:dark){.tb-chart{--tb-ink:#e6edf3}}",
    );
    expect(styles).toContain(".tb-f-ink{fill:var(--tb-ink)}");
  });

  it("have one theme for a PNG, which has no reader to ask", () => {
    expect(stylesOf("dark", ["ink"])).toBe(".tb-f-ink{fill:#e6edf3}.tb-s-ink{stroke:#e6edf3;fill:none}");
  });
});
