// Writes src/report/chart/font-metrics.ts from the font of the pictures: which characters it has, and how wide those of
// ASCII are. With --check it only says whether the file is stale and exits 1. node scripts/generate-font.ts [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { FONT_FILES } from "../src/edges/machine/picture-files.ts";

type Font = { readonly advanceOf: (codePoint: number) => number | undefined; readonly codePoints: readonly number[] };

/** The tables that WOFF2 names by number, as far as this needs them: https://www.w3.org/TR/WOFF2/#table_dir_format */
const KNOWN = ["cmap", "head", "hhea", "hmtx", "maxp", "name", "OS/2", "post", "cvt ", "fpgm", "glyf", "loca"];

/** Reads a WOFF2 file's characters and their widths in thousandths of the font's size. */
function readFont(path: string): Font {
  const tables = tablesOf(readFileSync(path));
  const glyphs = glyphsOf(tableNamed(tables, "cmap"));
  const unitsPerEm = tableNamed(tables, "head").readUInt16BE(18);
  const count = tableNamed(tables, "hhea").readUInt16BE(34);
  const widths = tableNamed(tables, "hmtx");
  const { isTransformed } = tables.get("hmtx") ?? { isTransformed: false };
  const advanceOf = (codePoint: number) => {
    const glyph = glyphs.get(codePoint);
    if (glyph === undefined) return undefined;
    const index = Math.min(glyph, count - 1);
    const advance = isTransformed ? widths.readUInt16BE(1 + 2 * index) : widths.readUInt16BE(4 * index);
    return Math.ceil((1000 * advance) / unitsPerEm);
  };
  return { advanceOf, codePoints: [...glyphs.keys()] };
}

type Table = { readonly bytes: Buffer; readonly isTransformed: boolean };

function tableNamed(tables: ReadonlyMap<string, Table>, tag: string): Buffer {
  const table = tables.get(tag);
  if (table === undefined) throw new Error(`The font has no table ${tag}`);
  return table.bytes;
}

/** The numbers of a file's table directory, one after the other. */
function readerOf(file: Buffer, start: number) {
  let at = start;
  const taken = (bytes: number) => {
    at += bytes;
    return at - bytes;
  };
  const byte = () => file.readUInt8(taken(1));
  const packed = (value = 0): number => {
    const next = byte();
    return next < 128 ? value * 128 + next : packed(value * 128 + next - 128);
  };
  return { byte, packed, tag: () => file.toString("latin1", taken(4), at), place: () => at };
}

function tablesOf(file: Buffer): ReadonlyMap<string, Table> {
  if (file.toString("latin1", 0, 4) !== "wOF2") throw new Error("This isn't a WOFF2 file");
  const read = readerOf(file, 48);
  const entries = Array.from({ length: file.readUInt16BE(12) }, () => {
    const flags = read.byte();
    const known = flags & 63;
    const tag = known === 63 ? read.tag() : (KNOWN[known] ?? `#${known}`);
    const isGlyphs = tag === "glyf" || tag === "loca";
    // Glyphs are transformed unless version 3 says that they aren't; other tables only where a version says so.
    const isTransformed = isGlyphs ? flags >> 6 !== 3 : flags >> 6 !== 0;
    const original = read.packed();
    return { tag, isTransformed, length: isTransformed ? read.packed() : original };
  });
  const from = read.place();
  const data = brotliDecompressSync(file.subarray(from, from + file.readUInt32BE(20)));
  let offset = 0;
  return new Map(
    entries.map(({ tag, length, isTransformed }) => {
      const bytes = data.subarray(offset, offset + length);
      offset += length;
      return [tag, { bytes, isTransformed }];
    }),
  );
}

/** Character to glyph: formats 4 and 12 of https://learn.microsoft.com/typography/opentype/spec/cmap */
function glyphsOf(cmap: Buffer): ReadonlyMap<number, number> {
  const glyphs = new Map<number, number>();
  for (let index = 0; index < cmap.readUInt16BE(2); index++) {
    const table = cmap.subarray(cmap.readUInt32BE(8 + 8 * index));
    const format = table.readUInt16BE(0);
    if (format === 12) readGroups(table, glyphs);
    if (format === 4) readSegments(table, glyphs);
  }
  return glyphs;
}

function readGroups(table: Buffer, glyphs: Map<number, number>): void {
  for (let group = 0; group < table.readUInt32BE(12); group++) {
    const at = 16 + 12 * group;
    const first = table.readUInt32BE(at);
    for (let code = first; code <= table.readUInt32BE(at + 4); code++)
      glyphs.set(code, table.readUInt32BE(at + 8) + code - first);
  }
}

function readSegments(table: Buffer, glyphs: Map<number, number>): void {
  const twice = table.readUInt16BE(6);
  for (let at = 14; at < 14 + twice; at += 2) {
    const [last, first] = [table.readUInt16BE(at), table.readUInt16BE(at + twice + 2)];
    const [delta, range] = [table.readUInt16BE(at + 2 * twice + 2), table.readUInt16BE(at + 3 * twice + 2)];
    for (let code = first; code <= last && code !== 0xffff; code++) {
      const found = range === 0 ? code : table.readUInt16BE(at + 3 * twice + 2 + range + 2 * (code - first));
      const glyph = found === 0 ? 0 : (found + delta) & 0xffff;
      if (glyph !== 0) glyphs.set(code, glyph);
    }
  }
}

function rangesOf(codePoints: readonly number[]): (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  for (const code of [...new Set(codePoints)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  return ranges;
}

const folder = fileURLToPath(new URL("../node_modules/@fontsource/inter/files", import.meta.url));
const fonts = FONT_FILES.map((name) => ({ name, font: readFont(join(folder, name)) }));
const latin = (weight: number) => {
  const font = fonts.find(({ name }) => name === `inter-latin-${weight}-normal.woff2`)?.font;
  return Array.from({ length: 95 }, (_, index) => font?.advanceOf(32 + index) ?? 1000);
};
const regular = fonts.filter(({ name }) => name.includes("-400-"));
const drawable = regular.flatMap(({ font }) => font.codePoints).filter((code) => code >= 32 && code !== 127);
const ranges = rangesOf(drawable).map(([first, last]) => `${first.toString(36)}-${last.toString(36)}`);

const text = `// Generated by scripts/generate-font.ts from @fontsource/inter: don't edit it.

/** How wide the characters from U+0020 to U+007E are, in thousandths of the font's size. */
export const ASCII_WIDTHS = {
  regular: ${JSON.stringify(latin(400).join(" "))},
  bold: ${JSON.stringify(latin(600).join(" "))},
} as const;

/** The characters that the pictures' font has: ranges of code points, first and last in base 36. */
export const GLYPH_RANGES =
  ${JSON.stringify(ranges.join(" "))};
`;

const path = new URL("../src/report/chart/font-metrics.ts", import.meta.url);
if (!process.argv.includes("--check")) writeFileSync(path, text);
else if (readFileSync(path, "utf8") !== text) {
  process.stderr.write("src/report/chart/font-metrics.ts is stale: run npm run generate\n");
  process.exitCode = 1;
}
