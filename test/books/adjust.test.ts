import { describe, expect, it } from "vitest";
import { decodeState } from "../../src/books/file/decode.ts";
import { encodeState } from "../../src/books/file/encode.ts";
import type { AdjustRequest } from "../../src/books/request.ts";
import type { Settings } from "../../src/books/settings.ts";
import { BudgetError } from "../../src/values/errors.ts";
import { nanoOf } from "../../src/values/money.ts";
import { differencesOf } from "../support/replayed.ts";
import { partSettings, rule, spentBooks, TAGS } from "./part-samples.ts";
import { Bookkeeper, billed, check, NOW, record, usageOf } from "./sample-books.ts";

const usd = (dollars: number) => ({ unit: "USD" as const, amount: nanoOf(dollars) });

function adjust(change: Partial<AdjustRequest> = {}): AdjustRequest {
  return {
    kind: "adjust",
    id: "adjust-1",
    adjustment: "transfer",
    amount: usd(1),
    from: "qa",
    to: "infrastructure",
    tags: {},
    actor: "octocat",
    reason: "an outage",
    run: {},
    ...change,
  };
}

const RULES = partSettings(
  rule(),
  rule({ name: "qa", match: { division: ["qa"] } }),
  rule({ name: "daily", match: { division: ["qa"] }, period: "day" }),
  rule({ name: "tokens", match: { division: ["qa"] }, limit: { unit: "tokens", amount: 9_000 } }),
  rule({ name: "agents", match: {}, forEach: ["agent"] }),
);

function refusal(keeper: Bookkeeper, request: AdjustRequest, settings: Partial<Settings> = RULES): BudgetError {
  const before = encodeState(keeper.state);
  try {
    keeper.do(request, { settings });
  } catch (error) {
    expect(encodeState(keeper.state)).toBe(before);
    if (error instanceof BudgetError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

const decisionOf = (keeper: Bookkeeper, id: string, now = NOW) =>
  keeper.do(check({ id, tags: TAGS }), { settings: RULES, now }).answer.admission.decision;

describe("a transfer", () => {
  it("is there at once, in the ledger with who and why, told once and shown in the recap", () => {
    const keeper = spentBooks(3.995, RULES);
    expect(decisionOf(keeper, "before")).toBe("deny");
    keeper.do(adjust(), { settings: RULES });
    expect(decisionOf(keeper, "after")).toBe("allow");
    expect(keeper.state.budgets).toMatchObject({
      qa: { adjusted: nanoOf(-1) },
      infrastructure: { adjusted: nanoOf(1) },
    });
    expect(keeper.entries.at(-1)).toMatchObject({
      kind: "adjust",
      adjustment: "transfer",
      cost: 0,
      amount: nanoOf(1),
      from: "qa",
      to: "infrastructure",
      actor: "octocat",
      reason: "an outage",
    });
    expect(keeper.queued("adjust")).toMatchObject([
      { facts: { actor: "octocat", reason: "an outage", what: "transfer of $1.00 from qa to infrastructure" } },
    ]);
    keeper.do(record({ id: "march", tags: TAGS }), { settings: RULES, now: "2026-03-02T10:00:00Z" });
    expect(keeper.state.budgets?.["infrastructure"]?.adjusted).toBeUndefined();
    expect(keeper.queued("recap").at(-1)?.facts["adjustments"]).toEqual({
      count: 1,
      last: [{ what: "transfer of $1.00 from qa to infrastructure", actor: "octocat", reason: "an outage" }],
    });
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("until tomorrow is there today and back tomorrow, both in the ledger", () => {
    const keeper = spentBooks(1, RULES);
    keeper.do(adjust({ until: "2026-02-15" }), { settings: RULES });
    keeper.do(record({ id: "today", tags: TAGS }), { settings: RULES, now: "2026-02-14T23:59:59Z" });
    expect(keeper.state.budgets?.["infrastructure"]?.adjusted).toBe(nanoOf(1));
    keeper.do(record({ id: "tomorrow", tags: TAGS }), { settings: RULES, now: "2026-02-15T00:00:01Z" });
    expect(keeper.state.budgets).toMatchObject({ qa: { adjusted: 0 }, infrastructure: { adjusted: 0 } });
    expect(keeper.state.loans).toBeUndefined();
    expect(keeper.entries.filter((entry) => entry.kind === "adjust")).toMatchObject([
      { id: "adjust-1", from: "qa", to: "infrastructure", until: "2026-02-15" },
      { id: "adjust-1:return-1", from: "infrastructure", to: "qa", amount: nanoOf(1) },
    ]);
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("with a day to give back is refused while fifty others wait for theirs", () => {
    const keeper = spentBooks(0.1, RULES);
    const until = "2026-02-20";
    for (let index = 0; index < 50; index += 1)
      keeper.do(adjust({ id: `t${index}`, amount: usd(0.01), until }), { settings: RULES });
    expect(keeper.state.loans).toHaveLength(50);
    expect(refusal(keeper, adjust({ id: "more", amount: usd(0.01), until })).message).toMatch(/^50 transfers/);
    keeper.do(adjust({ id: "for-good", amount: usd(0.01) }), { settings: RULES });
  });

  it("gives back what is free on its day and the rest as it frees", () => {
    const keeper = spentBooks(4, RULES);
    keeper.do(adjust({ until: "2026-02-15" }), { settings: RULES });
    const large = { ...RULES, estimate: nanoOf(0.7) };
    keeper.do(check({ id: "large", tags: TAGS }), { settings: large });
    keeper.do(check({ id: "other", tags: {} }), { settings: RULES, now: "2026-02-14T15:00:00Z" });
    keeper.do(check({ id: "third", tags: {}, holdMs: 9e7 }), { settings: RULES, now: "2026-02-14T15:59:00Z" });
    expect(keeper.state.loans).toMatchObject([{ owed: nanoOf(1), returns: 0 }]);
    // The hold of $0.70 has expired: only $0.30 is free.
    keeper.do(record({ id: "next", tags: {} }), { settings: RULES, now: "2026-02-15T10:00:00Z" });
    expect(keeper.state.loans).toMatchObject([{ owed: nanoOf(0.7), returns: 1, from: "qa", to: "infrastructure" }]);
    keeper.do(record({ id: "cheap", hold: "large", usage: usageOf(billed(0.2)) }), {
      settings: RULES,
      now: "2026-02-15T11:00:00Z",
    });
    keeper.do(record({ id: "last", tags: {} }), { settings: RULES, now: "2026-02-15T12:00:00Z" });
    expect(keeper.state.loans).toMatchObject([{ owed: nanoOf(0.2), returns: 2 }]);
    expect(keeper.state.budgets).toMatchObject({
      infrastructure: { adjusted: nanoOf(0.2), spent: nanoOf(4.2) },
      qa: { adjusted: nanoOf(-0.2) },
    });
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
    const decoded = decodeState(encodeState(keeper.state));
    expect(decoded.kind === "state" && encodeState(decoded.state)).toBe(encodeState(keeper.state));
  });

  it("of more than is neither spent nor held is refused with the figure that would be possible", () => {
    const keeper = spentBooks(3, RULES);
    keeper.do(check({ id: "held", tags: TAGS }), { settings: RULES });
    const error = refusal(keeper, adjust({ from: "infrastructure", to: "qa" }));
    expect(error.code).toBe("not-allowed");
    expect(error.message).toContain("at most 0.99 USD can be taken from infrastructure, not $1.00");
    keeper.do(adjust({ from: "infrastructure", to: "qa", amount: usd(0.99) }), { settings: RULES });
    expect(keeper.state.budgets?.["qa"]?.adjusted).toBe(nanoOf(0.99));
    expect(
      refusal(keeper, adjust({ id: "again", from: "infrastructure", to: "qa", amount: usd(0.01) })).message,
    ).toContain("nothing can be taken");
  });

  it("moves tokens between budgets of tokens, and into one value's budget", () => {
    const settings = partSettings(
      ...["a", "b"].map((name) => rule({ name, limit: { unit: "tokens", amount: 9_000 } })),
    );
    const keeper = new Bookkeeper();
    keeper.do(adjust({ from: "a", to: "b", amount: { unit: "tokens", amount: 4_000 }, until: "2026-02-15" }), {
      settings,
    });
    expect(keeper.state.budgets).toMatchObject({ a: { adjusted_tokens: -4_000 }, b: { adjusted_tokens: 4_000 } });
    keeper.do(record({ tags: {} }), { settings, now: "2026-02-16T00:00:00Z" });
    expect(keeper.state.budgets).toMatchObject({ a: { adjusted_tokens: 0 }, b: { adjusted_tokens: 0 } });
    expect(keeper.queued("adjust")[0]?.facts["what"]).toBe("transfer of 4,000 tokens from a to b until 2026-02-15");
    keeper.do(adjust({ id: "each", to: "agents/dev" }), { settings: RULES });
    expect(keeper.state.budgets?.["agents/dev"]?.adjusted).toBe(nanoOf(1));
  });

  it.each([
    ["an unknown budget", { to: "infrastructur" }, "did you mean infrastructure?"],
    ["the same sub-budget", { to: "qa" }, "the same sub-budget"],
    ["budgets of other periods", { to: "daily" }, "different periods"],
    ["budgets of other units", { to: "tokens" }, "limited in tokens"],
    ["an amount in tokens", { amount: { unit: "tokens" as const, amount: 5 } }, "limited in USD"],
    ["a day that has come", { until: "2026-02-14" }, "a day after today"],
    ["less than nothing", { amount: usd(-1) }, "only correct accepts a negative amount"],
  ])("with %s is refused", (_, change, why) => {
    expect(refusal(new Bookkeeper(), adjust(change)).message).toContain(why);
  });
});

describe("a top-up", () => {
  it("raises the month, so that runs fit again and the end is told again", () => {
    const keeper = spentBooks(14.995, RULES);
    expect(keeper.do(check({ id: "no" }), { settings: RULES }).answer.admission.reason).toBe("exhausted");
    const { answer } = keeper.do(adjust({ adjustment: "top-up", amount: usd(5), from: undefined, to: undefined }), {
      settings: RULES,
    });
    expect(answer.figures).toMatchObject({ budget: nanoOf(15), topUps: nanoOf(5), remaining: nanoOf(5.005) });
    expect(keeper.do(check({ id: "yes" }), { settings: RULES }).answer.admission.decision).toBe("allow");
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });
});

describe("a grant", () => {
  const reserved = { ...RULES, reserve: { amount: nanoOf(2) }, approvalEnvironment: undefined };
  const grant = (dollars: number, to?: string) =>
    adjust({ adjustment: "grant", amount: usd(dollars), from: undefined, to });

  it("opens some of the reserve for every run", () => {
    const keeper = spentBooks(13, reserved);
    expect(keeper.do(check({ id: "no" }), { settings: reserved }).answer.admission.reason).toBe("reserve");
    keeper.do(grant(0.5), { settings: reserved });
    expect(keeper.state.granted).toBe(nanoOf(0.5));
    expect(keeper.do(check({ id: "yes" }), { settings: reserved }).answer.admission.decision).toBe("allow");
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("raises a budget's limit by it where it goes to one", () => {
    const keeper = new Bookkeeper();
    keeper.do(grant(1.5, "qa"), { settings: reserved });
    expect(keeper.state.budgets?.["qa"]?.adjusted).toBe(nanoOf(1.5));
    expect(refusal(keeper, { ...grant(1), id: "more" }, reserved).message).toContain("at most 0.5 USD");
  });
});

describe("a correction", () => {
  const correct = (dollars: number, tags = {}) => adjust({ adjustment: "correct", amount: usd(dollars), tags });

  it("books what the books missed, in the month and in the budgets of its tags", () => {
    const keeper = spentBooks(1, RULES);
    keeper.do(correct(0.4, TAGS), { settings: RULES });
    expect(keeper.state.total_spent).toBe(nanoOf(1.4));
    expect(keeper.state.budgets?.["infrastructure"]?.spent).toBe(nanoOf(1.4));
    expect(keeper.state.executions).toBe(1);
    keeper.do({ ...correct(-0.9, TAGS), id: "less" }, { settings: RULES });
    expect(keeper.state.budgets?.["infrastructure"]?.spent).toBe(nanoOf(0.5));
    expect(keeper.entries.at(-1)).toMatchObject({ kind: "correction", cost: nanoOf(-0.9), actor: "octocat" });
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
    expect(refusal(keeper, { ...correct(-0.6, TAGS), id: "too-much" }).message).toContain("at most 0.5 USD");
  });

  it("of tokens counts in budgets of tokens alone, and never without one", () => {
    const keeper = spentBooks(1, RULES);
    const tokens = adjust({ adjustment: "correct", amount: { unit: "tokens", amount: 500 }, tags: { division: "qa" } });
    keeper.do(tokens, { settings: RULES });
    expect(keeper.state.budgets?.["tokens"]).toMatchObject({ tokens: 500, spent: 0 });
    expect(keeper.state.total_spent).toBe(nanoOf(1));
    expect(refusal(keeper, { ...tokens, id: "untagged", tags: {} }).message).toContain("match none");
  });
});

it("an adjustment that is asked for twice is made once", () => {
  const keeper = new Bookkeeper();
  keeper.do(adjust(), { settings: RULES });
  expect(keeper.do(adjust(), { settings: RULES }).isChanged).toBe(false);
  expect(keeper.entries).toHaveLength(1);
});
