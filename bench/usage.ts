// How long and in how much memory the terminal program reads large usage files, beside a bare script that parses their
// lines. node bench/usage.ts [cli.js] [runs] [MB]
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { LARGE_FILES } from "./large-files.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PEAK = pathToFileURL(join(ROOT, "bench", "peak.mjs")).href;
const PLAIN = join(ROOT, "bench", "plain.mjs");

type Figures = { readonly ms: number; readonly mb: number };

function measured(script: string, args: readonly string[], cwd: string): Figures {
  const begun = performance.now();
  const stdio = ["ignore", "ignore", "ignore", "pipe"] as const;
  const { output } = spawnSync(process.execPath, ["--import", PEAK, script, ...args], { cwd, stdio: [...stdio] });
  return { ms: performance.now() - begun, mb: Number(output[3]) / 1024 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function medianOf(figures: readonly Figures[]): Figures {
  return { ms: median(figures.map(({ ms }) => ms)), mb: median(figures.map(({ mb }) => mb)) };
}

function write(path: string, pieces: Iterable<string>): void {
  const file = openSync(path, "w");
  for (const piece of pieces) writeSync(file, piece);
  closeSync(file);
}

function bench(cli: string, runs: number, megabytes: number): void {
  const folder = mkdtempSync(join(tmpdir(), "usage-bench-"));
  try {
    const rows: string[][] = [["file", "ms", "MB", "plain ms", "plain MB", "ms ratio", "MB ratio"]];
    for (const { name, pieces } of LARGE_FILES) {
      const path = join(folder, name);
      write(path, pieces(megabytes * 1_000_000));
      const ours: Figures[] = [];
      const plain: Figures[] = [];
      for (let run = 0; run < runs; run += 1) {
        ours.push(measured(cli, ["usage", path], folder));
        plain.push(measured(PLAIN, [path], folder));
      }
      rmSync(path);
      const [a, b] = [medianOf(ours), medianOf(plain)];
      const figures = [a.ms, a.mb, b.ms, b.mb].map((value) => value.toFixed(0));
      rows.push([name, ...figures, (a.ms / b.ms).toFixed(2), (a.mb / b.mb).toFixed(2)]);
    }
    const lines = rows.map((row) => row.map((cell, at) => (at === 0 ? cell.padEnd(28) : cell.padStart(9))).join(" "));
    process.stdout.write(`${megabytes} MB each, medians of ${runs}\n${lines.join("\n")}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [cli = join(ROOT, "dist", "cli.js"), runs = "5", megabytes = "50"] = process.argv.slice(2);
bench(resolve(cli), Number(runs), Number(megabytes));
