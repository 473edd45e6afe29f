// How long and in how much memory a report reads the ledger of a month and of a year in a folder, beside the same sums in
// DuckDB over the same files. node bench/report.ts [cli.js] [runs] [executions] [months] [--save]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { atMost, type Figures, measured, medianOf, ROOT } from "./figures.ts";
import { makeBooks, spread } from "./made-books.ts";
import { monthsBefore, repeatMonth } from "./repeated-months.ts";
import { plainArgs, type Result, report } from "./results.ts";

const MONTH = "2026-02";
const [BEGAN, ENDED] = ["2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"].map((instant) => Date.parse(instant));
const DUCKDB = join(ROOT, "bench", "duckdb-report.mjs");
/** Only a month and a year of this many executions a month have limits. */
const AIMED = 100_000;

type Case = {
  readonly name: string;
  readonly months: number;
  readonly first: string;
  /** The program's option `--period`. */
  readonly period: string;
  readonly mostMs: number;
};

/** Reports a month, and all months if there are several, so many times with each of the two in turn. */
export async function benchReport(cli: string, runs: number, executions: number, months: number): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "report-bench-"));
  try {
    await makeBooks(folder, BEGAN ?? 0, spread(BEGAN ?? 0, ENDED ?? 0, executions));
    const cases: Case[] = [{ name: "a month", months: 1, first: MONTH, period: MONTH, mostMs: 6_000 }];
    const rows = [await rowsOf(folder, cli, { runs, executions, one: cases[0] as Case })];
    const [first = MONTH] = monthsBefore(MONTH, months - 1);
    if (months > 1) {
      repeatMonth(folder, months - 1);
      const all = { name: `${months} months`, months, first, period: `${first}-01/${MONTH}-28`, mostMs: 60_000 };
      rows.push(await rowsOf(folder, cli, { runs, executions, one: all }));
    }
    return {
      name: "report",
      tables: [
        {
          about: `\`report --by model,tag:team\` in a folder, ${executions.toLocaleString("en")} executions a month, beside the same sums in DuckDB, which uses every core. From the start of a process to its end, medians of ${runs} interleaved runs; memory beyond that of an empty Node.`,
          rows: [["", "ms", "at most", "× DuckDB", "at most", "MB", "at most"], ...rows.flat()],
        },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Terms = { readonly runs: number; readonly executions: number; readonly one: Case };

async function rowsOf(folder: string, cli: string, { runs, executions, one }: Terms): Promise<string[][]> {
  const [outOurs, outTheirs, empty] = ["ours.json", "duckdb.json", "empty.mjs"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(empty, "");
  const options = ["--by", "model,tag:team", "--format", "json", "--output", outOurs];
  const programs = [
    { script: cli, args: ["report", "--period", one.period, ...options] },
    { script: DUCKDB, args: [outTheirs, one.first, MONTH] },
    { script: empty },
  ];
  const figures: Figures[][] = programs.map(() => []);
  // The first run finds the files in no cache.
  for (let run = -1; run < runs; run += 1) {
    for (const [index, program] of programs.entries()) {
      const taken = await measured({ ...program, cwd: folder });
      if (run >= 0) figures[index]?.push(taken);
    }
  }
  refuseOtherSums(readFileSync(outOurs, "utf8"), readFileSync(outTheirs, "utf8"));
  const [ours, theirs, node] = figures.map(medianOf) as [Figures, Figures, Figures];
  const beyond = ({ mb }: Figures) => Math.round(mb - node.mb);
  const aimed = (text: string) => (executions === AIMED ? text : "");
  const ratio = ours.ms / theirs.ms;
  const ratioAim = one.months === 1 ? aimed(atMost(ratio, 2)) : "";
  return [
    [
      ...[`report, ${one.name}`, ours.ms.toFixed(0), aimed(atMost(ours.ms, one.mostMs))],
      ...[ratio.toFixed(2), ratioAim, `${beyond(ours)}`, aimed(atMost(beyond(ours), 200))],
    ],
    [`DuckDB, ${one.name}`, theirs.ms.toFixed(0), "", "1.00", "", `${beyond(theirs)}`, ""],
  ];
}

/** Throws where the two add up to different amounts: one of them has not done the work. */
function refuseOtherSums(ours: string, theirs: string): void {
  const costs = (JSON.parse(theirs) as { readonly cost: number }[]).map(({ cost }) => cost);
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  const own = Number(JSON.parse(ours).total.cost);
  if (Math.abs(own - total) > 1e-6) throw new Error(`The report has ${own} dollars, DuckDB ${total}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const [cli = join(ROOT, "dist", "cli.js"), runs = "7", executions = `${AIMED}`, months = "12"] = plainArgs(args);
  report(await benchReport(resolve(cli), Number(runs), Number(executions), Number(months)), args);
}
