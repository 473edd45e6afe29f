import type { TextTable } from "../model/outlook-rows.ts";
import { type Color, type Look, PALETTE, stylesOf } from "./palette.ts";

/** A mark of a picture, as SVG whose text is escaped. */
export type Mark = string;

/** How a mark looks; `hint` is what a browser shows over it. */
export type Paint = {
  readonly fill?: Color | undefined;
  readonly stroke?: Color | undefined;
  readonly thick?: number | undefined;
  readonly dash?: string | undefined;
  readonly opacity?: number | undefined;
  readonly hint?: string | undefined;
};

/** A drawn chart: the sentence that it proves, the same in words, and the figures behind it. */
export type Picture = {
  /** Self-contained SVG. */
  readonly svg: string;
  readonly title: string;
  /** What the picture shows, for whoever doesn't see it. */
  readonly description: string;
  readonly table: TextTable;
};

const FONTS = "Inter,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";

/** Text as XML, without the characters that XML can't have. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\ufffe\uffff]/gu, " ")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&#39;");
}

/** A coordinate with at most two decimals. */
export function at(value: number): string {
  return String(Math.round(value * 100) / 100 || 0);
}

export type Area = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export function rect({ x, y, width, height, radius, ...paint }: Area & Paint & { readonly radius?: number }): Mark {
  const round = radius === undefined ? "" : ` rx="${at(radius)}"`;
  const place = `x="${at(x)}" y="${at(y)}" width="${at(Math.max(0, width))}" height="${at(Math.max(0, height))}"`;
  return element("rect", `${place}${round}`, paint);
}

export function path(d: string, paint: Paint): Mark {
  return element("path", `d="${d}"`, paint);
}

/** A straight line from one point to another. */
export function line(from: readonly [number, number], to: readonly [number, number], paint: Paint): Mark {
  return element("line", `x1="${at(from[0])}" y1="${at(from[1])}" x2="${at(to[0])}" y2="${at(to[1])}"`, paint);
}

export function circle(x: number, y: number, { radius, ...paint }: Paint & { readonly radius: number }): Mark {
  return element("circle", `cx="${at(x)}" cy="${at(y)}" r="${at(radius)}"`, paint);
}

export type Sign = "circle" | "diamond" | "triangle" | "cross";

/** The corners of the symbols, around their point. */
const CORNERS = {
  diamond: [0, -5.5, 5.5, 0, 0, 5.5, -5.5, 0],
  triangle: [0, -5.5, 5.5, 4.5, -5.5, 4.5],
} as const;

/** A symbol around a point: symbols differ by their form, not by their color alone. */
export function symbol(
  kind: Sign,
  [x, y]: readonly [number, number],
  { color, hint }: { readonly color: Color; readonly hint?: string },
): Mark {
  if (kind === "circle") return circle(x, y, { radius: 4, fill: color, hint });
  const through = (corners: readonly number[]) =>
    corners.flatMap((dx, index) => (index % 2 === 1 ? [] : [`${at(x + dx)},${at(y + (corners[index + 1] ?? 0))}`]));
  if (kind !== "cross") return path(`M${through(CORNERS[kind]).join("L")}Z`, { fill: color, hint });
  const strokes = [through([-4, -4, 4, 4]), through([-4, 4, 4, -4])];
  return path(strokes.map((stroke) => `M${stroke.join("L")}`).join(""), { stroke: color, thick: 2.5, hint });
}

export type Anchor = "start" | "middle" | "end";

/** A text in one line; it has to be as `shownText` gives it. */
export function label(from: {
  readonly x: number;
  /** Its baseline. */
  readonly y: number;
  readonly text: string;
  readonly size?: number;
  readonly bold?: boolean;
  readonly anchor?: Anchor;
  readonly color?: Color;
}): Mark {
  const { x, y, text, size = 12, bold = false, anchor = "start", color = "ink" } = from;
  const weight = bold ? ` font-weight="600"` : "";
  const aligned = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
  const place = `x="${at(x)}" y="${at(y)}" font-size="${at(size)}"${weight}${aligned}`;
  return `<text ${place} class="tb-f-${color}">${escaped(text)}</text>`;
}

function element(name: string, place: string, { fill, stroke, thick, dash, opacity, hint }: Paint): Mark {
  const classes = [fill === undefined ? [] : [`tb-f-${fill}`], stroke === undefined ? [] : [`tb-s-${stroke}`]].flat();
  const looks = [
    ` class="${classes.join(" ")}"`,
    thick === undefined ? "" : ` stroke-width="${at(thick)}"`,
    dash === undefined ? "" : ` stroke-dasharray="${dash}"`,
    opacity === undefined ? "" : ` opacity="${at(opacity)}"`,
  ].join("");
  return hint === undefined
    ? `<${name} ${place}${looks}/>`
    : `<${name} ${place}${looks}><title>${escaped(hint)}</title></${name}>`;
}

/** A whole SVG on its own ground; nothing in it comes from elsewhere. */
export function svgOf(from: {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly description: string;
  readonly marks: readonly Mark[];
  readonly look: Look;
}): string {
  const { width, height, title, description, look } = from;
  const marks = [rect({ x: 0, y: 0, width, height, radius: 6, fill: "ground" }), ...from.marks].join("\n");
  const used = (Object.keys(PALETTE) as Color[]).filter((color) =>
    new RegExp(`"[^"]*tb-[fs]-${color}[" ]`).test(marks),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" class="tb-chart" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${FONTS}">
<title>${escaped(title)}</title>
<desc>${escaped(description)}</desc>
<style>${stylesOf(look, used)}</style>
${marks}
</svg>
`;
}
