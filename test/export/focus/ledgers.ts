import fc from "fast-check";
import type { Entry } from "../../../src/books/entry.ts";
import type { Request } from "../../../src/books/request.ts";
import { startBooks } from "../../../src/books/start.ts";
import type { State } from "../../../src/books/state.ts";
import type { PricedLine } from "../../../src/pricing/unit-prices.ts";
import { usageLine } from "../../../src/usage/usage.ts";
import { BudgetError } from "../../../src/values/errors.ts";
import { nanoOf, nanoUsd } from "../../../src/values/money.ts";
import { instantOf, ledgerHourOf } from "../../../src/values/month.ts";
import {
  Bookkeeper,
  billed,
  check,
  circumstances,
  NO_USAGE,
  record,
  unpriced,
  usageOf,
} from "../../books/sample-books.ts";

/** A ledger as the books write it, the zone in which its months end, and the days of the running month. */
export type Ledger = {
  readonly entries: readonly Entry[];
  readonly timezone: string;
  readonly daily?: State["daily"];
};

const HOUR_MS = 3_600_000;
const ZONES = ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Kiritimati"];
/** Names that anyone who can start a run may choose. */
const NAMES = ["ai-pr", "=1+1", '-2+"3"', "@SUM(A1)", "a, b\nc", "Zürich 東京", "__proto__", " "];
const MODELS = ["claude-sonnet-4-5", "gpt-5", "=cmd", "gpt-4o-audio"];
const PRICES = [0, 0.25, 0.1, 3, 15, 7.123456, 1e-7, 0.0375, 1234.5];

const name = fc.constantFrom(...NAMES);
const price = fc.constantFrom(...PRICES);
const few = fc.integer({ min: 0, max: 3_000_000 });

/** A line with prices for all that it counts, or without one for what is billed by the piece. */
const priced: fc.Arbitrary<PricedLine> = fc
  .record({
    model: fc.constantFrom(...MODELS),
    provider: fc.constantFrom("anthropic", "openai", "aws", "acme", ""),
    counts: fc.record({ plain: few, read: few, short: few, long: few, audio: few, output: few, thought: few }),
    pieces: fc.record({ web_searches: fc.nat(3), requests: fc.nat(4), images: fc.nat(2) }),
    prices: fc.record({ input: price, output: price, cache_read: price, cache_write_5m: price, cache_write_1h: price }),
    more: fc.record({ reasoning: price, audio_input: price, web_search: price, request: price }, { requiredKeys: [] }),
    service: fc.record({ tier: fc.constant("priority"), region: fc.constant("us") }, { requiredKeys: [] }),
    source: fc.constantFrom("policy" as const, "genai-prices@0.1.8" as const),
    claim: fc.option(fc.nat(2_000_000_000)),
  })
  .map(({ model, provider, counts, pieces, prices, more, service, source, claim }) => ({
    ...usageLine({
      ...{ model, provider, ...service, web_searches: pieces.web_searches, requests: pieces.requests },
      input: counts.plain + counts.audio + counts.read + counts.short + counts.long,
      ...{ cache_read: counts.read, cache_write_5m: counts.short, cache_write_1h: counts.long },
      ...{ audio_input: counts.audio, output: counts.output + counts.thought, reasoning: counts.thought },
      extras: { image: pieces.images },
    }),
    ...{ prices: { ...prices, ...more }, price_source: source },
    ...(claim !== null && { reported_cost: nanoUsd(claim) }),
  }));

const line: fc.Arbitrary<PricedLine> = fc.oneof(
  { weight: 4, arbitrary: priced },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 4_000_000_000 }), fc.constantFrom(...MODELS))
      .map(([nano, model]) => billed(nano / 1e9, model)),
  },
  { weight: 1, arbitrary: name.map((model) => unpriced(model)) },
);

type Act =
  | { readonly act: "check"; readonly name: string }
  | {
      readonly act: "record";
      readonly name: string;
      readonly lines: readonly PricedLine[];
      readonly which: "open" | "expired" | "none";
      readonly isFlat: boolean;
      readonly isCut: boolean;
    }
  | { readonly act: "correct"; readonly cents: number }
  | { readonly act: "reset" }
  | { readonly act: "wait"; readonly ms: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant("check" as const), name }) },
  {
    weight: 6,
    arbitrary: fc.record({
      ...{ act: fc.constant("record" as const), name, lines: fc.array(line, { maxLength: 3 }) },
      which: fc.constantFrom("open" as const, "expired" as const, "none" as const),
      ...{ isFlat: fc.constantFrom(false, false, false, true), isCut: fc.constantFrom(false, false, true) },
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant("correct" as const), cents: fc.integer({ min: -50, max: 50 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ act: "reset" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant("wait" as const),
      ms: fc.oneof(fc.nat(HOUR_MS), fc.nat(30 * HOUR_MS), fc.nat(700 * HOUR_MS)),
    }),
  },
);

/** A run whose cost is booked when its hold has expired, in the same month or a later one. */
const late: fc.Arbitrary<readonly Act[]> = fc
  .record({
    name,
    hours: fc.integer({ min: 7, max: 500 }),
    lines: fc.array(line, { maxLength: 2 }),
    isFlat: fc.boolean(),
  })
  .map(({ name, hours, lines, isFlat }) => [
    { act: "check", name },
    { act: "wait", ms: hours * HOUR_MS },
    { act: "record", name, lines, which: "none", isFlat: false, isCut: false },
    { act: "record", name, lines, which: "expired", isFlat, isCut: false },
  ]);

/** Ledgers of everything that costs something: usage of all kinds, estimates, corrections, flat fees, an import. */
export const ledgers: fc.Arbitrary<Ledger> = fc
  .record({
    timezone: fc.constantFrom(...ZONES),
    isImport: fc.boolean(),
    acts: fc.array(fc.oneof({ weight: 5, arbitrary: act.map((one) => [one]) }, { weight: 1, arbitrary: late }), {
      ...{ minLength: 1, maxLength: 20 },
    }),
  })
  .map(({ acts, ...start }) => played({ ...start, acts: acts.flat() }));

function played({
  timezone,
  isImport,
  acts,
}: {
  readonly timezone: string;
  readonly isImport: boolean;
  readonly acts: readonly Act[];
}): Ledger {
  let nowMs = Date.parse("2026-01-27T09:58:00.250Z");
  const settings = { timezone, monthlyBudget: nanoOf(1_000_000), notify: [] };
  const { state, entries } = startBooks(isImport ? LEGACY : null, circumstances({ now: instantOf(nowMs), settings }));
  const keeper = new Bookkeeper(state);
  keeper.keep({ state, entries }, ledgerHourOf(instantOf(nowMs)));
  for (const [count, one] of acts.entries()) {
    nowMs += one.act === "wait" ? one.ms : 61_250;
    if (one.act === "wait") continue;
    try {
      keeper.do(requestOf(keeper, one, count), { now: instantOf(nowMs), settings });
    } catch (error) {
      // More was taken off than was booked, or more tokens cost more than the books can keep.
      if (!(error instanceof BudgetError)) throw error;
    }
  }
  return { entries: keeper.entries, timezone, daily: keeper.state.daily };
}

const LEGACY = {
  ...{ version: "1.0" as const, current_month: "2026-01", total_spent: nanoOf(4.321), executions: 80 },
  ...{ prs_generated: 77, tokens_used: { claude_input: 10, claude_output: 20 }, history: [] },
};

function requestOf({ state }: Bookkeeper, one: Exclude<Act, { act: "wait" }>, count: number): Request {
  const id = `op-${count}`;
  switch (one.act) {
    case "check":
      return check({ ...about(one.name, count), id: `hold-${count}`, holdMs: 6 * HOUR_MS });
    case "record": {
      const expired = state.closed_holds.filter(({ how }) => how === "expired");
      const holds = { open: state.holds, expired, none: [] }[one.which];
      const usage = one.lines.length === 0 ? NO_USAGE : { ...usageOf(...one.lines), cutShort: one.isCut };
      const billing = one.isFlat ? "subscription" : "metered";
      return record({ ...about(one.name, count), id, hold: holds.at(-1)?.id, usage, billing, result: "success" });
    }
    case "correct": {
      const amount = { unit: "USD" as const, amount: nanoOf(one.cents / 100) };
      const who = { actor: "octocat", reason: "=counted twice", run: {}, tags: { team: "web" } };
      return { kind: "adjust", id, adjustment: "correct", amount, ...who };
    }
    case "reset":
      return { kind: "reset", id, actor: "octocat", reason: "start again", run: {} };
  }
}

function about(profile: string, count: number) {
  const run = { repository: count % 3 === 0 ? "o/r" : "o/other", run_id: 100 + count, attempt: 1, workflow: profile };
  return { profile, tags: count % 2 === 0 ? { team: profile, agent: "a" } : {}, run: { ...run, actor: "octocat" } };
}
