import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "../../../src/books/decide.ts";
import { decodeState } from "../../../src/books/file/decode.ts";
import { encodeState } from "../../../src/books/file/encode.ts";
import { bytesOf } from "../../../src/books/file/fits.ts";
import type { State } from "../../../src/books/state.ts";
import { BudgetError } from "../../../src/values/errors.ts";
import { nanoOf, nanoUsd } from "../../../src/values/money.ts";
import { countOf } from "../../support/pace/pace.ts";
import { differencesOf } from "../../support/replayed.ts";
import { rule } from "../part-samples.ts";
import {
  Bookkeeper,
  billed,
  check,
  circumstances,
  freshState,
  hold,
  record,
  release,
  usageOf,
} from "../sample-books.ts";

const list = <T>(length: number, of: (index: number) => T): T[] => Array.from({ length }, (_, index) => of(index));
const table = <T>(length: number, name: string, of: (index: number) => T): Record<string, T> =>
  Object.fromEntries(list(length, (index) => [`${name}-${index}`, of(index)]));

const AMOUNT = nanoUsd(1_234_567_891);
const EARLIER = "2026-02-14T09:00:00Z";

/** How many of each list there are. */
type Sizes = {
  readonly holds: number;
  readonly tags: number;
  readonly parts: number;
  readonly closed: number;
  readonly messages: number;
  readonly deliveries: number;
  readonly months: number;
  readonly sessions: number;
  readonly profiles: number;
  readonly ids: number;
  readonly approvals: number;
  readonly alerts: number;
  readonly pulls: number;
  readonly days: number;
};

const FULL: Sizes = {
  holds: 500,
  tags: 3,
  parts: 500,
  closed: 300,
  messages: 100,
  deliveries: 30,
  months: 120,
  sessions: 100,
  profiles: 50,
  ids: 500,
  approvals: 1_000,
  alerts: 40,
  pulls: 100,
  days: 31,
};

function booksOf({ tags: tagCount, ...sizes }: Sizes): State {
  const tags = table(tagCount, "tag", (index) => `a value of some length ${index}`);
  const budgets = { "part-1": 4_321, "part-2": 4_321 };
  const run = { repository: "an-owner/a-repository", run_id: 12_345_678_901, attempt: 1, job: "agent", index: 0 };
  const models = table(8, "a-model-of-some-length", () => ({
    provider: "acme",
    input: 1e7,
    output: 1e6,
    cost: AMOUNT,
  }));
  return freshState({
    requires: ["budgets"],
    monthly_budget: nanoOf(100_000),
    total_spent: nanoOf(50),
    holds: list(sizes.holds, (index) => hold({ id: `open-${index}`, tags, run, budgets, tokens: 4_321 })),
    budgets: table(sizes.parts, "part", () => {
      const sums = { spent: AMOUNT, tokens: 1_234_567 };
      return { period: "2026-02-14", ...sums, alerts_sent: [50, 75], executions: 9, month: sums };
    }),
    closed_holds: list(sizes.closed, (index) => {
      const how = index % 5 === 0 ? { how: "expired" as const, run } : {};
      return { id: `closed-${index}`, ...how, charged: AMOUNT, at: EARLIER, profile: "nightly", tags, budgets };
    }),
    outbox: list(sizes.messages, (index) => {
      const kind = index % 2 === 0 ? ("alert" as const) : ("warning" as const);
      return { id: `message-${index}`, kind, facts: { text: "x".repeat(400) }, queued_at: EARLIER };
    }),
    history: list(sizes.months, (index) => ({
      month: `${2016 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`,
      total_spent: AMOUNT,
      executions: 100,
      models,
      daily_spent: list(31, () => AMOUNT),
      budgets: table(20, "part", () => ({ spent: AMOUNT, tokens: 1_234_567 })),
      closed: "rollover" as const,
    })),
    sessions: table(sizes.sessions, "session", () => ({
      cumulative: { input: 1e6, output: 1e5, cost: 1 },
      at: EARLIER,
    })),
    profiles: table(sizes.profiles, "profile", (index) => {
      const counts = list(20, () => 1_234_567);
      return { costs: list(20, () => AMOUNT), tokens: counts, net_tokens: counts, at: `2026-0${1 + (index % 2)}-01` };
    }),
    booked_ids: list(sizes.ids, (index) => {
      const at = index % 2 === 0 ? EARLIER : "2026-02-14T09:30:00Z";
      return { id: `an-id-of-some-length-${index}`, request: "0123456789abcdef", charged: AMOUNT, at };
    }),
    deliveries: list(sizes.deliveries, (index) => ({
      ...{ id: `delivery-${index}`, kind: index === 3 ? ("alert" as const) : ("anomaly" as const) },
      ...{ severity: "warning" as const, queued_at: EARLIER, facts: { text: "x".repeat(300) } },
      to: index === 4 ? { live: {} } : { ops: {}, "infra-team": {} },
    })),
    alerts: list(sizes.alerts, (index) => ({
      ...{
        id: `A-0214-${index}`,
        kind: "threshold" as const,
        severity: "warning" as const,
        at: "2026-02-14T10:00:00Z",
      },
      facts: { usage: 1.2, limit: 1e6, percent: 90, time_left: 3.2, projected_end: 6, overage: 1 },
      acknowledged: { by: "octocat", at: EARLIER, note: "x".repeat(80) },
      ...(index % 2 === 0 && { resolved_at: EARLIER }),
    })),
    pulls: table(sizes.pulls, "an-owner/a-repository", () => ({
      cost: AMOUNT,
      executions: 3,
      at: EARLIER,
      comment: 1e9,
    })),
    forecasts: list(sizes.days, (index) => ({
      ...{ day: `2026-02-${index + 1}`, point: AMOUNT, low: AMOUNT, high: AMOUNT, chance: 0.123 },
    })),
    today: {
      day: "2026-02-14",
      profiles: table(20, "profile", () => AMOUNT),
      tags: { team: table(20, "team", () => AMOUNT) },
    },
    pauses: list(20, () => ({ from: "2026-01-02", to: "2026-01-03" })),
    channels: table(10, "channel", () => ({ address: "0123456789abcdef", seen: "2026-02-14" })),
    approvals: table(sizes.approvals, "an-owner/a-repository/12345678901", () => "2026-02-14"),
  });
}

const moneyOf = ({ total_spent, holds, history }: State) => ({
  total_spent,
  holds: holds.map(({ id, amount }) => [id, amount]),
  history: history.map((line) => [line.month, line.total_spent, line.executions]),
});

describe("books with every list at its bound at once", () => {
  const full = booksOf(FULL);

  it("would be too large to be read again, and are written smaller: without memory, with all money", () => {
    expect(bytesOf(full)).toBeGreaterThan(512_000);
    const keeper = new Bookkeeper(full);
    const { answer } = keeper.do(record({ id: "r", usage: usageOf(billed(1)) }));
    expect(bytesOf(keeper.state)).toBeLessThanOrEqual(480_000);
    expect(moneyOf(keeper.state)).toEqual({ ...moneyOf(full), total_spent: nanoOf(51) });
    expect(keeper.state.closed_holds.filter(({ how }) => how === "expired")).toHaveLength(60);
    expect(Object.keys(keeper.state.approvals ?? {})).toHaveLength(1_000);
    expect(answer.notes).toContainEqual({
      level: "warning",
      text: expect.stringMatching(
        /20 resolved alerts, 100 pull requests, 100 sessions, 220 settled holds, 24 profiles, 250 chosen ids, 120 months' details, 110 messages/,
      ),
    });
    expect(decodeState(encodeState(keeper.state)).kind).toBe("state");
    // A channel that gets nothing pushes out no other's messages, and no alert that matters goes before older ones.
    const left = keeper.state.deliveries?.map(({ id }) => id);
    expect(left?.slice(0, 2)).toEqual(["delivery-4", "delivery-22"]);
  });

  it("are brought down while every hold is settled, and let the next run in", () => {
    const keeper = new Bookkeeper(full);
    for (const { id } of full.holds.slice(0, 40)) keeper.do(record({ id: `${id}:settle`, hold: id }));
    expect(keeper.do(check({ id: "new" })).answer.admission.decision).toBe("allow");
  });
});

it("books of a busy year with every list of messages and forecasts at its bound stay under 160 kB", () => {
  const few = { holds: 30, tags: 1, parts: 50, months: 13, ids: 0, approvals: 0, profiles: 10 };
  const { outbox: _, closed_holds: closed, ...books } = booksOf({ ...FULL, ...few });
  // Only the newest hundred keep what belongs to their run.
  const bare = closed.map(({ id, charged, at }, index) => (index < 300 ? { id, charged, at } : closed[index]));
  expect(bytesOf({ ...books, outbox: [], closed_holds: bare as State["closed_holds"] })).toBeLessThan(160_000);
});

describe("open holds", () => {
  it("are five hundred at once, with nothing else in the books", () => {
    const keeper = new Bookkeeper(booksOf({ ...mapped(FULL, () => 0), holds: 499, tags: 3 }));
    expect(keeper.do(check({ id: "last" })).answer.admission.decision).toBe("allow");
    expect(keeper.do(check({ id: "more" })).answer.admission.reason).toBe("too-many-holds");
  });

  it("are as many as there is room for where their tags are long: a booking always fits", () => {
    const keeper = new Bookkeeper(freshState({ monthly_budget: nanoOf(10_000) }));
    const tags = table(20, "a".repeat(60), () => "💰".repeat(250));
    let opened = 0;
    while (keeper.do(check({ id: `h${opened}`, tags })).answer.admission.decision === "allow") opened += 1;
    expect(opened).toBeGreaterThan(15);
    const denied = keeper.do(check({ id: "one-more", tags })).answer;
    expect(denied.admission).toMatchObject({ decision: "deny", reason: "too-many-holds" });
    expect(bytesOf(keeper.state)).toBeLessThanOrEqual(440_000);
    keeper.do(record({ id: "r", hold: "h0", tags, usage: usageOf(billed(1)) }));
    keeper.do(release({ hold: "h1" }));
    expect(keeper.do(check({ id: "again", tags })).answer.admission.decision).toBe("allow");
  });
});

describe("names that never end", () => {
  it("of values share one sub-budget when there is no room for more", () => {
    const parts = [rule({ name: "each", match: {}, forEach: ["a", "b", "c"] })];
    const keeper = new Bookkeeper();
    const value = (index: number) => `${index}${"x".repeat(200)}`;
    for (let index = 0; index < 120; index += 1) {
      const tags = { a: value(index), b: value(index), c: value(index) };
      keeper.do(record({ id: `r${index}`, tags, usage: usageOf(billed(0.01)) }), { settings: { parts } });
    }
    const names = Object.keys(keeper.state.budgets ?? {});
    expect(names.join("").length).toBeLessThan(33_000);
    expect(names).toContain("each/other");
    expect(keeper.state.budgets?.["each/other"]?.spent).toBeGreaterThan(0);
  });

  it("of providers share one counter after fifty of them", () => {
    const keeper = new Bookkeeper();
    for (let index = 0; index < 70; index += 1) {
      keeper.do(record({ id: `r${index}`, usage: usageOf({ ...billed(0.01), provider: `provider-${index}` }) }));
    }
    expect(Object.keys(keeper.state.tokens_used)).toHaveLength(102);
    expect(keeper.state.tokens_used["other_input"]).toBe(20_000);
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });
});

describe("what was forgotten to make room", () => {
  it("is no difference to the ledger, and what is learned afterwards neither", () => {
    const keeper = new Bookkeeper();
    for (const id of ["a", "b", "c", "d"]) keeper.do(record({ id, usage: usageOf(billed(1)) }));
    keeper.do(record({ id: "march" }), { now: "2026-03-10T10:00:00Z" });
    const [line] = keeper.state.history;
    if (line === undefined) throw new Error("no history");
    const { models: _, daily_spent: __, tokens_used: ___, ...rest } = line;
    const forgot = { forgot_at: "2026-03-10T10:00:00Z", profiles: {}, history: [{ ...rest, short: true as const }] };
    keeper.state = { ...keeper.state, ...forgot };
    keeper.do(record({ id: "later", usage: usageOf(billed(2)) }), { now: "2026-03-11T10:00:00Z" });
    expect(keeper.state.profiles["ai-pr"]?.costs).toEqual([nanoOf(2)]);
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
    const wrong = { ...keeper.state, profiles: { "ai-pr": { costs: [nanoOf(3)] } } };
    expect(differencesOf(wrong, keeper.entries)).toHaveLength(1);
  });

  it("is no difference where version 0.1 has learned without a day", () => {
    const keeper = new Bookkeeper();
    keeper.do(record());
    const { at: _, ...lessons } = keeper.state.profiles["ai-pr"] ?? { costs: [] };
    const old = { ...keeper.state, profiles: { ...keeper.state.profiles, "ai-pr": lessons } };
    expect(differencesOf(old, keeper.entries)).toEqual([]);
  });
});

describe("law: fits", () => {
  it("whatever the books hold and whatever is asked, the state that is written has at most 480,000 bytes", () => {
    const size = (most: number) => fc.constantFrom(0, Math.round(most / 3), most);
    const sizes = fc.record({ ...mapped(FULL, size), tags: fc.constantFrom(0, 3, 15) });
    const requests = fc.constantFrom(
      check({ id: "new", tags: table(20, "t", () => "v".repeat(250)) }),
      record({ id: "r", hold: "open-0", usage: usageOf(billed(1)) }),
      record({ id: "r" }),
      release({ hold: "open-1" }),
      { kind: "reset", id: "x", actor: "octocat", reason: "r".repeat(500), run: {} } as const,
      { kind: "recap", id: "x", force: true } as const,
    );
    const now = fc.constantFrom("2026-02-14T10:00:00Z", "2026-02-14T20:00:00Z", "2026-04-02T10:00:00Z");
    fc.assert(
      fc.property(sizes, requests, now, (drawn, request, at) => {
        const state = booksOf(drawn);
        try {
          const decision = decide({ state, lines: [] }, request, circumstances({ now: at, operation: request.id }));
          if (!decision.isChanged) return;
          expect(bytesOf(decision.state)).toBeLessThanOrEqual(480_000);
          const isLetIn = decision.state.holds.some(({ id }) => id === "new");
          if (isLetIn) expect(bytesOf(decision.state)).toBeLessThanOrEqual(440_000);
          const kept = new Set(decision.state.holds.map(({ id }) => id));
          const closed = new Set(decision.state.closed_holds.map(({ id }) => id));
          const left = state.holds.filter(({ id }) => !kept.has(id) && !closed.has(id));
          expect(left.length === 0 || at !== "2026-02-14T10:00:00Z").toBe(true);
          expect(decision.state.history.length).toBeGreaterThanOrEqual(state.history.length);
        } catch (error) {
          if (!(error instanceof BudgetError)) throw error;
          expect(drawn.holds * drawn.tags).toBeGreaterThan(3_000);
        }
      }),
      { numRuns: countOf("fewCases") },
    );
  });
});

function mapped<T>(sizes: Sizes, of: (most: number) => T): { readonly [Key in keyof Sizes]: T } {
  const entries = Object.entries(sizes).map(([key, most]) => [key, of(most)] as const);
  return Object.fromEntries(entries) as { readonly [Key in keyof Sizes]: T };
}

describe("messages to channels", () => {
  it("make room too: the last ten are kept", () => {
    const deliveries = list(100, (index) => ({
      ...{ id: `m-${index}`, kind: "recap" as const, queued_at: EARLIER, to: { ops: {} } },
      facts: { text: "a text of some length ".repeat(250) },
    }));
    const keeper = new Bookkeeper(freshState({ deliveries }));
    const { answer } = keeper.do(record({ id: "r" }));
    expect(bytesOf(keeper.state)).toBeLessThan(400_000);
    expect(keeper.state.deliveries?.map(({ id }) => id)).toEqual(list(10, (index) => `m-${90 + index}`));
    expect(answer.notes.map(({ text }) => text)).toContainEqual(expect.stringContaining("90 messages"));
  });
});
