// Writes token_budget.example.json: the books of a January and half a February, kept by the program's own rules. With
// --check it only says whether the file is stale. node scripts/generate-example.ts [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { decide } from "../src/books/decide.ts";
import type { Circumstances } from "../src/books/draft.ts";
import type { Entry } from "../src/books/entry.ts";
import { encodeState } from "../src/books/file/encode.ts";
import { decideOther } from "../src/books/operations.ts";
import type { RecordRequest, Request } from "../src/books/request.ts";
import { DEFAULT_SETTINGS } from "../src/books/settings.ts";
import { startBooks } from "../src/books/start.ts";
import type { State } from "../src/books/state.ts";
import type { PricedLine } from "../src/pricing/unit-prices.ts";
import { ledgerNameOf } from "../src/store/files/paths.ts";
import { type NanoUsd, nanoOf } from "../src/values/money.ts";
import { ledgerHourOf } from "../src/values/month.ts";

const RUN = { repository: "octo-org/octo-repo", attempt: 1, job: "agent", index: 0 };

type Month = {
  readonly month: string;
  readonly days: number;
  readonly executions: number;
  readonly prs: number;
  /** Dollars spent in the month, the two models' share included. */
  readonly spent: number;
};

const MONTHS: readonly Month[] = [
  { month: "2026-01", days: 31, executions: 270, prs: 269, spent: 14.82 },
  { month: "2026-02", days: 13, executions: 95, prs: 95, spent: 5.23 },
];

/** What both models cost in one execution: 0.0285 and 0.002775 dollars. */
const MODELS_COST = nanoOf(0.031275);

/** The example's state, and the ledger it can be computed from. */
export function exampleBooks(): { readonly state: State; readonly entries: readonly Entry[] } {
  let state = startBooks(null, circumstances("2026-01-01T00:00:00Z", "start")).state;
  const entries: Entry[] = [];
  const apply = (at: string, request: Request) => {
    const decision = decide({ state, lines: [] }, request, { ...circumstances(at, request.id), others: decideOther });
    state = decision.state;
    entries.push(...decision.entries);
  };
  for (const month of MONTHS) {
    for (let index = 0; index < month.executions; index += 1) {
      const at = instantOf(month, index);
      apply(at, recordOf(month, index, at));
    }
  }
  apply("2026-02-14T10:00:00Z", {
    kind: "check",
    id: "h-2026-02-14-1",
    profile: "ai-pr",
    tags: { agent: "dev-lead" },
    run: { ...RUN, run_id: 1366 },
    holdMs: 360 * 60_000,
  });
  return { state: asInFolder(state), entries };
}

/** The state as a store of files writes it: with the file of its last entry. */
function asInFolder(state: State): State {
  if (state.last_entry == null) return state;
  const file = ledgerNameOf(ledgerHourOf(state.last_entry.at), 1);
  return { ...state, last_entry: { ...state.last_entry, file } };
}

function circumstances(now: string, operation: string): Circumstances {
  // Without a channel: the example shows an outbox with nothing in it.
  return { now, operation, channels: {}, settings: { ...DEFAULT_SETTINGS, notify: [] } };
}

/** The executions of a month, spread over its days. */
function instantOf({ month, days, executions }: Month, index: number): string {
  const minute = Math.floor((index * days * 24 * 60) / executions) + 30;
  return new Date(Date.parse(`${month}-01T00:00:00Z`) + minute * 60_000).toISOString().replace(".000Z", "Z");
}

function recordOf(month: Month, index: number, at: string): RecordRequest {
  const isLast = index === month.executions - 1;
  const others = nanoOf(month.spent) - MODELS_COST * month.executions;
  // In whole cents of a cent, and what that leaves over in the last execution.
  const share = Math.floor(others / month.executions / 100_000) * 100_000;
  const cost = isLast ? others - share * (month.executions - 1) : share;
  return {
    kind: "record",
    id: `${at}-record`,
    origin: "record",
    profile: "ai-pr",
    tags: { agent: "dev-lead" },
    run: { ...RUN, run_id: Number(month.month.slice(5)) * 1_000 + index },
    usage: {
      lines: [
        lineOf(
          { provider: "anthropic", model: "claude-sonnet-4-5", input: 2_000, output: 1_500 },
          { input: 3, output: 15 },
        ),
        lineOf({ provider: "openai", model: "gpt-4o-mini", input: 2_500, output: 4_000 }, { input: 0.15, output: 0.6 }),
        {
          ...lineOf({ provider: "anthropic", model: "", input: 0, output: 0 }),
          requests: 0,
          reported_cost: cost as NanoUsd,
          billed: true,
        },
      ],
      incomplete: false,
      found: true,
      source: "inputs",
    },
    unsettled: "charge",
    billing: "metered",
    startedAt: at,
    result: "success",
    prs: index < month.prs ? 1 : 0,
    outcomes: {},
  };
}

type Tokens = Pick<PricedLine, "provider" | "model" | "input" | "output">;

function lineOf(tokens: Tokens, prices?: PricedLine["prices"]): PricedLine {
  return {
    ...tokens,
    counting: "delta",
    cache_read: 0,
    cache_write_5m: 0,
    cache_write_1h: 0,
    reasoning: 0,
    audio_input: 0,
    audio_output: 0,
    web_searches: 0,
    requests: 1,
    ...(prices !== undefined && { prices, price_source: "genai-prices@0.1.8" as const }),
  };
}

function main(check: boolean): void {
  const path = new URL("../token_budget.example.json", import.meta.url);
  const text = encodeState(exampleBooks().state);
  if (!check) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    process.stderr.write("token_budget.example.json is stale: run npm run generate\n");
    process.exitCode = 1;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(process.argv.includes("--check"));
}
