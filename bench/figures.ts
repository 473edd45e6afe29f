import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath, pathToFileURL } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PEAK = pathToFileURL(join(ROOT, "bench", "peak.mjs")).href;

/** How long a process took from its start to its end, and the most memory it had. */
export type Figures = { readonly ms: number; readonly mb: number };

export type Program = {
  readonly script: string;
  readonly args?: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
};

/** Runs a script to its end with nothing beside it but a module that reports its peak. Throws where it fails. */
export async function measured({ script, args = [], cwd, env }: Program): Promise<Figures> {
  const begun = performance.now();
  const stdio = ["ignore", "pipe", "pipe", "pipe"] as const;
  const child = spawn(process.execPath, ["--import", PEAK, script, ...args], { cwd, env, stdio: [...stdio] });
  const printed = Promise.all([1, 2, 3].map((at) => text(child.stdio[at] as NodeJS.ReadableStream)));
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("exit", resolve));
  const ms = performance.now() - begun;
  const [out, complaints, peakKb] = await printed;
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${out}${complaints}`);
  return { ms, mb: Number(peakKb) / 1024 };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function medianOf(figures: readonly Figures[]): Figures {
  return { ms: median(figures.map(({ ms }) => ms)), mb: median(figures.map(({ mb }) => mb)) };
}

/** Says beside a figure whether it keeps to the most it may be. */
export const atMost = (value: number, most: number): string => `${most}: ${value <= most ? "met" : "missed"}`;

/** Says beside a figure whether it reaches the least it must be. */
export const atLeast = (value: number, least: number): string => `${least}: ${value >= least ? "met" : "missed"}`;
