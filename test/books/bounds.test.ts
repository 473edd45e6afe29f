import { describe, expect, it } from "vitest";
import { closedMonth } from "../../src/books/close-month.ts";
import type { Entry } from "../../src/books/entry.ts";
import { decodeState } from "../../src/books/file/decode.ts";
import { encodeState } from "../../src/books/file/encode.ts";
import type { ClosedHold, State } from "../../src/books/state.ts";
import { nanoOf, nanoUsd } from "../../src/values/money.ts";
import { differencesOf } from "../support/replayed.ts";
import { rule } from "./part-samples.ts";
import { Bookkeeper, billed, check, freshState, hold, record, release, sumOf, usageOf } from "./sample-books.ts";

const TURN: Entry = { id: "t", at: "2026-03-01T00:00:00Z", month: "2026-02", kind: "rollover", cost: nanoOf(0) };

const PERIODS = ["day", "week", "month", "none"] as const;

function closed(count: number, at: string): ClosedHold[] {
  return Array.from({ length: count }, (_, index) => ({ id: `h${index}`, how: "settled", charged: nanoOf(0.05), at }));
}

function modelCosts(models: State["models"]): number {
  return sumOf(Object.values(models).map(({ cost }) => cost));
}

describe("the state stays small:", () => {
  it("closed holds are forgotten after seven days, expired ones after forty", () => {
    const expired = { ...hold(), how: "expired" as const, charged: nanoOf(1) };
    const keeper = new Bookkeeper(
      freshState({
        closed_holds: [
          { ...expired, id: "too-late", at: "2026-01-05T09:59:59Z" },
          { ...expired, id: "late", at: "2026-01-05T10:00:00Z" },
          ...closed(2, "2026-02-07T09:59:59Z"),
          { ...hold(), id: "kept", how: "settled", charged: nanoOf(1), at: "2026-02-07T10:00:00Z" },
        ],
      }),
    );
    keeper.do(record());
    expect(keeper.state.closed_holds.map(({ id }) => id)).toEqual(["late", "kept"]);
  });

  it("of the newest 80 closed holds it is remembered whose they were, and of those that expired", () => {
    const run = { profile: "ai-pr", tags: { team: "core" }, budgets: { core: 3_000 } };
    const old = closed(290, "2026-02-14T09:00:00Z").map((one) => ({ ...one, ...run }));
    const expired = { id: "e", how: "expired" as const, charged: nanoOf(1), at: "2026-02-14T08:00:00Z", ...run };
    const keeper = new Bookkeeper(freshState({ closed_holds: [expired, ...old] }));
    keeper.do(record());
    const detailed = keeper.state.closed_holds.filter(({ budgets, tags, profile }) => budgets && tags && profile);
    expect(detailed.map(({ id }) => id)).toEqual(["e", ...old.slice(-80).map(({ id }) => id)]);
  });

  it("300 closed holds are remembered at most, the latest", () => {
    const keeper = new Bookkeeper(
      freshState({ closed_holds: closed(1_200, "2026-02-14T09:00:00Z"), holds: [hold({ id: "new" })] }),
    );
    keeper.do(release({ hold: "new" }));
    expect(keeper.state.closed_holds).toHaveLength(300);
    expect(keeper.state.closed_holds.at(-1)?.id).toBe("new");
    expect(keeper.state.closed_holds[0]?.id).toBe("h901");
  });

  it("up to 200 that expired are remembered before the others: who comes late corrects what was charged", () => {
    const expired = closed(250, "2026-02-14T08:00:00Z").map((one) => ({
      ...one,
      id: `e${one.id}`,
      how: "expired" as const,
    }));
    const others = closed(1_200, "2026-02-14T09:00:00Z");
    const keeper = new Bookkeeper(freshState({ closed_holds: [...expired, ...others], holds: [hold({ id: "new" })] }));
    keeper.do(release({ hold: "new" }));
    const ids = keeper.state.closed_holds.map(({ id }) => id);
    expect(ids.slice(0, 200)).toEqual(Array.from({ length: 200 }, (_, index) => `eh${index + 50}`));
    expect(ids.slice(200)).toEqual([...Array.from({ length: 99 }, (_, index) => `h${index + 1_101}`), "new"]);
  });

  it("500 chosen ids are remembered at most, as many as an hour can bring, and a notice says when they are more", () => {
    const ids = Array.from({ length: 499 }, (_, index) => ({
      id: `i${index}`,
      request: "f",
      charged: nanoOf(0),
      at: "2026-02-14T09:00:00Z",
    }));
    const keeper = new Bookkeeper(freshState({ booked_ids: ids }));
    expect(keeper.do(record({ fingerprint: "f" })).answer.notes.map(({ text }) => text)).not.toContainEqual(
      expect.stringContaining("More booking ids"),
    );
    const { answer } = keeper.do(record({ id: "record-2", fingerprint: "f" }));
    expect(answer.notes).toContainEqual({ level: "notice", text: expect.stringContaining("More booking ids") });
    expect(keeper.state.booked_ids).toHaveLength(500);
    expect(keeper.state.booked_ids?.at(0)?.id).toBe("i1");
    expect(keeper.state.booked_ids?.at(-1)?.id).toBe("record-2");
  });

  it("a month names fifty models, and what comes then stands under other", () => {
    const keeper = new Bookkeeper(freshState({ monthly_budget: nanoOf(1000) }));
    for (let index = 0; index < 60; index += 1) {
      keeper.do(record({ id: `r${index}`, usage: usageOf(billed(1, `model-${index}`)) }));
    }
    keeper.do(record({ id: "known", usage: usageOf(billed(1, "model-7")) }));
    const { models, total_spent } = keeper.state;
    expect(Object.keys(models)).toHaveLength(51);
    expect(models["other"]).toMatchObject({ cost: nanoOf(10), input: 10_000, output: 5_000, requests: 10 });
    expect(models["model-7"]?.cost).toBe(nanoOf(2));
    expect(modelCosts(models)).toBe(total_spent);
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("a closed month names its eight dearest, other among them, and loses no cent", () => {
    const models = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`model-${index}`, { cost: nanoUsd(index), input: 1 }]),
    );
    const state = freshState({ models: { ...models, other: { cost: nanoUsd(1000), input: 5 } } });
    const line = closedMonth(state, TURN);
    expect(Object.keys(line.models ?? {})).toHaveLength(8);
    expect(line.models?.["model-19"]?.cost).toBe(19);
    expect(modelCosts(line.models ?? {})).toBe(modelCosts(state.models));
    expect(line.models?.["other"]).toMatchObject({ input: 18 });
  });

  it("absurd counts of tokens are held at the largest number JSON keeps, and bookings go on", () => {
    const keeper = new Bookkeeper();
    const absurd = { ...billed(0.05), input: Number.MAX_SAFE_INTEGER, output: Number.MAX_SAFE_INTEGER };
    for (const id of ["a", "b", "c"]) keeper.do(record({ id, usage: usageOf(absurd) }));
    const decoded = decodeState(encodeState(keeper.state));
    expect(decoded).toMatchObject({ kind: "state", state: { tokens_used: { claude_input: Number.MAX_SAFE_INTEGER } } });
    expect(keeper.state.total_spent).toBe(nanoOf(0.15));
  });

  it("with fifty sub-budgets and a formula a busy month stays under 112 KB", () => {
    const parts = Array.from({ length: 50 }, (_, index) =>
      rule({
        name: `division-${index}`,
        match: { division: [`d${index % 10}`] },
        limit: { unit: "USD", amount: nanoOf(100_000) },
        period: PERIODS[index % 4] ?? "month",
      }),
    );
    const formula = { base: { "*": 20_000 }, phase: {}, complexity: {}, priceAs: "claude-sonnet-4-5" };
    const settings = { parts, monthlyBudget: nanoOf(100_000), formula, formulaPrice: nanoOf(9) };
    const keeper = new Bookkeeper(freshState({ monthly_budget: nanoOf(100_000) }));
    for (let index = 0; index < 1_500; index += 1) {
      const tags = { division: `d${index % 10}` };
      const hold = `9f1c2d3e-0000-4000-8000-${String(index).padStart(12, "0")}`;
      keeper.do(check({ id: hold, profile: `profile-${index % 25}`, tags }), { settings });
      const usage = usageOf(billed(0.123456789, `model-${index % (index < 100 ? 50 : 25)}`));
      keeper.do(record({ id: `${hold}:settle`, hold, profile: `profile-${index % 25}`, usage }), { settings });
    }
    expect(Object.keys(keeper.state.budgets ?? {})).toHaveLength(50);
    expect(keeper.state.closed_holds).toHaveLength(300);
    // What grows with executions is bounded by now, and 100,000 of them write longer numbers only.
    const daily = Object.fromEntries(
      Array.from({ length: 31 }, (_, day) => [
        `2026-02-${String(day + 1).padStart(2, "0")}`,
        { spent: nanoOf(3_225.123456789), executions: 3_225, prs: 3_225 },
      ]),
    );
    const many = { executions: 100_000, total_spent: nanoOf(99_999.123456789), daily };
    const text = encodeState({ ...keeper.state, ...many });
    expect(Buffer.byteLength(text)).toBeLessThan(112_000);
  });

  it("fifty profiles are learnt from, the one that learnt longest ago makes room, with twenty costs each", () => {
    const keeper = new Bookkeeper(freshState({ monthly_budget: nanoOf(1000) }));
    const two = usageOf(billed(0.5), billed(0.5, "gpt-4o"));
    for (let index = 0; index < 60; index += 1) {
      keeper.do(record({ id: `r${index}`, profile: `profile-${index}`, usage: two }));
      keeper.do(record({ id: `s${index}`, profile: "steady", usage: two }));
    }
    const names = Object.keys(keeper.state.profiles);
    expect(names).toHaveLength(50);
    expect(names).toContain("steady");
    expect(names).toContain("profile-59");
    expect(names).not.toContain("profile-0");
    expect(keeper.state.profiles["steady"]?.costs).toHaveLength(20);
    expect(keeper.state.profiles["steady"]?.tokens).toEqual(Array.from({ length: 20 }, () => 3000));
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });
});
