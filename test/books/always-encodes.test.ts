import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "../../src/books/decide.ts";
import { encodeEntry } from "../../src/books/entry.ts";
import { decodeState } from "../../src/books/file/decode.ts";
import { encodeState } from "../../src/books/file/encode.ts";
import type { Request } from "../../src/books/request.ts";
import type { Settings } from "../../src/books/settings.ts";
import type { State } from "../../src/books/state.ts";
import { signedQuantity } from "../../src/inputs/quantities.ts";
import { usageLine } from "../../src/usage/usage.ts";
import { BudgetError } from "../../src/values/errors.ts";
import { MAX_NANO_USD, type NanoUsd, nanoOf } from "../../src/values/money.ts";
import { countOf } from "../support/pace/pace.ts";
import { differencesOf } from "../support/replayed.ts";
import { rule } from "./part-samples.ts";
import {
  Bookkeeper,
  billed,
  check,
  circumstances,
  freshState,
  hold,
  record,
  release,
  unpriced,
  usageOf,
} from "./sample-books.ts";

const MAX_COUNT = Number.MAX_SAFE_INTEGER;
const PARTS = [
  rule({ name: "dev", match: {} }),
  rule({ name: "daily", match: {}, period: "day", limit: { unit: "tokens", amount: 50_000 }, onExceed: "warn" }),
];

/** A usage file's one absurd line: as many tokens as a number can count. */
function absurd() {
  return usageOf(usageLine({ model: "x", input: MAX_COUNT, output: 0, requests: 1 }));
}

function mustEncode({ state, entries }: Pick<Bookkeeper, "state" | "entries">): void {
  const decoded = decodeState(encodeState(state));
  expect(decoded.kind).toBe("state");
  for (const entry of entries) encodeEntry(entry);
}

describe("an absurd count", () => {
  it("is booked, and the next bookings and checks of its sub-budgets still work, in later months also", () => {
    const keeper = new Bookkeeper();
    const when = { settings: { parts: PARTS } };
    keeper.do(record({ usage: absurd() }), when);
    mustEncode(keeper);
    keeper.do(record({ id: "record-2" }), when);
    keeper.do(check({ id: "hold-2" }), when);
    mustEncode(keeper);
    keeper.do(record({ id: "record-3", hold: "hold-2", usage: absurd() }), when);
    mustEncode(keeper);
    keeper.do(record({ id: "record-4" }), { ...when, now: "2026-03-02T10:00:00Z" });
    mustEncode(keeper);
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("in an open hold that is due doesn't stop the commands that charge it", () => {
    const budgets = { dev: MAX_COUNT };
    const state = freshState({
      requires: ["budgets"],
      budgets: { dev: { period: "2026-02", spent: nanoOf(1), tokens: MAX_COUNT - 1, alerts_sent: [] } },
      holds: [hold({ expires_at: "2026-02-14T09:30:00Z", budgets, tokens: MAX_COUNT })],
    });
    const keeper = new Bookkeeper(state);
    keeper.do(release({ hold: "nothing" }), { settings: { parts: PARTS } });
    mustEncode(keeper);
    expect(keeper.state.closed_holds.map(({ how }) => how)).toEqual(["expired"]);
  });

  it("of pull requests or outcomes is booked like any other", () => {
    const keeper = new Bookkeeper();
    const parts = [rule({ name: "dev", match: {}, target: { lines: { unit: "tokens", amount: 1 } } })];
    for (const id of ["a", "b", "c"]) {
      keeper.do(record({ id, prs: MAX_COUNT, outcomes: { lines: Number.MAX_VALUE } }), { settings: { parts } });
      mustEncode(keeper);
    }
    expect(keeper.state.prs_generated).toBe(MAX_COUNT);
  });

  it("that a sub-budget has booked is taken off again by a correction", () => {
    const keeper = new Bookkeeper();
    const when = { settings: { parts: PARTS } };
    keeper.do(record({ usage: absurd() }), when);
    const amount = signedQuantity.parse(`-${MAX_COUNT} tokens`);
    if (amount === undefined) throw new Error("no quantity");
    const who = { actor: "octocat", reason: "a tool's mistake", run: {}, tags: {} };
    keeper.do({ kind: "adjust", id: "fix", adjustment: "correct", amount, ...who }, when);
    expect(keeper.state.budgets?.["daily"]?.tokens).toBe(0);
  });

  it("of a formula's tokens is held as the largest count there is", () => {
    const formula = {
      base: { "*": 1e12 },
      phase: { "*": 1_000 },
      complexity: { "*": 1_000 },
      priceAs: "x",
    };
    const keeper = new Bookkeeper();
    keeper.do(check(), { settings: { formula, parts: PARTS } });
    mustEncode(keeper);
    expect(keeper.state.holds[0]?.formula_tokens).toBe(MAX_COUNT);
  });
});

describe("amounts that add up to more than the books can keep", () => {
  it("are refused with a sentence where they would be booked", () => {
    const dear = usageOf(billed(8_000_000), billed(8_000_000));
    const keeper = new Bookkeeper();
    expect(() => keeper.do(record({ usage: dear }))).toThrow(BudgetError);
    keeper.do(record({ id: "a", usage: usageOf(billed(8_000_000)) }));
    expect(() => keeper.do(record({ id: "b", usage: usageOf(billed(8_000_000)) }))).toThrow(/\$8,388,607/);
  });

  it("don't keep a check from answering, nor a booking from being booked", () => {
    const state = freshState({ monthly_budget: MAX_NANO_USD, top_ups: MAX_NANO_USD });
    const keeper = new Bookkeeper(state);
    const settings = { estimate: MAX_NANO_USD };
    expect(keeper.do(check(), { settings }).answer.admission.decision).toBe("allow");
    expect(keeper.do(check({ id: "hold-2" }), { settings }).answer.admission.decision).toBe("deny");
    keeper.do(record({ hold: "hold-1" }));
    mustEncode(keeper);
  });
});

/** Numbers at the edges of what a key may hold. */
const edgeCount = fc.constantFrom(0, 1, 2, 1e12, MAX_COUNT - 1, MAX_COUNT);
const edgeUsd = fc.constantFrom(0, 1, 55_000_000, 15_000_000_000, MAX_NANO_USD - 1, MAX_NANO_USD, -1, -MAX_NANO_USD);
const edgeInstant = fc.constantFrom(
  "0000-01-01T00:00:00Z",
  "2026-02-14T09:59:59Z",
  "2026-02-14T10:00:00.001+14:00",
  "2026-02-28T23:59:59.999Z",
  "9999-12-31T23:59:59.999Z",
);

const USD_KEYS =
  /^(amount|spent|charged|cost|total_spent|monthly_budget|top_ups|estimated|tagged|top_runs_spent|granted|owed|adjusted)$/;
const COUNT_KEYS =
  /^(executions|prs|prs_generated|tokens|input|output|requests|cache_read|formula_tokens|count|returns)$/;

/** Books of every kind of key, with some of their figures replaced by figures at the edge. */
function wildBooks(draw: { usd: number[]; counts: number[]; instants: string[] }): State {
  let turn = 0;
  const next = <T>(from: readonly T[], otherwise: T): T => {
    turn += 1;
    return from.length === 0 || turn % 3 === 0 ? otherwise : (from[turn % from.length] as T);
  };
  const changed = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => changed(item, key === "costs" ? "cost" : key));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([inner, item]) => [inner, changed(item, inner)]));
    }
    if (typeof value === "number" && USD_KEYS.test(key)) return next(draw.usd, value);
    if (typeof value === "number" && COUNT_KEYS.test(key)) return next(draw.counts, value);
    if (typeof value === "string" && /(^|_)(at|until|reset)$/.test(key) && value.includes("T")) {
      return next(draw.instants, value);
    }
    return value;
  };
  return changed(RICH, "") as State;
}

/** Books in which every key has something. */
const RICH: State = (() => {
  const keeper = new Bookkeeper();
  const when = {
    settings: { parts: PARTS, largeRun: { unit: "tokens" as const, amount: 10 }, reserve: { percent: 5 } },
  };
  const tags = { agent: "dev" };
  for (const id of ["a", "b", "c", "d"]) {
    keeper.do(check({ id, tags }), when);
    keeper.do(record({ id: `${id}:settle`, hold: id, tags, prs: 1, outcomes: { lines: 3 } }), when);
  }
  keeper.do(record({ id: "e", usage: usageOf(unpriced()) }), when);
  keeper.do(check({ id: "open", tags }), when);
  keeper.do(check({ id: "due", tags, holdMs: 60_000 }), when);
  const who = { kind: "adjust" as const, actor: "octocat", reason: "why", run: {}, tags };
  const usd = (amount: number) => ({ unit: "USD" as const, amount: nanoOf(amount) });
  keeper.do({ ...who, id: "f", adjustment: "top-up", amount: usd(3) }, when);
  keeper.do({ ...who, id: "g", adjustment: "grant", amount: usd(0.1) }, when);
  keeper.do({ kind: "reset", id: "h", actor: "octocat", reason: "why", run: {} }, when);
  keeper.do(record({ id: "i", usage: usageOf(billed(7), unpriced("other")), tags }), when);
  keeper.do({ ...who, id: "j", adjustment: "correct", amount: usd(-1) }, when);
  const session = usageLine({ model: "m", session: "s", counting: "cumulative", input: 10, output: 5, requests: 1 });
  keeper.do(record({ id: "k", usage: usageOf({ ...session, reported_cost: nanoOf(1) }) }), when);
  return { ...keeper.state, requires: ["budgets"] };
})();

const line = fc.record({ input: edgeCount, output: edgeCount, cost: fc.option(edgeUsd), session: fc.boolean() });

const request: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ id: fc.constantFrom("new", "open", "a") }).map(({ id }) => check({ id, tags: { agent: "dev" } })),
  fc
    .record({
      hold: fc.constantFrom(undefined, "open", "due", "a", "nowhere"),
      lines: fc.array(line, { maxLength: 3 }),
      prs: edgeCount,
      isPost: fc.boolean(),
      isFlat: fc.boolean(),
      isReleased: fc.boolean(),
      cutShort: fc.boolean(),
    })
    .map(({ hold: held, lines, prs, isPost, isFlat, isReleased, cutShort }) =>
      record({
        id: "r",
        hold: held,
        prs,
        origin: isPost ? "post" : "record",
        billing: isFlat ? "subscription" : "metered",
        unsettled: isReleased ? "release" : "charge",
        outcomes: { lines: prs },
        tags: { agent: "dev" },
        usage: {
          ...usageOf(
            ...lines.map(({ input, output, cost, session }) => ({
              ...usageLine({ model: "m", input, output, requests: 1 }),
              ...(session && { session: "s", counting: "cumulative" as const }),
              ...(cost !== null && cost >= 0 && { reported_cost: cost as NanoUsd, billed: true }),
            })),
          ),
          found: lines.length > 0,
          cutShort,
        },
      }),
    ),
  fc.constantFrom<Request>(
    release({ hold: "open" }),
    { kind: "reset", id: "x", actor: "o", reason: "r", run: {} },
    { kind: "recap", id: "x", force: true },
    { kind: "recap", id: "x", force: false, month: "2026-02" },
    { kind: "sent", id: "x", messages: {} },
    {
      kind: "statement",
      id: "x",
      act: {
        issue: [
          {
            ...{ number: "INV-2020-01-A", month: "2020-01", entity: "a", model: "chargeback" },
            ...{ amount: 0 as NanoUsd, issued: "2020-02-01" },
          },
        ],
      },
      actor: "o",
      run: {},
    },
  ),
  fc
    .record({
      adjustment: fc.constantFrom("top-up", "grant", "correct", "transfer"),
      amount: edgeUsd,
      isTokens: fc.boolean(),
    })
    .map(({ adjustment, amount, isTokens }) => ({
      kind: "adjust" as const,
      id: "x",
      adjustment: adjustment as "top-up",
      amount: isTokens ? { unit: "tokens" as const, amount } : { unit: "USD" as const, amount: amount as NanoUsd },
      from: "dev",
      to: "daily",
      until: "2026-02-20",
      tags: {},
      actor: "o",
      reason: "r",
      run: {},
    })),
);

const settings: fc.Arbitrary<Partial<Settings>> = fc.record(
  {
    monthlyBudget: edgeUsd.filter((amount) => amount > 0).map((amount) => amount as NanoUsd),
    budgetCap: edgeUsd.filter((amount) => amount > 0).map((amount) => amount as NanoUsd),
    askedBudget: edgeUsd.filter((amount) => amount > 0).map((amount) => amount as NanoUsd),
    estimate: edgeUsd.map((amount) => (amount > 0 ? (amount as NanoUsd) : ("auto" as const))),
    parts: fc.constantFrom<Settings["parts"]>(PARTS, [], undefined),
    reserve: fc.constantFrom<Settings["reserve"]>(undefined, { percent: 100 }, { amount: MAX_NANO_USD }),
    milestoneInterval: fc.constantFrom(nanoOf(0.01), MAX_NANO_USD),
  },
  { requiredKeys: [] },
);

describe("law: always encodes", () => {
  it("whatever the books and the request, a decision throws nothing but a BudgetError, and its state and entries encode", () => {
    const books = fc
      .record({ usd: fc.array(edgeUsd), counts: fc.array(edgeCount), instants: fc.array(edgeInstant) })
      .map(wildBooks)
      .filter((state) => decodeState(encodeState(state)).kind === "state");
    const now = fc.constantFrom("2026-02-14T10:00:00Z", "2026-03-01T00:00:00Z", "2027-01-01T00:00:00Z");
    fc.assert(
      fc.property(books, request, settings, now, (state, asked, set, at) => {
        const when = circumstances({ now: at, settings: set, operation: asked.id });
        try {
          const decision = decide({ state, lines: [] }, asked, when);
          mustEncode({ state: decision.state, entries: [...decision.entries] });
        } catch (error) {
          if (!(error instanceof BudgetError)) throw error;
        }
      }),
      { numRuns: countOf("manyCases") },
    );
  });

  it("books with nothing wild in them are decided on, not refused", () => {
    fc.assert(
      fc.property(request, (asked) => {
        if (asked.kind === "adjust" || asked.kind === "record") return;
        decide({ state: RICH, lines: [] }, asked, circumstances({ operation: asked.id, settings: { parts: PARTS } }));
      }),
    );
  });
});
