import { diceOf } from "../../../bench/dice.ts";
import { decide } from "../../../src/books/decide.ts";
import { type Entry, encodeEntry } from "../../../src/books/entry.ts";
import { judgeBooking } from "../../../src/books/judge.ts";
import { decideOther } from "../../../src/books/operations.ts";
import type { RecordRequest, Request } from "../../../src/books/request.ts";
import type { Settings } from "../../../src/books/settings.ts";
import { startBooks } from "../../../src/books/start.ts";
import type { State } from "../../../src/books/state.ts";
import { decodePolicy } from "../../../src/inputs/policy/decode.ts";
import { settingsOf } from "../../../src/inputs/settings-of.ts";
import { unitPricesOf } from "../../../src/pricing/prices.ts";
import type { PricedLine } from "../../../src/pricing/unit-prices.ts";
import { usageLine } from "../../../src/usage/usage.ts";
import { type Instant, instantOf, ledgerHourOf } from "../../../src/values/month.ts";

/** Books with their whole ledger, as they are at an instant, and the rules they follow. */
export type MadeBooks = {
  readonly state: State;
  readonly entries: readonly Entry[];
  readonly now: Instant;
  readonly settings: Settings;
};

const BEGAN = "2025-01-13T06:00:00Z";
export const NOW: Instant = "2026-02-19T14:20:00Z";
/** Judging takes longer than all else: only the last bookings are judged. */
const JUDGED_MS = Date.parse("2026-01-30T00:00:00Z");
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const POLICY = `monthly-budget: 36
required-tags: [team, agent]
approval-environment: overage
budgets:
  - name: platform
    match: { team: platform }
    limit: 16 USD
    alerts: [50, 75, 90]
    target: { execution: 0.25 USD, pr: 0.60 USD }
  - name: growth
    match: { team: growth }
    limit: 5 USD
    alerts: [50, 75, 90]
    on-exceed: warn
    overage: 10%
  - name: agents
    match: { agent: "*" }
    for-each: [agent]
    limit: 1800000 tokens
    target: { execution: 60000 tokens }
  - name: this week
    match: { team: [platform, growth] }
    limit: 6 USD
    period: week
    on-exceed: approve
  - name: research
    match: { team: research }
    limit: 80 USD
    alerts: [90]
    period: none
`;

const AGENTS = ["coder", "reviewer", "triage", "docs", "nightly"] as const;
const MODELS = ["claude-sonnet-4-5", "claude-haiku-4-5", "gpt-5-codex", "gemini-2.5-pro"] as const;
const TEAMS = ["platform", "platform", "growth", "research"] as const;

let made: Promise<MadeBooks> | undefined;

/** More than a year of a team's runs: weekdays and weekends, growth, failures, repeats, an unusual day, open alerts. */
export function livelyBooks(): Promise<MadeBooks> {
  made ??= makeBooks();
  return made;
}

async function makeBooks(): Promise<MadeBooks> {
  const settings = await policySettings(POLICY);
  const dice = diceOf(20);
  const prices = await Promise.all(MODELS.map((model) => priceOf(model)));
  const books = startAt(BEGAN, settings);
  let number = 0;
  for (let day = Date.parse(BEGAN); day < Date.parse(NOW); day += DAY_MS) {
    const weekday = new Date(day).getUTCDay();
    const age = (day - Date.parse(BEGAN)) / DAY_MS;
    const mean = (weekday === 0 || weekday === 6 ? 1 : 6) * (0.6 + age / 500) * (age > 400 && age < 402 ? 2.6 : 1);
    const times = Array.from({ length: dice.count(mean) }, () => day + dice.share() ** 0.8 * 14 * HOUR_MS).sort(
      (a, b) => a - b,
    );
    for (const at of times.filter((time) => time < Date.parse(NOW))) {
      number += 1;
      const execution = executionOf(number, dice, prices);
      if (at < JUDGED_MS) runOnce(books, at, execution);
      else runChecked(books, at, execution);
    }
  }
  const check = {
    kind: "check",
    id: "open-hold-00001",
    profile: "coder",
    tags: { team: "platform", agent: "coder" },
  } as const;
  take(books, Date.parse(NOW) - 9 * 60_000, {
    ...check,
    run: runOf(number + 1),
    holdMs: 6 * HOUR_MS,
    estimate: undefined,
  } as Request);
  return { state: books.state, entries: books.entries, now: NOW, settings };
}

/** Settings of a policy file's text; no message waits for a channel. */
export async function policySettings(text: string): Promise<Settings> {
  const policy = await decodePolicy(text, ".github/token-budget.yml");
  const { settings } = settingsOf({ inputs: {}, policy, maySetBudget: true });
  return { ...settings, notify: [] };
}

type Making = { state: State; lines: string[]; hour: string; entries: Entry[]; readonly settings: Settings };

/** Books in which nothing was booked yet. */
export function startAt(began: Instant, settings: Settings): Making {
  const circumstances = { now: began, settings, channels: {}, operation: "", ...FROM };
  return { state: startBooks(null, circumstances).state, lines: [], hour: "", entries: [], settings };
}

const FROM = { repository: "octo/shop", runUrl: "https://github.com/octo/shop/actions/runs/1" };

/** Decides a request at a time. */
export function take(books: Making, atMs: number, request: Request): void {
  const { settings } = books;
  const circumstances = { now: instantOf(Math.round(atMs)), settings, channels: {}, operation: request.id, ...FROM };
  const hour = ledgerHourOf(circumstances.now);
  if (hour !== books.hour) Object.assign(books, { hour, lines: [] });
  const { state, entries } = decide({ state: books.state, lines: books.lines }, request, {
    ...circumstances,
    others: decideOther,
    judge: atMs > JUDGED_MS ? judgeBooking : undefined,
  });
  books.state =
    state.last_entry == null ? state : { ...state, last_entry: { ...state.last_entry, file: `${hour}.ndjson` } };
  books.entries.push(...entries);
  books.lines.push(...entries.map((entry) => encodeEntry(entry)));
}

type Execution = Omit<RecordRequest, "kind" | "id" | "origin" | "unsettled" | "billing">;

/** Books a run as a `record` does. */
export function runOnce(books: Making, atMs: number, execution: Execution): void {
  const id = `record-${books.entries.length}-${Math.round(atMs)}`;
  take(books, atMs, { kind: "record", id, origin: "record", unsettled: "charge", billing: "metered", ...execution });
}

/** Books a run as a `check` and then its `record` do, so that it has an estimate. */
function runChecked(books: Making, atMs: number, execution: Execution): void {
  const { profile, tags, run } = execution;
  const id = `hold-${books.entries.length}-${Math.round(atMs)}`;
  take(books, atMs, { kind: "check", id, profile, tags, run, holdMs: 6 * HOUR_MS } as Request);
  runOnce(books, atMs + 1_000, { ...execution, hold: id });
}

function runOf(number: number) {
  return { repository: "octo/shop", run_id: 21_000_000_000 + number * 37, attempt: 1, job: "agent", index: 0 };
}

function executionOf(
  number: number,
  dice: ReturnType<typeof diceOf>,
  prices: readonly ((tokens: Tokens) => PricedLine)[],
): Execution {
  const agent = AGENTS[Math.floor(dice.share() ** 1.4 * AGENTS.length)] ?? "coder";
  const team = TEAMS[Math.floor(dice.share() * TEAMS.length)] ?? "platform";
  const model = Math.floor(dice.share() ** 2 * MODELS.length);
  const size = Math.exp(dice.normal() * 0.7);
  const input = Math.round(42_000 * size);
  const tokens = {
    input,
    cache_read: Math.round(input * (0.35 + 0.4 * dice.share())),
    output: Math.round(3_400 * size),
  };
  const fate = dice.share();
  const result = fate < 0.05 ? "failure" : fate < 0.06 ? "cancelled" : "success";
  const isCounted = dice.share() > 0.02;
  const isMerged = result === "success" && dice.share() < 0.4;
  return {
    profile: agent,
    tags: { team, agent },
    run: {
      ...runOf(number),
      attempt: dice.share() < 0.06 ? 2 : 1,
      workflow: agent === "nightly" ? "nightly" : "ai-pr",
      actor: ["mona", "hubot", "octocat"][number % 3],
    },
    usage: {
      lines: isCounted ? [prices[model]?.(tokens)].filter((line) => line !== undefined) : [],
      incomplete: false,
      found: isCounted,
      source: "inputs",
    },
    result,
    prs: isMerged ? 1 : 0,
    ...(isMerged && { pr: String(100 + number) }),
    outcomes: result === "success" && agent === "triage" ? { issues: 1 + (number % 3) } : {},
  } as Execution;
}

type Tokens = { readonly input: number; readonly cache_read: number; readonly output: number };

/** Prices of a model, asked for once: what a line of so many tokens is. */
export async function priceOf(model: string): Promise<(tokens: Tokens) => PricedLine> {
  const line = (tokens: Tokens) => usageLine({ provider: "", model, counting: "delta", requests: 5, ...tokens });
  const priced = await unitPricesOf(line({ input: 1, cache_read: 0, output: 1 }), "2025-01-01T00:00:00Z", {});
  return (tokens) => ({ ...priced, ...line(tokens), provider: priced.provider }) as PricedLine;
}
