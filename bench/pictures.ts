// How long `chart` takes for each picture, and how large it is, beside Chromium's screenshot of the same SVG.
// node bench/pictures.ts [cli.js] [runs] [executions a month] [--save]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CHART_NAMES } from "../src/inputs/options.ts";
import { chromiumPath } from "../test/support/page/chromium.ts";
import { atMost, type Figures, measured, median, medianOf, ROOT } from "./figures.ts";
import { makeBooks, spread } from "./made-books.ts";
import { repeatMonth } from "./repeated-months.ts";
import { plainArgs, type Result, report } from "./results.ts";

const [BEGAN = 0, ENDED = 0] = ["2026-02-01T00:00:00Z", "2026-02-20T20:00:00Z"].map((instant) => Date.parse(instant));
const CLOCK = new URL("../test/support/runner/clock.mjs", import.meta.url).href;
/** What Discord and readers of a README are spared. */
const MOST_BYTES = 200_000;
const MONTHS = 3;

/** Draws every chart so many times: as an SVG, as a PNG, and as a PNG by Chromium where the machine has one. */
export async function benchPictures(cli: string, runs: number, executions: number): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "pictures-bench-"));
  try {
    await makeBooks(folder, BEGAN, spread(BEGAN, ENDED, executions));
    repeatMonth(folder, MONTHS - 1);
    const env = { ...process.env, NODE_OPTIONS: `--import ${CLOCK}`, TEST_CLOCK_SHIFT_MS: String(ENDED - Date.now()) };
    const rows: string[][] = [];
    for (const name of CHART_NAMES) {
      const draw = (file: string) => {
        const args = ["chart", name, "--output", file, "--quiet"];
        return measured({ script: cli, args, cwd: folder, env: env as Record<string, string> });
      };
      rows.push(await rowOf(folder, name, { draw, runs }));
    }
    return { name: "pictures", tables: [{ about: aboutOf(runs, executions), rows: [HEADING, ...rows] }] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const HEADING = ["", "SVG, ms", "PNG, ms", "PNG, MB", "bytes of the PNG", "at most", "Chromium, ms", "its bytes"];

function aboutOf(runs: number, executions: number): string {
  return `\`chart\` in a folder of ${MONTHS} months of ${executions.toLocaleString("en")} executions each, from the start of a process to its end, medians of ${runs} runs. Chromium, where there is one, draws the same SVG into a PNG of the same size, without reading any books.`;
}

type Drawing = { readonly draw: (file: string) => Promise<Figures>; readonly runs: number };

async function rowOf(folder: string, name: string, { draw, runs }: Drawing): Promise<string[]> {
  const [svgs, pngs, theirs]: [Figures[], Figures[], number[]] = [[], [], []];
  const [svg, png, other] = ["svg", "png", "chromium.png"].map((ending) => join(folder, `${name}.${ending}`)) as [
    string,
    string,
    string,
  ];
  for (let run = 0; run < runs; run += 1) {
    svgs.push(await draw(svg));
    pngs.push(await draw(png));
    theirs.push(screenshot(svg, other));
  }
  const { ms, mb } = medianOf(pngs);
  const bytes = statSync(png).size;
  const isThere = theirs.every((one) => !Number.isNaN(one));
  return [
    name,
    medianOf(svgs).ms.toFixed(0),
    ms.toFixed(0),
    mb.toFixed(0),
    String(bytes),
    atMost(bytes, MOST_BYTES),
    ...(isThere ? [median(theirs).toFixed(0), String(statSync(other).size)] : ["", ""]),
  ];
}

/** How long Chromium takes from its start to its end, in milliseconds; NaN without one. */
function screenshot(svg: string, file: string): number {
  const chromium = chromiumPath();
  if (chromium === undefined) return Number.NaN;
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1.5"];
  const begun = performance.now();
  const { status } = spawnSync(chromium, [
    ...args,
    "--window-size=880,420",
    `--screenshot=${file}`,
    pathToFileURL(svg).href,
  ]);
  if (status !== 0) throw new Error(`Chromium ended with ${status}`);
  return performance.now() - begun;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const [cli = join(ROOT, "dist", "cli.js"), runs = "5", executions = "3000"] = plainArgs(args);
  report(await benchPictures(resolve(cli), Number(runs), Number(executions)), args);
}
