// How long and in how much memory the terminal program reads large usage files, beside a bare script that parses their
// lines. node bench/usage.ts [cli.js] [runs] [MB] [--save]
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Figures, measured, medianOf, ROOT } from "./figures.ts";
import { LARGE_FILES } from "./large-files.ts";
import { plainArgs, type Result, report } from "./results.ts";

const PLAIN = join(ROOT, "bench", "plain.mjs");

function write(path: string, pieces: Iterable<string>): void {
  const file = openSync(path, "w");
  for (const piece of pieces) writeSync(file, piece);
  closeSync(file);
}

/** Reads every large file so many times with each of the two in turn. */
export async function benchUsage(cli: string, runs: number, megabytes: number): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "usage-bench-"));
  try {
    const rows: string[][] = [["file", "ms", "MB", "plain ms", "plain MB", "ms ratio", "MB ratio"]];
    for (const { name, pieces } of LARGE_FILES) {
      const path = join(folder, name);
      write(path, pieces(megabytes * 1_000_000));
      const ours: Figures[] = [];
      const plain: Figures[] = [];
      for (let run = 0; run < runs; run += 1) {
        ours.push(await measured({ script: cli, args: ["usage", path], cwd: folder }));
        plain.push(await measured({ script: PLAIN, args: [path], cwd: folder }));
      }
      rmSync(path);
      const [a, b] = [medianOf(ours), medianOf(plain)];
      const figures = [a.ms, a.mb, b.ms, b.mb].map((value) => value.toFixed(0));
      rows.push([name, ...figures, (a.ms / b.ms).toFixed(2), (a.mb / b.mb).toFixed(2)]);
    }
    const about = `\`usage\` on files of ${megabytes} MB, medians of ${runs} runs. Plain is a bare Node script that reads the whole file and parses its lines.`;
    return { name: "usage", tables: [{ about, rows }] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const [cli = join(ROOT, "dist", "cli.js"), runs = "5", megabytes = "50"] = plainArgs(args);
  report(await benchUsage(resolve(cli), Number(runs), Number(megabytes)), args);
}
