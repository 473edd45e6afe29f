import type { Health } from "../../books/answer.ts";
import type { Picture } from "../chart/svg.ts";
import { at } from "../chart/svg.ts";
import type { TextTable } from "../model/outlook-rows.ts";
import { foreign, type Html, html, joined, trusted } from "./html.ts";

/** A column of a table; on a narrow screen those with `less` aren't shown. */
export type Column = { readonly heading: string; readonly right?: boolean; readonly less?: boolean };
type Cell = Html | string;

export type Table = {
  /** What it shows, for whoever doesn't see it, and on top of it. */
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The first cell names the row. */
  readonly rows: readonly (readonly Cell[])[];
  readonly total?: readonly Cell[] | undefined;
  /** The caption is said elsewhere on the page. */
  readonly isCaptionHidden?: boolean;
};

/** A table that scrolls by itself where it is wider than the screen. */
export function table({ caption, columns, rows, total, isCaptionHidden = false }: Table): Html {
  const cells = (row: readonly Cell[]) =>
    columns.map((column, index) => {
      const looks = classOf(column);
      return index === 0 ? html`<th scope="row"${looks}>${row[index]}</th>` : html`<td${looks}>${row[index]}</td>`;
    });
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption${isCaptionHidden ? html` class="sr"` : undefined}>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col"${classOf(column)}>${column.heading}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`<tr>${cells(row)}</tr>
`,
  )}</tbody>${total === undefined ? undefined : html`<tfoot><tr>${cells(total)}</tr></tfoot>`}
</table></div>`;
}

function classOf({ right = false, less = false }: Column): Html | undefined {
  const names = [...(right ? ["num"] : []), ...(less ? ["less"] : [])];
  return names.length === 0 ? undefined : html` class="${names.join(" ")}"`;
}

/** A chart with the figures behind it. */
export function chart({ svg, title, table: figures }: Picture): Html {
  // The page has the style of all charts: its policy allows no other.
  const drawn = svg.replace(/<style>.*?<\/style>\n?/s, "");
  return html`<figure class="chart"><figcaption class="only-narrow">${foreign(title, 300)}</figcaption><div class="scroll" role="region" aria-label="${title}" tabindex="0">${trusted(drawn)}</div>
<details><summary>The figures as a table</summary>${plainTable(figures, title)}</details></figure>`;
}

function plainTable({ columns, rows }: TextTable, caption: string): Html {
  return table({
    caption,
    columns: columns.map(({ heading, align }) => ({ heading, right: align === "right" })),
    rows: rows.map((row) => row.map((text) => foreign(text, 120))),
  });
}

/** A big figure with its name and a word about it. */
export type Figure = { readonly label: string; readonly value: Cell; readonly more?: Cell | undefined };

/** Figures side by side, the most important first. */
export function figures(all: readonly Figure[]): Html {
  return html`<dl class="figures">${all.map(
    ({ label, value, more }) =>
      html`<div><dt>${label}</dt><dd class="big">${value}</dd>${more === undefined ? undefined : html`<dd class="more">${more}</dd>`}</div>`,
  )}</dl>`;
}

/** A section with its heading. */
export function section(heading: string, ...parts: readonly Html[]): Html {
  return html`<section><h2>${heading}</h2>${joined(parts)}</section>`;
}

/** How full something is: spent, held, and a mark where the pace leads; beyond 100 percent it is full and red. */
export function bar(percent: {
  readonly used: number;
  readonly held: number;
  readonly pace?: number | undefined;
}): Html {
  const { used, held, pace } = percent;
  const [spent, taken] = [within(used), within(used + held)];
  const mark =
    pace === undefined
      ? ""
      : `<rect class="tb-f-ink" x="${at(Math.min(99, within(pace)))}" y="0" width="1" height="8"/>`;
  return trusted(
    `<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="tb-f-grid" width="100" height="8"/><rect class="tb-f-held" x="${at(spent)}" y="1" width="${at(taken - spent)}" height="6"/><rect class="tb-f-${used > 100 ? "bad" : "spent"}" y="1" width="${at(spent)}" height="6"/>${mark}</svg>`,
  );
}

function within(percent: number): number {
  return Math.max(0, Math.min(100, percent));
}

const HEALTH: Readonly<Record<Health, readonly [tone: string, word: string]>> = {
  green: ["good", "green"],
  yellow: ["warn", "yellow"],
  red: ["bad", "red"],
  blocked: ["bad", "blocked"],
};

/** The health as a word with its color. */
export function healthChip(health: Health): Html {
  const [tone, word] = HEALTH[health];
  return chip(word, tone);
}

/** A word with a colored dot. */
export function chip(word: string, tone: string): Html {
  return html`<span class="chip ${tone}">${word}</span>`;
}
