// How long the Action's commands take from their start to their end, beside a bare script that makes the same two
// requests. node bench/startup.ts [runs] [--save] [--beside=DIST], which compares them with another build.
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ActionOptions, prepareStep, runAction } from "../test/support/runner/action.ts";
import { atMost, type Figures, measured, medianOf, type Program, ROOT } from "./figures.ts";
import { type GitHubProcess, startGitHubProcess } from "./github-process.ts";
import { makeBooks, spread } from "./made-books.ts";
import { plainArgs, type Result, report } from "./results.ts";

const FLOOR = join(ROOT, "bench", "floor.mjs");
const BOOKS = { repository: "o/r", branch: "token-budget" } as const;
const EARLIER = 20;
const TOKENS = { model: "claude-sonnet-4-5", "input-tokens": "125000", "output-tokens": "8000" };

/** Something to run, from books that are the same before every run. */
type Case = {
  readonly name: string;
  readonly program: Program;
  /** The head of the books before it; null where it is none of their business. */
  readonly head: string | null;
  /** What it is compared with. */
  readonly floor?: string;
  /** At most so many times as long, and as much memory, as what it is compared with. */
  readonly most?: { readonly ms: number; readonly mb: number };
};

/**
 * Runs every command and its floor so many times in turn, and check and record of another build, the folder `beside`.
 * Throws where one of them didn't do its work.
 */
export async function benchStartup(runs: number, beside?: string): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "startup-bench-"));
  const github = await startGitHubProcess({});
  try {
    const own = await casesOf(github, folder);
    const cases = [...own, ...(beside === undefined ? [] : besideOf(own, beside))];
    const figures = new Map<string, Figures[]>(cases.map(({ name }) => [name, []]));
    for (let run = -1; run < runs; run += 1) {
      // Whoever runs after another finds the machine as that one left it.
      for (const one of run % 2 === 0 ? cases : cases.toReversed()) {
        const taken = await runOnce(github, one);
        if (run >= 0) figures.get(one.name)?.push(taken);
      }
    }
    return resultOf(cases, new Map([...figures].map(([name, all]) => [name, medianOf(all)])), runs);
  } finally {
    await github.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same of another build, compared with this one's. */
function besideOf(cases: readonly Case[], dist: string): Case[] {
  const compared = cases.filter(({ name }) => name === "check" || name === "record, tokens to price");
  return compared.map(({ name, program, head }) => ({
    ...{ name: `${name}, the other build`, floor: name, head },
    program: { ...program, script: join(dist, "main.js") },
  }));
}

async function runOnce(github: GitHubProcess, { name, program, head }: Case): Promise<Figures> {
  if (head !== null) await github.resetBranch({ ...BOOKS, head });
  await github.takeLog();
  const figures = await measured(program);
  const asked = (await github.takeLog()).map(({ status }) => status);
  const isWritten = (await github.head(BOOKS)) !== head;
  if (head !== null && (asked.join() !== "200,200" || !isWritten)) {
    throw new Error(`${name} made other requests than a read and a commit: ${asked.join(", ")}`);
  }
  return figures;
}

async function casesOf(github: GitHubProcess, folder: string): Promise<Case[]> {
  await github.createRepository(BOOKS.repository);
  const nowMs = Date.now();
  const hour = 3_600_000;
  await makeBooks(folder, nowMs - EARLIER * hour, spread(nowMs - EARLIER * hour, nowMs, EARLIER));
  const before = await github.commitFolder({ ...BOOKS, folder });
  const common = { github: await github.places() };
  const step = (inputs: Record<string, string>, more: Partial<ActionOptions> = {}) => ({ ...common, inputs, ...more });
  const program = (options: ActionOptions): Program => prepareStep(options);

  const check = step({ command: "check" });
  const { outputs } = await ranAction(check);
  const checking = await floorOf(github, join(folder, "check.json"));
  const held = (await github.head(BOOKS)) ?? "";
  const record = step({ command: "record", hold: outputs["hold"] ?? "", ...TOKENS });
  await ranAction(record);
  const recording = await floorOf(github, join(folder, "record.json"));
  await github.resetBranch({ ...BOOKS, head: before });
  const { state } = await ranAction(step({ command: "guard" }));
  const guarded = (await github.head(BOOKS)) ?? "";
  const nothing = join(folder, "nothing.mjs");
  writeFileSync(nothing, "");
  const cli = join(ROOT, "dist", "cli.js");
  const record2 = { floor: "floor of record", most: { ms: 1.2, mb: 1.3 } };
  return [
    { name: "node, an empty script", program: { script: nothing, cwd: folder }, head: null },
    { name: "floor of check", program: checking, head: before },
    { name: "check", program: program(check), head: before, floor: "floor of check", most: { ms: 1, mb: 1.3 } },
    { name: "floor of record", program: recording, head: held },
    { name: "record, tokens to price", program: program(record), head: held, ...record2 },
    {
      name: "record, a cost",
      program: program(step({ command: "record", hold: outputs["hold"] ?? "", cost: "0.21" })),
      head: held,
      floor: "floor of record",
    },
    {
      name: "guard's post, tokens to price",
      program: program(step({ command: "guard", ...TOKENS }, { phase: "post", state })),
      head: guarded,
      floor: "floor of record",
    },
    { name: "status in a folder", program: { script: cli, args: ["status"], cwd: folder }, head: null },
  ];
}

async function ranAction(options: ActionOptions) {
  const result = await runAction(options);
  if (result.exitCode !== 0) throw new Error(result.log);
  return result;
}

/** A bare script that sends what has just been sent. */
async function floorOf(github: GitHubProcess, path: string): Promise<Program> {
  const { graphqlUrl: url } = await github.places();
  const headers = {
    authorization: "token ghs_write",
    "content-type": "application/json",
    "user-agent": "token-budget",
  };
  const bodies = (await github.takeLog()).map(({ sent }) => sent);
  writeFileSync(path, JSON.stringify({ url, headers, bodies }));
  return { script: FLOOR, args: [path], cwd: ROOT };
}

function resultOf(cases: readonly Case[], medians: ReadonlyMap<string, Figures>, runs: number): Result {
  const rows = cases.map(({ name, floor, most }) => {
    const own = medians.get(name) ?? { ms: Number.NaN, mb: Number.NaN };
    const base = floor === undefined ? undefined : medians.get(floor);
    const [ms, mb] = [own.ms.toFixed(0), own.mb.toFixed(0)];
    if (base === undefined) return [name, ms, "", "", mb, "", ""];
    const ratio = { ms: own.ms / base.ms, mb: own.mb / base.mb };
    const target = (of: "ms" | "mb") => (most === undefined ? "" : atMost(ratio[of], most[of]));
    return [name, ms, ratio.ms.toFixed(2), target("ms"), mb, ratio.mb.toFixed(2), target("mb")];
  });
  const heading = ["", "ms", "× floor", "at most", "peak MB", "× floor", "at most"];
  const [bytes, pictureBytes] = [distBytes(false), distBytes(true)];
  return {
    name: "startup",
    tables: [
      {
        about: `From the start of a process to its end, medians of ${runs} interleaved runs. The floor is a bare Node script that only makes the same two requests with the same bodies, using \`fetch\`. The books contain ${EARLIER} earlier executions.`,
        rows: [heading, ...rows],
      },
      {
        about: "What the runner downloads.",
        rows: [
          ["", "bytes", "at most"],
          ["programs", String(bytes), atMost(bytes, 4_000_000)],
          ["font and renderer of pictures", String(pictureBytes), atMost(pictureBytes, 3_000_000)],
        ],
      },
    ],
  };
}

/** The bytes of the programs, or of the font and the renderer of pictures. */
function distBytes(isOfPictures: boolean): number {
  const files = readdirSync(join(ROOT, "dist"), { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile() && /\.(wasm|woff2)$/.test(file.name) === isOfPictures)
    .reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const [runs = "30"] = plainArgs(args);
  const beside = args.find((arg) => arg.startsWith("--beside="))?.slice("--beside=".length);
  report(await benchStartup(Number(runs), beside), args);
}
