import { eastAsianWidth } from "get-east-asian-width";
import type { Terminal } from "./terminal.ts";

/** How many columns of a terminal a text without control sequences takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    columns += /\p{M}/u.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0);
  }
  return columns;
}

/** The text padded with spaces to this many columns, on the left or on the right. */
export function padded(text: string, columns: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, columns - columnsOf(text)));
  return align === "left" ? text + space : space + text;
}

/** The text cut to this many columns. */
export function cutTo(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  for (const character of text) {
    if (columnsOf(kept + character) > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The text in lines of at most this many columns, broken between words; `start` begins the first, spaces the rest. */
export function wrapped(text: string, columns: number, start = ""): string[] {
  return brokenLines(text, { columns, start, shorten: cutTo });
}

/** The same, but what has no room in one line is left whole: an address or a line to copy. */
export function wrappedWhole(text: string, columns: number, start = ""): string[] {
  return brokenLines(text, { columns, start, shorten: (word) => word });
}

function brokenLines(
  text: string,
  as: { readonly columns: number; readonly start: string; readonly shorten: (word: string, room: number) => string },
): string[] {
  const { columns, start, shorten } = as;
  const lines: string[] = [];
  const room = columns - columnsOf(start);
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (columnsOf(longer) <= room) line = longer;
    else {
      if (line !== "") lines.push(line);
      line = shorten(word, room);
    }
  }
  const indent = " ".repeat(columnsOf(start));
  return [...lines, line].map((each, index) => (index === 0 ? start : indent) + each);
}

const GAP = 2;

export type TerminalColumn = { readonly heading: string; readonly align?: "left" | "right" };

/** The columns a table takes when nothing in it is cut. */
export function tableColumns(columns: readonly TerminalColumn[], rows: readonly (readonly string[])[]): number {
  const widths = columns.map((_, index) => widthOf(columns, rows, index));
  return widths.reduce((total, each) => total + GAP + each, -GAP);
}

function widthOf(columns: readonly TerminalColumn[], rows: readonly (readonly string[])[], index: number): number {
  return Math.max(columnsOf(columns[index]?.heading ?? ""), ...rows.map((row) => columnsOf(row[index] ?? "")));
}

/**
 * A table's lines in at most this many columns, its heading first. If it is too wide, the first column shrinks, then
 * the last ones are cut or left out.
 */
export function terminalTable(
  columns: readonly TerminalColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const gap = GAP;
  const widths = columns.map((_, index) => widthOf(columns, rows, index));
  const smallest = Math.min(widths[0] ?? 0, 20);
  let shown = columns.length;
  const others = () => widths.slice(1, shown).reduce((total, each) => total + gap + each, 0);
  while (shown > 1 && smallest + others() > width) shown--;
  const left = width - smallest - others() - gap;
  if (shown < columns.length && columns[shown]?.align !== "right" && left >= smallest) widths[shown++] = left;
  widths[0] = Math.min(widths[0] ?? 0, Math.max(smallest, width - others()));
  return [columns.map(({ heading }) => heading), ...rows].map((row) =>
    columns
      .slice(0, shown)
      .map(({ align }, index) => padded(cutTo(row[index] ?? "", widths[index] ?? 0), widths[index] ?? 0, align))
      .join(" ".repeat(gap))
      .trimEnd(),
  );
}

/** A table's lines with the heading dimmed. */
export function headed([heading = "", ...rows]: readonly string[], { colors }: Terminal): string[] {
  return [colors.dim(heading), ...rows];
}
