import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { encodeState } from "../../../src/books/file/encode.ts";
import type { State } from "../../../src/books/state.ts";
import { columnsOf } from "../../../src/report/terminal/table.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { sampleState } from "../../report/samples.ts";
import { Session } from "./terminal-session.ts";

const NOON = "2026-02-14T12:00:00Z";
const STATE = "token_budget.json";
const RESULT = readFileSync("test/fixtures/usage/claude-code/execution-file.json", "utf8");
const UNPRICED = JSON.stringify({
  ...{ id: "chatcmpl-1", object: "chat.completion", model: "my-finetune", choices: [] },
  usage: { prompt_tokens: 1200, completion_tokens: 300, total_tokens: 1500 },
});
const POLICY = `monthly-budget: 15
budgets:
  - { name: infrastructure, match: { division: infrastructure }, limit: 4 USD, alerts: [50, 75, 90] }
  - { name: dev-lead-daily, match: { agent: dev-lead }, limit: 50000 tokens, period: day }
`;

/** A month in which much has happened, with two sub-budgets, two open holds and an expired one. */
function fullMonth(change: Partial<State> = {}): string {
  const [hold] = sampleState().holds;
  const run = { repository: "octo-org/shop", run_id: 4711, attempt: 1, job: "agent", index: 0 };
  const holds = [
    { ...hold, id: "4n8p2r6s1w5y9c3d", run, tags: { division: "infrastructure" } },
    {
      ...hold,
      id: "7k2m9q4t1v8x3z6b",
      at: "2026-02-14T11:40:00Z",
      expires_at: "2026-02-14T17:40:00Z",
      run: {},
      profile: "terminal",
    },
  ] as State["holds"];
  const budgets = {
    infrastructure: {
      period: "2026-02",
      spent: nanoOf(3.12),
      tokens: 810_000,
      alerts_sent: [50, 75],
      executions: 40,
      prs: 31,
    },
    "dev-lead-daily": {
      period: "2026-02-14",
      spent: nanoOf(0.32),
      tokens: 31_200,
      alerts_sent: [],
      month: { spent: nanoOf(1.9), tokens: 400_000 },
    },
  };
  const closed_holds = [
    {
      id: "e1",
      how: "expired",
      charged: nanoOf(0.055),
      at: "2026-02-13T18:00:00Z",
      profile: "nightly",
      run: { ...run, run_id: 4600 },
    },
  ] as State["closed_holds"];
  const profiles = { "ai-pr": { costs: [0.0488, 0.0513, 0.0634, 0.0527].map(nanoOf) } };
  return encodeState(sampleState({ holds, budgets, closed_holds, profiles, ...change }));
}

const EXHAUSTED: Partial<State> = { total_spent: nanoOf(14.97), executions: 272, prs_generated: 268, holds: [] };

type Screen = (session: Session) => Promise<void>;

/** What each command shows as usual, and what else it may. */
const SCREENS: Readonly<Record<string, Screen>> = {
  async check(session) {
    session.say("The first one");
    await session.run("check");
    session.say("Later").write(STATE, fullMonth());
    await session.run("check", "--profile", "ai-pr");
    await session.run("check", "--profile", "ai-pr", "--verbose");
    session.say("The month's money is used up").write(STATE, fullMonth(EXHAUSTED));
    await session.run("check");
    session.say("It is set aside for other runs").write(STATE, fullMonth({ total_spent: nanoOf(14.85) }));
    await session.run("check");
    session.say("A sub-budget is used up").write(STATE, fullMonth()).write(".github/token-budget.yml", POLICY);
    await session.run("check", "--tags", "division=infrastructure", "--estimate", "0.90");
    session.say("Bad input");
    await session.run("check", "--estimate", "fifty", "--hold-minutes", "0");
    session.say("Books that can't be read").write(STATE, "{\n<<<<<<< HEAD\n}");
    await session.run("check");
  },
  async record(session) {
    session.say("A figure, after a check");
    await session.quietly("check");
    await session.run("record", "--cost", "0.31");
    session.say("A usage file").write("result.json", RESULT);
    await session.run("record", "--usage-file", "result.json");
    session.say("The same, in detail").write("result.json", RESULT.replaceAll("5f0c1d52", "5f0c1d53"));
    await session.run("record", "--usage-file", "result.json", "--prs", "1", "--verbose");
    session.say("A model without a price").write("odd.json", UNPRICED);
    await session.run("record", "--usage-file", "odd.json");
    session.say("A file without usage").write("notes.json", '{"hello":"world"}');
    await session.run("record", "--usage-file", "notes.json");
    session.say("Nothing named");
    await session.run("record");
    session.say("Milestones and alerts");
    await session.run("record", "--cost", "13.20");
    session.say("The same operation again");
    await session.run("record", "--cost", "0.02", "--id", "nightly-7");
    await session.run("record", "--cost", "0.02", "--id", "nightly-7");
    await session.run("record", "--cost", "0.03", "--id", "nightly-7");
    session.say("Two holds");
    await session.quietly("check", "--estimate", "0.01");
    await session.quietly("check", "--estimate", "0.01");
    await session.run("record", "--cost", "0.02");
  },
  async release(session) {
    session.say("Nothing is held");
    await session.run("release");
    session.say("After a check");
    await session.quietly("check");
    await session.run("release");
    session.say("A hold that nobody made");
    await session.run("release", "--hold", "unknown");
  },
  async guard(session) {
    await session.run("guard");
  },
  async run(session) {
    session.write("agent.mjs", AGENT);
    await session.run("run", "--", "node", "agent.mjs");
    session.say("It leaves nothing to read");
    await session.run("run", "--", "node", "--version");
    session.say("There is no such command");
    await session.run("run", "--", "no-such-agent");
    session.say("The month's money is used up").write(STATE, fullMonth(EXHAUSTED));
    await session.run("run", "--", "node", "agent.mjs");
  },
  async status(session) {
    session.say("An empty month");
    await session.run("status");
    session.say("A full month").write(STATE, fullMonth()).write(".github/token-budget.yml", POLICY);
    await session.run("status");
  },
  async recap(session) {
    session.say("No books yet");
    await session.run("recap");
    session.say("The running month").write(STATE, fullMonth());
    await session.run("recap", "--month", "2026-02");
    session.say("The last closed month");
    await session.run("recap");
    session.say("A month that isn't in the books");
    await session.run("recap", "--month", "2024-05");
  },
  async report(session) {
    session.say("No books");
    await session.run("report");
    for (const [at, team, profile, tokens, result] of REPORTED) {
      session.at(at);
      const used = ["--model", tokens > 900_000 ? "claude-opus-4-5" : "claude-sonnet-4-5"];
      const counted = ["--input-tokens", String(tokens), "--output-tokens", String(tokens / 20)];
      const about = ["--tags", `team=${team}`, "--profile", profile, "--result", result];
      await session.quietly("record", ...used, ...counted, ...about, "--prs", "1", "--outcomes", "lines=240");
    }
    session.at(NOON).say("This month by model");
    await session.run("report");
    session.say("Last month against the one before, by team and profile");
    await session.run("report", "--period", "last-month", "--compare", "previous", "--by", "tag:team,profile");
    session.say("The top of the days, and the rest");
    await session.run("report", "--period", "2026-Q1", "--by", "day", "--sort", "name", "--top", "2");
    session.say("A file");
    await session.run("report", "--period", "2026-01", "--output", "january.csv");
    session.say("Before the books");
    await session.run("report", "--period", "2024");
    session.say("Bad input");
    await session.run("report", "--by", "modle", "--top", "0");
  },
  async usage(session) {
    session.write("result.json", RESULT).write("odd.json", UNPRICED).write("notes.json", '{"hello":"world"}');
    await session.run("usage", "result.json");
    await session.run("usage", "notes.json");
    await session.run("usage", "odd.json");
    await session.run("usage", "no-such.json");
    await session.run("usage");
  },
  async verify(session) {
    session.say("No books");
    await session.run("verify");
    await session.quietly("record", "--cost", "0.31");
    await session.quietly("record", "--cost", "1.25");
    session.say("All is right");
    await session.run("verify");
    session.say("Edited by hand").edit(STATE, (text) => text.replace('"total_spent": 1.56', '"total_spent": 0.56'));
    await session.run("verify");
    await session.run("verify", "--repair");
  },
  async reset(session) {
    session.write(STATE, fullMonth());
    await session.run("reset");
    await session.run("reset", "--reason", "A new quarter");
  },
  async adjust(session) {
    session.write(STATE, fullMonth()).write(".github/token-budget.yml", POLICY);
    await session.run("adjust", "top-up", "5", "--reason", "Release week");
    await session.run("adjust", "correct", "-0.20", "--reason", "Billed twice");
    await session.run(
      "adjust",
      "transfer",
      "1 USD",
      "--from",
      "infrastructure",
      "--to",
      "web",
      "--reason",
      "Release week",
    );
    await session.run("adjust");
  },
  async doctor(session) {
    session.say("An empty folder");
    await session.run("doctor");
    session.say("Sound books");
    await session.quietly("record", "--cost", "0.31");
    await session.run("doctor");
    session
      .say("Much to look at")
      .write(STATE, fullMonth())
      .write(".github/token-budget.yml", POLICY.replace("15", "100").replace("4 USD", "50000"));
    await session.run("doctor");
    session.say("A policy with mistakes").write(".github/token-budget.yml", "monthly-budgett: 3\nalerts: [90, 75]\n");
    await session.run("doctor");
  },
  async init(session) {
    session.write(".git/HEAD", "ref: refs/heads/main\n");
    await session.run(
      "init",
      "--agent",
      "claude-code",
      "--monthly-budget",
      "20",
      "--run-cost",
      "0.30",
      "--timezone",
      "UTC",
      "--yes",
    );
    session.say("Again");
    await session.run("init", "--agent", "codex", "--yes");
    session.say("With a meter");
    await session.run("init", "--agent", "opencode", "--yes", "--meter", "--max-cost", "1");
    session.say("For an agent that can't have one");
    await session.run("init", "--agent", "gh-aw", "--yes", "--meter");
  },
};

/** Runs of two months and a half: when, for whom, how large, and how they ended. */
const REPORTED = [
  ["2025-12-03T09:00:00Z", "web", "review", 400_000, "success"],
  ["2025-12-16T09:00:00Z", "web", "monitoring", 240_000, "success"],
  ["2026-01-05T09:00:00Z", "web", "review", 380_000, "success"],
  ["2026-01-12T09:00:00Z", "web", "monitoring", 260_000, "failure"],
  ["2026-01-19T09:00:00Z", "web", "monitoring", 250_000, "success"],
  ["2026-01-26T09:00:00Z", "infrastructure and platform", "nightly maintenance", 620_000, "success"],
  ["2026-02-02T09:00:00Z", "web", "review", 940_000, "success"],
  ["2026-02-09T09:00:00Z", "web", "monitoring", 180_000, "cancelled"],
] as const;

/** It prints what the Chat Completions API answers. */
const AGENT = `console.log('{"object":"chat.completion","model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":9000,"completion_tokens":900}}');`;

/** What a person copies, or a command printed itself, stays in one piece: a terminal breaks it. */
function isCopied(line: string): boolean {
  return /^(?:[$#] | {4,6}\S| *\{)/.test(line);
}

it.each(
  Object.entries(SCREENS).flatMap(([command, screen]) => [60, 100].map((columns) => ({ command, columns, screen }))),
)("$command at $columns columns shows what was reviewed", async ({ command, columns, screen }) => {
  const session = new Session(columns, NOON);
  await screen(session);
  const wide = session.shown.split("\n").filter((line) => columnsOf(line) > columns && !isCopied(line));
  expect(wide).toEqual([]);
  await expect(session.shown).toMatchFileSnapshot(`screens/${command}.${columns}.txt`);
});
