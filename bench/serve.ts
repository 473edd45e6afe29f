// How many requests a second a server answers, from what it has made before and while runs are booked, and how often it
// reads its books. It needs serve/: npm run build:serve. node bench/serve.ts [cli.js] [seconds] [executions] [--save]
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ROOT } from "./figures.ts";
import { makeBooks, spread } from "./made-books.ts";
import { plainArgs, type Result, report } from "./results.ts";

const HOUR_MS = 3_600_000;
const CLIENTS = 50;
/** So many dashboards that refresh each second. */
const AIMED = 1_000;

type Load = { readonly path: string; readonly isKnown: boolean };
type Served = { readonly count: number; readonly seconds: number; readonly sorted: readonly number[] };

/** Serves books of so many executions, and asks for so many seconds each. */
export async function benchServe(cli: string, seconds: number, executions: number): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "serve-bench-"));
  const now = Date.now();
  await makeBooks(folder, now - HOUR_MS, spread(now - HOUR_MS, now - 60_000, executions));
  const begun = performance.now();
  const { server, url } = await started(cli, folder);
  try {
    await answered(url, { path: "/healthz", isKnown: false }, undefined);
    while ((await answered(url, { path: "/api/index", isKnown: false }, undefined)).status !== 200) await wait(50);
    const readyMs = performance.now() - begun;
    const rows = [];
    for (const [name, load] of [
      ["JSON", { path: "/api/cost/organization", isKnown: false }],
      ["JSON, unchanged (304)", { path: "/api/cost/organization", isKnown: true }],
      ["index.html", { path: "/", isKnown: false }],
      ["metrics", { path: "/metrics", isKnown: false }],
    ] as const) {
      rows.push(rowOf(name, await loaded(url, load, seconds)));
    }
    const booking = new AbortController();
    const booked = bookings(cli, folder, booking.signal);
    const busy = await loaded(url, { path: "/api/cost/organization", isKnown: false }, seconds);
    booking.abort();
    rows.push(rowOf(`JSON, while ${await booked} runs are booked`, busy));
    const about = `\`serve\` in a folder with ${executions.toLocaleString("en")} executions, ready ${readyMs.toFixed(0)} ms after its start; ${CLIENTS} clients ask as fast as they get answers, ${seconds} s each, from a process on the same machine.`;
    return {
      name: "serve",
      tables: [{ about, rows: [["", "a second", "at least", "median ms", "99th percentile ms"], ...rows] }],
    };
  } finally {
    server.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowOf(name: string, { count, seconds, sorted }: Served): string[] {
  const rate = count / seconds;
  const at = (share: number) => (sorted[Math.floor(share * sorted.length)] ?? 0).toFixed(1);
  return [name, rate.toFixed(0), `${AIMED}: ${rate >= AIMED ? "met" : "missed"}`, at(0.5), at(0.99)];
}

async function loaded(url: string, load: Load, seconds: number): Promise<Served> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const { etag } = await answered(url, load, agent);
  const begun = performance.now();
  const taken: number[] = [];
  const client = async () => {
    while (performance.now() - begun < seconds * 1000) {
      const asked = performance.now();
      const { status } = await answered(url, load, agent, load.isKnown ? etag : undefined);
      if (status !== (load.isKnown ? 304 : 200)) throw new Error(`${load.path} answered ${status}`);
      taken.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  agent.destroy();
  return { count: taken.length, seconds: (performance.now() - begun) / 1000, sorted: taken.toSorted((a, b) => a - b) };
}

function answered(url: string, { path }: Load, agent: Agent | undefined, etag?: string) {
  return new Promise<{ status: number | undefined; etag: string | undefined }>((done, reject) => {
    const headers = etag === undefined ? {} : { "if-none-match": etag };
    request(`${url}${path}`, { headers, ...(agent !== undefined && { agent }) }, (answer) => {
      answer.resume();
      answer.on("end", () => done({ status: answer.statusCode, etag: answer.headers.etag }));
    })
      .on("error", reject)
      .end();
  });
}

/** Books one run after the other, and says how many. */
async function bookings(cli: string, cwd: string, signal: AbortSignal): Promise<number> {
  let count = 0;
  for (; !signal.aborted; count += 1) {
    const one = spawn(process.execPath, [cli, "record", "--cost", "0.01", "--quiet"], { cwd, stdio: "ignore" });
    await new Promise((ended) => one.on("exit", ended));
  }
  return count;
}

async function started(cli: string, cwd: string): Promise<{ server: ChildProcess; url: string }> {
  const server = spawn(process.execPath, [cli, "serve", "--port", "0"], { cwd, stdio: ["ignore", "pipe", "inherit"] });
  for await (const text of server.stdout) {
    const [url] = /http:\S+/.exec(String(text)) ?? [];
    if (url !== undefined) return { server, url };
  }
  throw new Error("The server didn't start");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const [cli = join(ROOT, "dist", "cli.js"), seconds = "5", executions = "10000"] = plainArgs(args);
  report(await benchServe(resolve(cli), Number(seconds), Number(executions)), args);
}
