import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Marked } from "marked";
import markedAlert from "marked-alert";
import type { Page } from "playwright-core";
import { patient } from "../pace/pace.ts";

export type Theme = "light" | "dark";

/** What mermaid made of a chart: an error's text, or the bars and the points of lines that it drew, by series. */
export type DrawnChart = {
  readonly error: string | null;
  readonly bars: readonly { readonly all: number; readonly seen: number }[];
  readonly points: readonly number[];
};

const require = createRequire(import.meta.url);
const MERMAID = require.resolve("@mermaid-js/tiny/dist/mermaid.tiny.js");
const DRAW_CHARTS = fileURLToPath(new URL("draw-charts.js", import.meta.url));

/** GitHub's fonts and paddings around its markdown; a chart stands in a frame of the text's width. */
const FRAME_CSS = `
  body { margin: 0 }
  .markdown-body { box-sizing: border-box; width: 980px; padding: 28px }
  .markdown-body table { display: table; width: max-content; max-width: 100% }
  .mermaid svg { display: block; margin: 0 auto }
`;

/** Shows markdown in the browser as GitHub shows it, charts included, and tells what became of the charts. */
export async function showOnGithub(page: Page, markdown: string, theme: Theme = "light"): Promise<DrawnChart[]> {
  const css = readFileSync(require.resolve(`github-markdown-css/github-markdown-${theme}.css`), "utf8");
  const text = new Marked({ gfm: true }, markedAlert()).parse(markdown, { async: false });
  page.setDefaultTimeout(patient(120_000));
  await page.setContent(
    `<!doctype html><meta charset="utf-8"><style>${css}${FRAME_CSS}</style><article class="markdown-body">${text}</article>`,
  );
  for (const path of [MERMAID, DRAW_CHARTS]) await page.addScriptTag({ path });
  return page.evaluate<DrawnChart[]>(`drawCharts(${JSON.stringify(theme)})`);
}
