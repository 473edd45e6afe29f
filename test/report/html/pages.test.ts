import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { allOf, tableOf } from "../../../src/insight/dashboard/runs.ts";
import { filtered, NO_FILTER } from "../../../src/report/html/client/filter.ts";
import { bounded, showUsd } from "../../../src/values/money.ts";
import { showSpent } from "../../../src/values/shown-money.ts";
import { countOf } from "../../support/pace/pace.ts";
import { chromiumPath, startChromium } from "../../support/page/chromium.ts";
import { emptyFolder } from "../../support/runner/action.ts";
import { hostileBooks } from "./hostile-books.ts";
import { livelyBooks, type MadeBooks } from "./lively-books.ts";
import { dashboardFrom, siteOf } from "./made-site.ts";

const path = chromiumPath();
const NO_CHROMIUM = "there is no Chromium here; CHROME_PATH names one";
const PAGES = [
  "index.html",
  "executive.html",
  "manager.html",
  "runs.html",
  "budgets/platform.html",
  "runs/2025-01.html",
];

let browser: Browser;
let folder: string;
let lively: MadeBooks;

beforeAll(async () => {
  if (path === undefined) return;
  folder = emptyFolder("site");
  lively = await livelyBooks();
  write("lively", siteOf(dashboardFrom(lively)));
  write("hostile", siteOf(dashboardFrom(await hostileBooks())));
  browser = await startChromium(path);
});

beforeEach(({ skip }) => {
  skip(path === undefined, NO_CHROMIUM);
});

afterAll(async () => {
  await browser?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

function write(name: string, site: ReadonlyMap<string, string>): void {
  for (const [place, text] of site) {
    if (!place.endsWith(".html")) continue;
    mkdirSync(dirname(join(folder, name, place)), { recursive: true });
    writeFileSync(join(folder, name, place), text);
  }
}

const addressOf = (site: string, place: string) => pathToFileURL(join(folder, site, place)).href;

/** A page from the folder with the network off, and what went wrong on it. */
async function opened(place: string, options: BrowserContextOptions = {}, site = "lively") {
  const context = await browser.newContext({ viewport: { width: 1180, height: 900 }, offline: true, ...options });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on("console", (message) => wrong.push(message.text()));
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("dialog", (dialog) => wrong.push(dialog.message()));
  page.on("request", (request) => {
    if (!request.isNavigationRequest()) wrong.push(request.url());
  });
  const [file = "", hash] = place.split("#");
  await page.goto(`${addressOf(site, file)}${hash === undefined ? "" : `#${hash}`}`);
  return { context, page, wrong };
}

async function within(
  opening: Promise<{ context: BrowserContext; page: Page; wrong: string[] }>,
  work: (page: Page) => Promise<void>,
) {
  const { context, page, wrong } = await opening;
  try {
    await work(page);
    expect(wrong).toEqual([]);
  } finally {
    await context.close();
  }
}

const widthOf = (page: Page) => page.evaluate<number>("document.documentElement.scrollWidth");

describe("the pages in a real browser", () => {
  it.each(PAGES.slice(0, countOf("sitePages")))("please axe, light and dark: %s", async (place) => {
    await within(opened(place), async (page) => {
      const check = async (axe: AxeBuilder) => {
        const { violations } = await axe.setLegacyMode().analyze();
        return violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html.slice(0, 200))]);
      };
      expect(await check(new AxeBuilder({ page }))).toEqual([]);
      // Only its colors are other ones.
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await check(new AxeBuilder({ page }).withRules(["color-contrast"]))).toEqual([]);
    });
  });

  it("fit a screen of 360 pixels without scrolling sideways, whatever the names are, none of which does anything", async () => {
    for (const site of ["lively", "hostile"]) {
      for (const place of PAGES.filter((one) => site === "lively" || !one.includes("/"))) {
        await within(opened(place, { viewport: { width: 360, height: 740 } }, site), async (page) => {
          expect([site, place, await widthOf(page)]).toEqual([site, place, 360]);
          expect(await page.locator("img, [onload], [onmouseover]").count()).toBe(0);
        });
      }
    }
  });

  it("switch between light and dark, and keep it as long as they are open", async () => {
    await within(opened("index.html", { colorScheme: "light" }), async (page) => {
      const ground = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      await expect.poll(ground).toBe("rgb(255, 255, 255)");
      await page.getByRole("button", { name: "Switch to dark colors" }).click();
      await expect.poll(ground).toBe("rgb(13, 17, 23)");
      await page.getByRole("link", { name: "Runs", exact: true }).click();
      await expect.poll(ground).toBe("rgb(13, 17, 23)");
    });
  });

  it("lead to every part by keyboard, first to the content", async () => {
    await within(opened("index.html"), async (page) => {
      const focused = () => page.evaluate<string>("document.activeElement.textContent.trim()");
      await page.keyboard.press("Tab");
      expect(await focused()).toBe("Skip to the content");
      await page.keyboard.press("Enter");
      expect(await page.evaluate<string>("document.activeElement.id")).toBe("main");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      expect(await focused()).toBe("The figures as a table");
      await page.keyboard.press("Enter");
      expect(await page.locator("details[open]").count()).toBe(1);
    });
  });

  it("print on A4", async () => {
    await within(opened("index.html"), async (page) => {
      const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
      const sizes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, width, height]) => [
        Math.round(Number(width)),
        Math.round(Number(height)),
      ]);
      expect(sizes.length).toBeGreaterThan(1);
      // 210 × 297 mm in points.
      for (const [width = 0, height = 0] of sizes) {
        expect(Math.abs(width - 595.3)).toBeLessThan(1);
        expect(Math.abs(height - 841.9)).toBeLessThan(1.5);
      }
    });
  });

  it("have everything but search and order without JavaScript", async () => {
    await within(opened("runs.html", { javaScriptEnabled: false }), async (page) => {
      expect(await page.locator("#runs-rows tr").count()).toBe(200);
      expect(await page.locator("#runs-form, #runs-pager, #look").filter({ visible: true }).count()).toBe(0);
      expect(await page.locator("#runs-static").innerText()).toContain("need JavaScript");
    });
    await within(opened("index.html", { javaScriptEnabled: false }), async (page) => {
      expect(await page.locator("svg.tb-chart").count()).toBe(3);
      await page.locator("summary").first().click();
      expect(await page.locator("details[open] table").count()).toBe(1);
    });
  });
});

describe("the list of all runs in a real browser", () => {
  const rows = () => {
    const { runs } = dashboardFrom(lively);
    return tableOf(runs.months.filter(({ month }) => month >= "2025-02").map(allOf));
  };

  it("shows at most 60 rows and the sum that a report of the same gives, whatever the filter", async () => {
    await within(opened("runs.html"), async (page) => {
      const table = rows();
      for (const filter of [
        {},
        { tag: "team=growth" },
        { model: "gpt-5-codex", result: "success" },
        { from: "2026-02-01", to: "2026-02-19", workflow: "nightly" },
        { q: "platform coder" },
      ]) {
        const found = filtered(table, { ...NO_FILTER, ...filter });
        await page.locator("#runs-clear").click();
        for (const [name, value] of Object.entries(filter)) {
          const field = page.locator(`#runs-${name}`);
          await ((await field.evaluate((element) => element.tagName)) === "SELECT"
            ? field.selectOption(value)
            : field.fill(value));
        }
        const sum = await page.locator("#runs-sum").innerText();
        expect([filter, sum.split(" in ")[0]]).toEqual([filter, showSpent(bounded(found.cost))]);
        expect(await page.locator("#runs-rows tr").count()).toBe(Math.min(50, found.rows.length));
        expect(await page.locator("tr").count()).toBeLessThanOrEqual(61);
      }
    });
  });

  it("keeps its filter in the address, and turns and sorts pages", async () => {
    await within(opened("runs.html#model=gpt-5-codex&sort=-cost"), async (page) => {
      const found = filtered(rows(), { ...NO_FILTER, model: "gpt-5-codex", sort: "-cost" });
      const costs = () => page.locator("#runs-rows td:nth-child(2)").allInnerTexts();
      expect((await costs())[0]).toBe(showUsd(bounded(found.costs[found.rows[0] ?? 0] ?? 0)));
      await page.getByRole("button", { name: "Next" }).click();
      expect((await costs())[0]).toBe(showUsd(bounded(found.costs[found.rows[50] ?? 0] ?? 0)));
      await page.getByRole("button", { name: "Cost" }).click();
      expect(await page.locator("th[data-sort=cost]").getAttribute("aria-sort")).toBe("ascending");
      await page.locator("#runs-q").fill("nobody has this");
      expect(await page.locator("#runs-none").isVisible()).toBe(true);
      expect(new URL(page.url()).hash).toBe("#q=nobody+has+this&model=gpt-5-codex&sort=cost");
      await page.goto(`${addressOf("lively", "runs.html")}#result=failure`);
      expect(await page.locator("#runs-result").inputValue()).toBe("failure");
    });
  });
});
