import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { globSync } from "tinyglobby";
import { type Agent, type Base, BIN } from "./agents.ts";

/** What came of a run. */
export type AgentRun = {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** What it wrote about its usage, or printed. */
  readonly usage: readonly string[];
  readonly home: string;
};

/** A run that hangs is ended; an agent that gives up after its last try takes a minute or two. */
const MAX_MS = Number(process.env["AGENT_TIMEOUT"] ?? 240) * 1_000;
/** Nothing answers there: what isn't pointed at the loopback reaches nobody. */
const NOWHERE = "http://127.0.0.1:9";

/**
 * Runs an agent in a home of its own, without any of this process's environment. The home isn't in the system's
 * temporary folder: Gemini CLI takes no settings from below a folder that others may write to.
 */
export async function runAgent(agent: Agent, base: Base): Promise<AgentRun> {
  const home = mkdtempSync(join(homedir(), ".token-budget-agents-"));
  try {
    const work = join(home, "work");
    for (const [path, text] of Object.entries(agent.files?.(base) ?? {})) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text);
    }
    mkdirSync(join(work, ".git"), { recursive: true });
    const started = performance.now();
    const ended = await run(agent, { base, home, work });
    const found =
      agent.usageFiles === undefined ? [] : globSync(agent.usageFiles, { cwd: home, absolute: true, dot: true });
    const usage = agent.usageFiles === undefined ? [ended.stdout] : found.map((path) => readFileSync(path, "utf8"));
    return { ...ended, usage, home, seconds: (performance.now() - started) / 1_000 };
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

type Place = { readonly base: Base; readonly home: string; readonly work: string };

function run(agent: Agent, { base, home, work }: Place): Promise<Pick<AgentRun, "exitCode" | "stdout" | "stderr">> {
  const env = {
    ...{ HOME: home, PATH: [BIN, dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter) },
    ...{ TERM: "dumb", HTTP_PROXY: NOWHERE, HTTPS_PROXY: NOWHERE, NO_PROXY: "127.0.0.1,localhost" },
    ...{ no_proxy: "127.0.0.1,localhost", CI: "true" },
    ...agent.env(base, home),
  };
  return new Promise((resolve, reject) => {
    const child = spawn(join(BIN, agent.program), agent.args(base), {
      ...{ cwd: work, env, detached: true },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.once("error", reject);
    // It may have started others: its whole group ends.
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // They are gone.
      }
    };
    const timer = setTimeout(end, MAX_MS);
    child.once("close", (exitCode) => {
      clearTimeout(timer);
      resolve({ exitCode, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
    child.once("exit", () => setTimeout(end, 1_000).unref());
  });
}
