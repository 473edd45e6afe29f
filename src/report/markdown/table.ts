import { markdownTable as tableOf } from "markdown-table";

/** A column of a markdown table: its heading and the alignment of its cells. */
export type Column = { readonly heading: string; readonly align?: "left" | "right" };

/** A table in GitHub's markdown. Cells are markdown that is already harmless. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const align = columns.map((column) => column.align ?? "left");
  return tableOf([columns.map(({ heading }) => heading), ...rows], { align, alignDelimiters: false });
}

/** A part that is folded until someone opens it. */
export function folded(summary: string, content: string): string {
  return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

/** The blocks that fit into this many bytes, in order, with empty lines between; what doesn't fit is left out. */
export function fitting(blocks: readonly string[], maxBytes: number): string {
  const encoder = new TextEncoder();
  const kept: string[] = [];
  let bytes = 0;
  for (const block of blocks) {
    const size = encoder.encode(block).length + 2;
    if (block === "" || bytes + size > maxBytes) continue;
    kept.push(block);
    bytes += size;
  }
  return `${kept.join("\n\n")}\n`;
}
