// How long and in how much memory the dashboard of a year is built, and how long a filter of its 100,000 runs takes in a
// browser, beside a plain table of the same rows. node bench/dashboard.ts [cli.js] [runs] [executions a month] [months] [--save]
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { chromiumPath, startChromium } from "../test/support/page/chromium.ts";
import { atMost, type Figures, measured, median, medianOf, ROOT } from "./figures.ts";
import { makeBooks, spread } from "./made-books.ts";
import { repeatMonth } from "./repeated-months.ts";
import { plainArgs, type Result, report } from "./results.ts";

const [BEGAN = 0, ENDED = 0] = ["2026-02-01T00:00:00Z", "2026-02-28T20:00:00Z"].map((instant) => Date.parse(instant));
const CLOCK = new URL("../test/support/runner/clock.mjs", import.meta.url).href;
/** Only a year of this many executions a month has limits. */
const AIMED = 10_000;

/** Builds the dashboard so many times, then filters its runs so many times. */
export async function benchDashboard(cli: string, runs: number, executions: number, months: number): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "dashboard-bench-"));
  try {
    await makeBooks(folder, BEGAN, spread(BEGAN, ENDED, executions));
    if (months > 1) repeatMonth(folder, months - 1);
    const env = { ...process.env, NODE_OPTIONS: `--import ${CLOCK}`, TEST_CLOCK_SHIFT_MS: String(ENDED - Date.now()) };
    const taken: Figures[] = [];
    for (let run = 0; run < runs; run += 1) {
      taken.push(
        await measured({
          script: cli,
          args: ["dashboard", "--quiet"],
          cwd: folder,
          env: env as Record<string, string>,
        }),
      );
    }
    const { ms, mb } = medianOf(taken);
    const size = (name: string) => statSync(join(folder, "site", name)).size;
    const aimed = executions === AIMED && months === 12;
    const kb = (bytes: number) => (bytes / 1000).toFixed(0);
    return {
      name: "dashboard",
      tables: [
        {
          about: `\`dashboard\` in a folder, ${months} months of ${executions.toLocaleString("en")} executions each, from the start of a process to its end, medians of ${runs} runs.`,
          rows: [
            ["", "ms", "at most", "MB", "kB of index.html", "kB of runs.html"],
            [
              "dashboard",
              ms.toFixed(0),
              aimed ? atMost(ms, 10_000) : "",
              mb.toFixed(0),
              kb(size("index.html")),
              kb(size("runs.html")),
            ],
          ],
        },
        ...(await filterTables(join(folder, "site", "runs.html"), runs)),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A filter from the input to the next picture, in the page and in a table that has every row in it. */
async function filterTables(path: string, runs: number): Promise<Result["tables"]> {
  const chromium = chromiumPath();
  if (chromium === undefined) return [];
  const browser = await startChromium(chromium);
  try {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(path).href);
    const rows = Number(
      await page.evaluate<number>("JSON.parse(document.getElementById('runs-data').textContent).rows.length"),
    );
    const ours = await timesOf(
      page,
      runs,
      (word) =>
        `const q = document.getElementById("runs-q"); q.value = "${word}"; q.dispatchEvent(new Event("input", { bubbles: true }))`,
    );
    const plain = `${path}.plain.html`;
    writeFileSync(plain, plainTable(readFileSync(path, "utf8")));
    await page.goto(pathToFileURL(plain).href);
    const theirs = await timesOf(
      page,
      runs,
      (word) => `for (const row of document.querySelectorAll("tr")) row.hidden = !row.textContent.includes("${word}")`,
    );
    return [
      {
        about: `A filter of ${rows.toLocaleString("en")} runs by one word, from the input until the browser has drawn the result; the plain table has every row in it.`,
        rows: [
          ["", "ms", "rows in the page"],
          ["runs.html", ours.toFixed(0), "50"],
          ["a plain table", theirs.toFixed(0), String(rows)],
        ],
      },
    ];
  } finally {
    await browser.close();
  }
}

async function timesOf(page: Page, runs: number, filterBy: (word: string) => string): Promise<number> {
  const taken: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const word = ["agent-1", "team-2", "nightly", "release-notes"][run % 4] ?? "";
    taken.push(
      await page.evaluate<number>(`(async () => {
        const begun = performance.now();
        ${filterBy(word)};
        document.body.offsetHeight;
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        return performance.now() - begun;
      })()`),
    );
  }
  return median(taken);
}

/** The same rows as a table without a script. */
function plainTable(page: string): string {
  const { texts, tags, rows } = JSON.parse(/id="runs-data">(.*?)<\/script>/s.exec(page)?.[1] ?? "{}") as {
    readonly texts: readonly string[];
    readonly tags: readonly (readonly number[])[];
    readonly rows: readonly (readonly number[])[];
  };
  const cells = rows.map((row) => {
    const names = [row[3], row[4], ...(tags[row[11] ?? -1] ?? []), row[17]].map((at) => texts[at ?? -1] ?? "");
    return `<tr><td>${[row[0], row[1], row[2], ...names, row[6]].join("<td>")}`;
  });
  return `<!doctype html><meta charset="utf-8"><table>${cells.join("\n")}</table>`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const [cli = join(ROOT, "dist", "cli.js"), runs = "5", executions = `${AIMED}`, months = "12"] = plainArgs(args);
  report(await benchDashboard(resolve(cli), Number(runs), Number(executions), Number(months)), args);
}
