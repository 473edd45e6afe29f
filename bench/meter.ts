// What the meter adds to a request, beside a bare pass-through and no proxy at all, and how much memory 200 open streams
// take. node bench/meter.ts [program] [requests] [--save]
import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { startMeter, stopMeter } from "../src/meter/client.ts";
import { atLeast, atMost, median, ROOT } from "./figures.ts";
import { plainArgs, type Result, report } from "./results.ts";

/** One way to the provider. */
type Way = { readonly name: string; readonly url: string };

const BLOCK = 50;
const CONNECTIONS = 32;
const STREAMS = 200;
const SECRET = "secret-of-the-bench";
const CONTROL = "control-of-the-bench";

const bodyOf = (stream: boolean) =>
  Buffer.from(
    JSON.stringify({
      ...{ model: "claude-sonnet-4-5", max_tokens: 1_000, stream },
      messages: [{ role: "user", content: "a question of some length ".repeat(200) }],
    }),
  );
const SHORT = bodyOf(false);
const STREAM = bodyOf(true);

/** Milliseconds until an answer's first byte, and until its end. */
function timed(url: string, body: Buffer, agent: Agent): Promise<{ first: number; whole: number }> {
  return new Promise((done, reject) => {
    const begun = performance.now();
    const headers = { "content-type": "application/json", "content-length": body.length, "x-api-key": "key" };
    const sent = request(url, { method: "POST", agent, headers }, (answer) => {
      let first = Number.NaN;
      answer.on("data", () => {
        if (Number.isNaN(first)) first = performance.now() - begun;
      });
      answer.once("end", () => {
        if (answer.statusCode === 200) done({ first, whole: performance.now() - begun });
        else reject(new Error(`${url} answered ${answer.statusCode}`));
      });
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

function percentile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

/** Times of each way, taken in turns, for the machine isn't equally fast all the time. */
async function inTurns(ways: readonly Way[], requests: number, body: Buffer): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let done = -BLOCK; done < requests; done += BLOCK) {
    for (const { name, url } of ways) {
      for (let count = 0; count < BLOCK; count += 1) {
        const { first, whole } = await timed(url, body, agent);
        // The first block warms everything up.
        if (done >= 0) times.get(name)?.push(body === STREAM ? first : whole);
      }
    }
  }
  agent.destroy();
  return times;
}

/** First bytes of streams, many at once: each takes a fifth of a second. */
async function firstBytes(ways: readonly Way[], rounds: number): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  const agent = new Agent({ keepAlive: true });
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, url } of ways) {
      const all: Promise<{ first: number }>[] = [];
      for (let count = 0; count < 10; count += 1) {
        all.push(timed(url, STREAM, agent));
        await new Promise((next) => setTimeout(next, 10));
      }
      const done = await Promise.all(all);
      if (round > 0) times.get(name)?.push(...done.map(({ first }) => first));
    }
  }
  agent.destroy();
  return times;
}

/** Requests a second with as many connections as that takes. */
async function throughput({ url }: Way, requests: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let left = requests;
  const begun = performance.now();
  const lane = async () => {
    for (; left > 0; left -= 1) await timed(url, SHORT, agent);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  const seconds = (performance.now() - begun) / 1_000;
  agent.destroy();
  return requests / seconds;
}

/** The memory in MB of each process while 200 streams are open at a time, in turns. */
async function memory({ url }: Way, pids: readonly number[]): Promise<number[][]> {
  const agent = new Agent({ keepAlive: true });
  const peaks: number[][] = [];
  for (let round = 0; round < 10; round += 1) {
    const open = Array.from({ length: STREAMS - 1 }, () => timed(url, STREAM, agent));
    await new Promise((next) => setTimeout(next, 150));
    peaks.push(pids.map(rssOf));
    await Promise.all(open);
  }
  agent.destroy();
  return peaks;
}

function rssOf(pid: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
}

async function started(script: string, ...args: string[]): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(join(ROOT, "bench", script), args);
  const port = await new Promise<number>((done) => child.once("message", (message) => done(Number(message))));
  return { child, port };
}

/** Measures all three ways with one provider. */
export async function benchMeter(program: readonly string[], requests: number): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "meter-bench-"));
  const provider = await started("meter-provider.mjs");
  const bare = await started("pass-through.mjs", String(provider.port));
  const host = `127.0.0.1:${provider.port}`;
  const meter = await startMeter(program, setupOf(folder, host), {});
  const inner = Number(execFileSync("pgrep", ["-P", String(meter.pid)], { encoding: "utf8" }));
  try {
    const path = "/v1/messages";
    const ways: Way[] = [
      { name: "direct", url: `http://${host}${path}` },
      { name: "bare pass-through", url: `http://127.0.0.1:${bare.port}${path}` },
      { name: "meter", url: `http://127.0.0.1:${meter.port}/${SECRET}/anthropic${path}` },
    ];
    const short = await inTurns(ways, requests, SHORT);
    const first = await firstBytes(ways, Math.ceil(requests / 100));
    const rates = new Map<string, number>();
    for (const way of ways) rates.set(way.name, await throughput(way, requests * 4));
    const peaks = await memory(ways[2] as Way, [inner, meter.pid]);
    return { name: "meter", tables: [timesTable({ ways, short, first, rates }), memoryTable(peaks)] };
  } finally {
    await stopMeter({ port: meter.port, control: CONTROL });
    for (const { child } of [provider, bare]) child.disconnect();
    rmSync(folder, { recursive: true });
  }
}

function setupOf(folder: string, host: string) {
  return {
    ...{ hold: "bench", folder, secret: SECRET, control: CONTROL, estimate: 1e12, cap: 1e15, maxCost: null },
    ...{ overrun: "stop" as const, alertPercent: 110, models: null, forward: { anthropic: `http://${host}` } },
    ...{ hosts: [host], batches: false, usage: "exact" as const, prices: {}, endsAtMs: Date.now() + 3_600_000 },
    // Nothing is asked of the books: the run may cost all that it could.
    ...{ books: { amount: 0 }, owner: process.pid },
  };
}

type Measured = {
  readonly ways: readonly Way[];
  readonly short: ReadonlyMap<string, number[]>;
  readonly first: ReadonlyMap<string, number[]>;
  readonly rates: ReadonlyMap<string, number>;
};

function timesTable({ ways, short, first, rates }: Measured): Result["tables"][number] {
  const figure = (times: ReadonlyMap<string, number[]>, name: string, share: number) =>
    share === 0.5 ? median(times.get(name) ?? []) : percentile(times.get(name) ?? [], share);
  const rows = ways.map(({ name }) => {
    const cells = [
      { times: short, share: 0.5, most: 2 },
      { times: short, share: 0.99, most: 5 },
      { times: first, share: 0.5, most: 3 },
    ].flatMap(({ times, share, most }) => {
      const own = figure(times, name, share);
      const more = own - figure(times, "direct", share);
      return [own.toFixed(2), name === "direct" ? "" : more.toFixed(2), name === "meter" ? atMost(more, most) : ""];
    });
    const rate = Math.round(rates.get(name) ?? 0);
    return [name, ...cells, String(rate), name === "meter" ? atLeast(rate, 1_000) : ""];
  });
  const each = ["more", "at most"];
  const heading = ["", "median ms", ...each, "99 % ms", ...each, "first byte ms", ...each, "requests/s", "at least"];
  const about = `A short answer of a provider on this machine to a request of 5 kB, one at a time and in turns; the first byte of a stream (median); and requests a second over ${CONNECTIONS} connections, where client, provider and proxy share the cores. \`more\` is beyond a direct call.`;
  return { about, rows: [heading, ...rows] };
}

function memoryTable(peaks: readonly (readonly number[])[]): Result["tables"][number] {
  const rows = ["the inner process, which forwards", "the outer process, which owns the socket"].map((name, at) => {
    const all = peaks.map((peak) => peak[at] ?? 0);
    const most = Math.max(...all);
    return [name, (all[0] ?? 0).toFixed(0), most.toFixed(0), at === 0 ? atMost(Math.round(most), 150) : ""];
  });
  const heading = ["", "MB, first time", "MB, most", "at most"];
  return { about: `Memory while ${STREAMS} streams are open at a time, ten times in turn.`, rows: [heading, ...rows] };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const [program, requests = "2000"] = plainArgs(args);
  const command = program === undefined ? [join(ROOT, "dist", "main.js"), "meter"] : [resolve(program)];
  report(await benchMeter([process.execPath, ...command], Number(requests)), args);
}
