import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { decide } from "../src/books/decide.ts";
import type { Circumstances } from "../src/books/draft.ts";
import { encodeEntry } from "../src/books/entry.ts";
import { encodeState } from "../src/books/file/encode.ts";
import { decideOther } from "../src/books/operations.ts";
import type { CheckRequest, RecordRequest, Request } from "../src/books/request.ts";
import { DEFAULT_SETTINGS, type Settings } from "../src/books/settings.ts";
import { startBooks } from "../src/books/start.ts";
import type { State } from "../src/books/state.ts";
import { unitPricesOf } from "../src/pricing/prices.ts";
import type { PricedLine } from "../src/pricing/unit-prices.ts";
import { usageLine } from "../src/usage/usage.ts";
import { nanoOf } from "../src/values/money.ts";
import { instantOf, ledgerHourOf } from "../src/values/month.ts";

const MODELS = ["claude-sonnet-4-5", "claude-haiku-4-5", "claude-opus-4-5", "gpt-5", "gemini-2.5-pro"] as const;
const PROFILES = ["review", "triage", "implement", "release-notes", "nightly"] as const;
const HOLD_MS = 6 * 3_600_000;
/** Tags of the executions: `agent-0` and on, `team-0` and on. */
export const AGENTS = 7;
export const TEAMS = 3;
/** So many executions run at the same time. */
const AT_ONCE = 3;
// A budget that allows all of them, and a channel that gets no messages, so that none waits.
const SETTINGS: Settings = { ...DEFAULT_SETTINGS, monthlyBudget: nanoOf(1_000_000), notify: [] };

/** So many instants between two, milliseconds since 1970. */
export function spread(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => Math.floor(from + ((to - from) * at) / count));
}

/**
 * Writes the books into a folder as executions begun at these instants leave them: every one decided as its `check`
 * and its `record` are, by the policy's budgets where there are some. None is open at the end. `change` is made to the
 * state before it is written.
 */
export async function makeBooks(
  folder: string,
  begunMs: number,
  instants: readonly number[],
  { parts = [], change = (state) => state }: { parts?: Settings["parts"]; change?: (state: State) => State } = {},
): Promise<void> {
  const settings = { ...SETTINGS, parts };
  const prices = await Promise.all(MODELS.map((model, at) => linesOf(model, at)));
  let state = startBooks(null, circumstancesAt(begunMs, "", settings)).state;
  let hour = "";
  let lines: string[] = [];
  const write = () => {
    if (lines.length > 0) writeText(join(folder, "token_budget", "ledger", `${hour}.ndjson`), `${lines.join("\n")}\n`);
  };
  const take = (nowMs: number, request: Request) => {
    const circumstances = circumstancesAt(nowMs, request.id, settings);
    if (ledgerHourOf(circumstances.now) !== hour) {
      write();
      hour = ledgerHourOf(circumstances.now);
      lines = [];
    }
    const decision = decide({ state, lines }, request, { ...circumstances, others: decideOther });
    state = named(decision.state, `${hour}.ndjson`);
    lines.push(...decision.entries.map((entry) => encodeEntry(entry)));
  };
  for (const [at, nowMs] of [
    ...instants,
    ...instants.slice(-1).flatMap((last) => Array(AT_ONCE).fill(last)),
  ].entries()) {
    const ended = at - AT_ONCE;
    if (ended >= 0) take(nowMs, recordOf(ended, prices));
    if (at < instants.length) take(nowMs, checkOf(at));
  }
  write();
  writeText(join(folder, "token_budget.json"), encodeState(change(state)));
}

function named(state: State, file: string): State {
  return state.last_entry == null ? state : { ...state, last_entry: { ...state.last_entry, file } };
}

function writeText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function circumstancesAt(nowMs: number, operation: string, settings: Settings): Circumstances {
  const now = instantOf(nowMs);
  const from = { repository: "o/r", runUrl: "https://github.com/o/r/actions/runs/1" };
  return { now, settings, channels: {}, operation, ...from };
}

async function linesOf(model: string, at: number): Promise<PricedLine> {
  const counts = { input: 1_900 + 311 * at, cache_read: 1_200, output: 240 + 37 * at, requests: 3 };
  return unitPricesOf(usageLine({ provider: "", model, counting: "delta", ...counts }), "2026-02-01T00:00:00Z", {});
}

/** An id as the program makes them, the same one every time. */
function idOf(what: string, at: number): string {
  return BigInt(`0x${createHash("sha256").update(`${what} ${at}`).digest("hex")}`)
    .toString(32)
    .slice(0, 16);
}

function checkOf(at: number): CheckRequest {
  const { profile, tags, run } = executionOf(at);
  return { kind: "check", id: idOf("hold", at), profile, tags, run, holdMs: HOLD_MS };
}

function recordOf(at: number, prices: readonly PricedLine[]): RecordRequest {
  const { profile, tags, run } = executionOf(at);
  const lines = prices.filter((_, index) => index === at % prices.length || (at % 10 === 0 && index === 1));
  const fullRun = {
    ...run,
    workflow: "ai-pr",
    actor: "octocat",
    url: `https://github.com/o/r/actions/runs/${run.run_id}`,
  };
  return {
    ...{ kind: "record", id: idOf("record", at), origin: "record", hold: idOf("hold", at) },
    ...{ profile, tags, run: fullRun, usage: { lines, incomplete: false, found: true, source: "inputs" } },
    ...{
      unsettled: "charge",
      billing: "metered",
      result: "success",
      prs: at % 4 === 0 ? 1 : 0,
      outcomes: { lines: at % 97 },
    },
  };
}

function executionOf(at: number) {
  const profile = PROFILES[Math.floor(at / 3) % PROFILES.length] ?? "";
  const run = {
    repository: "o/r",
    run_id: 19_000_000_000 + at,
    attempt: 1,
    job: "agent",
    index: 0,
    check_run: 53_000_000_000 + at,
  };
  return { profile, tags: { agent: `agent-${at % AGENTS}`, team: `team-${at % TEAMS}` }, run };
}
