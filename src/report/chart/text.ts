import { NOTHING, plainText } from "../../values/foreign-text.ts";
import { ASCII_WIDTHS, GLYPH_RANGES } from "./font-metrics.ts";
import type { Look } from "./palette.ts";

/** How a text is set: its size in the picture's units, bold or not. */
export type Type = { readonly size: number; readonly bold?: boolean };

const WIDTHS = {
  regular: ASCII_WIDTHS.regular.split(" ").map(Number),
  bold: ASCII_WIDTHS.bold.split(" ").map(Number),
};
const FIRST = 0x20;
const LAST = 0x7e;
/** A letter without a known width takes at most so much, an ideograph or emoji so much. */
const WIDE = 1000;
const WIDEST = 1400;
/** A reader of an SVG without the font sees another one, which may be a little wider. */
const OTHER_FONT = 1.08;

const RANGES = GLYPH_RANGES.split(" ").map((range) => range.split("-").map((code) => Number.parseInt(code, 36)));

/** Whether the pictures' font has a character. */
export function hasGlyph(codePoint: number): boolean {
  return RANGES.some(([first = 0, last = 0]) => first <= codePoint && codePoint <= last);
}

/**
 * Foreign text as a picture shows it: on one line, without control characters, "–" if nothing is left. In a PNG, which has one font, a character
 * that the font lacks becomes its escape, "\u56e2".
 */
export function shownText(text: string, look: Look): string {
  const line = plainText(text, 300) || NOTHING;
  if (look === "auto") return line;
  return [...line]
    .map((character) => {
      const code = character.codePointAt(0) ?? 0;
      if (hasGlyph(code)) return character;
      return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
    })
    .join("");
}

/** A foreign name inside a sentence. */
export function named(name: string): string {
  return plainText(name, 60);
}

/** When something was, by its span: "in February 2026", "on 14 Feb 2026", "from 9 to 15 Feb". */
export function during(span: string): string {
  const text = named(span);
  if (text.includes(" to ")) return `from ${text}`;
  return /^\d{1,2} /.test(text) ? `on ${text}` : `in ${text}`;
}

/** How wide a text is, in the picture's units; never less than it is in the pictures' font. */
export function widthOf(text: string, { size, bold = false }: Type): number {
  const widths = bold ? WIDTHS.bold : WIDTHS.regular;
  let thousandths = 0;
  for (const character of text) thousandths += advanceOf(character, widths);
  return (thousandths * size * OTHER_FONT) / 1000;
}

function advanceOf(character: string, widths: readonly number[]): number {
  const code = character.codePointAt(0) ?? 0;
  if (code >= FIRST && code <= LAST) return widths[code - FIRST] ?? WIDE;
  // An accent takes no room beside its letter.
  const base = character.normalize("NFD").codePointAt(0) ?? 0;
  if (base !== code && base >= FIRST && base <= LAST) return widths[base - FIRST] ?? WIDE;
  if (/\p{Mn}/u.test(character)) return 0;
  return code < 0x1100 || /^[–—…·’“”×−]$/u.test(character) ? WIDE : WIDEST;
}

/** The text cut to a width, with "…" if something was cut; empty if not even that has room. */
export function fitted(text: string, width: number, type: Type): string {
  if (widthOf(text, type) <= width) return text;
  let kept = "";
  for (const character of text) {
    if (widthOf(`${kept}${character}…`, type) > width) break;
    kept += character;
  }
  if (kept !== "") return `${kept.trimEnd()}…`;
  return widthOf("…", type) <= width ? "…" : "";
}

/** The text in at most so many lines of a width; what doesn't fit is cut. */
export function lines(text: string, width: number, type: Type & { readonly most: number }): string[] {
  const found: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || widthOf(longer, type) <= width) line = longer;
    else {
      found.push(line);
      line = word;
    }
  }
  const all = [...found, line];
  const kept = all.slice(0, type.most - 1);
  const rest = all.slice(type.most - 1).join(" ");
  return [...kept, rest].filter((each) => each !== "").map((each) => fitted(each, width, type));
}
