// Renders the job summaries and the page as GitHub shows them, and the charts, into docs/images.
// node scripts/pictures.ts [folder]
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { pngOf } from "../src/edges/machine/png.ts";
import { CHART_NAMES } from "../src/inputs/options.ts";
import { STATE_CHARTS, type StateChart } from "../src/insight/chart-names.ts";
import { drawChart } from "../src/report/chart/charts.ts";
import { drawLedgerChart } from "../src/report/chart/ledger-charts.ts";
import { chartedBooks, chartedLedger } from "../test/report/chart/exhibits.ts";
import { COMMENT, GALLERY } from "../test/report/gallery.ts";
import { livelyBooks } from "../test/report/html/lively-books.ts";
import { dashboardFrom, siteOf } from "../test/report/html/made-site.ts";
import { chromiumPath, startChromium } from "../test/support/page/chromium.ts";
import { showOnGithub, type Theme } from "../test/support/page/github-page.ts";

/** The font of the charts, as a page has it that may load nothing. */
const INTER = [400, 600]
  .map((weight) => {
    const font = readFileSync(`node_modules/@fontsource/inter/files/inter-latin-${weight}-normal.woff2`, "base64");
    return `@font-face{font-family:Inter;font-weight:${weight};src:url(data:font/woff2;base64,${font})}`;
  })
  .join("");
const FOLDER = resolve(process.argv[2] ?? "docs/images");

const path = chromiumPath();
if (path === undefined) throw new Error("There is no Chromium here: set CHROME_PATH to one");
mkdirSync(FOLDER, { recursive: true });
const browser = await startChromium(path);
try {
  for (const [name, { markdown }] of Object.entries(GALLERY))
    await picture(browser, { name, markdown, theme: "light" });
  for (const name of ["job-summary", "page"]) {
    await picture(browser, { name, markdown: GALLERY[name]?.markdown ?? "", theme: "dark" });
  }
  await picture(browser, { name: "pull-request", markdown: COMMENT, theme: "light" });
  await dashboardPictures(browser);
} finally {
  await browser.close();
}

const books = await chartedBooks();
for (const name of CHART_NAMES) {
  for (const theme of ["light", "dark"] as const) {
    const isOfState = (one: string): one is StateChart => (STATE_CHARTS as readonly string[]).includes(one);
    const picture = isOfState(name)
      ? drawChart(name, books, theme)
      : drawLedgerChart(chartedLedger(await livelyBooks(), { chart: name, by: "tag:team" }), theme);
    const file = join(FOLDER, `chart-${name}${theme === "dark" ? "-dark" : ""}.png`);
    writeFileSync(file, await pngOf(picture.svg));
    smaller(file);
  }
}

type Subject = { readonly name: string; readonly markdown: string; readonly theme: Theme };

async function picture(browser: Browser, { name, markdown, theme }: Subject): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1036, height: 400 } });
  const failed = (await showOnGithub(page, markdown, theme)).find(({ error }) => error !== null);
  if (failed !== undefined) throw new Error(`The chart of ${name} can't be drawn: ${failed.error}`);
  const file = join(FOLDER, `${name}${theme === "dark" ? "-dark" : ""}.png`);
  await page.locator("article").screenshot({ path: file });
  await page.close();
  smaller(file);
}

/** Half the size where the machine has the program for it; without it the pictures are only larger. */
function smaller(file: string): void {
  spawnSync("pngquant", ["--force", "--skip-if-larger", "--ext", ".png", "64", file]);
}

/** Each page of a dashboard: light on a screen, in part dark, in part on a phone. */
async function dashboardPictures(browser: Browser): Promise<void> {
  const site = siteOf(dashboardFrom(await livelyBooks()));
  const pages = {
    index: "index.html",
    executive: "executive.html",
    manager: "manager.html",
    budget: "budgets/platform.html",
    runs: "runs.html",
  };
  for (const [name, path] of Object.entries(pages)) {
    for (const look of ["light", "dark", "narrow"] as const) {
      const viewport = look === "narrow" ? { width: 360, height: 1250 } : { width: 1120, height: 1250 };
      // With its policy, a page takes no font from elsewhere: the pictures are set in the one of the charts.
      const context = await browser.newContext({
        viewport,
        colorScheme: look === "dark" ? "dark" : "light",
        bypassCSP: true,
      });
      const page = await context.newPage();
      await page.setContent(site.get(path) ?? "");
      await page.addStyleTag({ content: INTER });
      await page.evaluate("document.fonts.ready");
      const file = join(FOLDER, `dashboard-${name}${look === "light" ? "" : `-${look}`}.png`);
      await page.screenshot({ path: file });
      await context.close();
      smaller(file);
    }
  }
}
