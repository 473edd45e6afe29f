/** `auto` follows the reader's system; a PNG has one of the two others. */
export type Look = "auto" | "light" | "dark";

/** What a color is for; hex, light and dark. Text has a contrast of at least 4.5 : 1 with the ground, marks of 3 : 1. */
export const PALETTE = {
  ground: ["#ffffff", "#0d1117"],
  ink: ["#1f2328", "#e6edf3"],
  muted: ["#57606a", "#9198a1"],
  grid: ["#d8dee4", "#262c36"],
  frame: ["#818b98", "#6e7681"],
  spent: ["#2f65d9", "#5b93e6"],
  ahead: ["#57606a", "#9198a1"],
  band50: ["#6a737d", "#8b949e"],
  band80: ["#848d97", "#6e7681"],
  budget: ["#9a5400", "#f0a24e"],
  held: ["#5b2a8f", "#d3b5ff"],
  good: ["#007b4f", "#2cc28e"],
  warn: ["#8f6400", "#e3b341"],
  bad: ["#b42318", "#ff7b72"],
  series1: ["#3e6adc", "#5385c8"],
  series2: ["#a32a00", "#ee9956"],
  series3: ["#007b4f", "#0fb278"],
  series4: ["#652f9f", "#9e86ff"],
  series5: ["#b27b05", "#f4c648"],
  series6: ["#a51470", "#fc6daf"],
  series7: ["#149fbf", "#7ddcf0"],
  series8: ["#56351c", "#d7c4b0"],
  other: ["#8a9397", "#747b80"],
} as const satisfies Readonly<Record<string, readonly [light: string, dark: string]>>;

export type Color = keyof typeof PALETTE;

/** Colors of text; all others are for marks, apart from the ground and the grid, which are neither. */
export const TEXT_COLORS = ["ink", "muted", "spent", "budget", "good", "warn", "bad"] as const satisfies Color[];

/** Colors of rows and series, in their order; what is beyond them is `other`. */
export const SERIES = [
  "series1",
  "series2",
  "series3",
  "series4",
  "series5",
  "series6",
  "series7",
  "series8",
] as const satisfies Color[];

/** The color of the series with an index. */
export function seriesColor(index: number): Color {
  return SERIES[index] ?? "other";
}

/** The rules of a picture that uses these colors. A page around it may set the variables. */
export function stylesOf(look: Look, colors: readonly Color[]): string {
  const rules = colors.map((color) => {
    const value = look === "auto" ? `var(--tb-${color})` : PALETTE[color][look === "light" ? 0 : 1];
    return `.tb-f-${color}{fill:${value}}.tb-s-${color}{stroke:${value};fill:none}`;
  });
  if (look !== "auto") return rules.join("");
  const variables = (index: 0 | 1) =>
    `.tb-chart{${colors.map((color) => `--tb-${color}:${PALETTE[color][index]}`).join(";")}}`;
  return `${variables(0)}@media (prefers-color-scheme:dark){${variables(1)}}${rules.join("")}`;
}
