import { describe, expect, it } from "vitest";
import { encodeEntry } from "../../../src/books/entry.ts";
import { encodeState } from "../../../src/books/file/encode.ts";
import type { State } from "../../../src/books/state.ts";
import { repairedFigures } from "../../../src/books/verify/replay.ts";
import { nanoOf, ZERO } from "../../../src/values/money.ts";
import { differencesOf, readLedger, replayed } from "../../support/replayed.ts";
import { partSettings, rule, TAGS } from "../part-samples.ts";
import { Bookkeeper, billed, check, freshState, NO_USAGE, NOW, record, usageOf } from "../sample-books.ts";

/** Two months of bookings, a correction and a reset. */
function kept(): Bookkeeper {
  const keeper = new Bookkeeper(freshState({}, "2026-01-10T00:00:00Z"));
  const jan = { now: "2026-01-10T10:00:00Z" };
  keeper.do(record({ id: "a", usage: usageOf(billed(6)), prs: 1 }), jan);
  keeper.do({ kind: "reset", id: "reset", actor: "octocat", reason: "x", run: {} }, jan);
  keeper.do(check(), jan);
  keeper.do(record({ id: "b", hold: "hold-1", usage: usageOf(billed(0.2, "gpt-4o")) }), {
    now: "2026-01-12T10:00:00Z",
  });
  keeper.do(record({ id: "c", usage: NO_USAGE }));
  keeper.do(record({ id: "d" }));
  return keeper;
}

/** What verify with `repair` asks for. */
function repair(keeper: Bookkeeper, now = NOW) {
  const differences = differencesOf(keeper.state, keeper.entries).map(({ figure }) => figure);
  const figures = repairedFigures(replayed(keeper.state, keeper.entries));
  return keeper.do({ kind: "repair", id: "repair-1", actor: "octocat", run: {}, figures, differences }, { now });
}

const TAMPERED: [what: string, change: (state: State) => Partial<State>][] = [
  ["total_spent", ({ total_spent }) => ({ total_spent: (total_spent + 1) as typeof total_spent })],
  ["executions", () => ({ executions: 7 })],
  ["prs_generated", () => ({ prs_generated: 7 })],
  ["tokens_used claude_input", ({ tokens_used }) => ({ tokens_used: { ...tokens_used, claude_input: 1 } })],
  ["models", () => ({ models: {} })],
  [
    "daily 2026-02-14 spent",
    ({ daily }) => ({ daily: { ...daily, "2026-02-14": { spent: ZERO, executions: 2, prs: 0 } } }),
  ],
  ["estimated", () => ({ estimated: undefined })],
  ["corrections", () => ({ corrections: { count: 1, amount: ZERO } })],
  ["models constructor", ({ models }) => ({ models: { ...models, constructor: { cost: ZERO, input: 1 } as never } })],
  ["profiles", () => ({ profiles: {} })],
  ["history 2026-01 (line 2)", ({ history }) => ({ history: history.slice(0, 1) })],
  [
    "history 2026-01 (line 1) total_spent",
    ({ history }) => ({
      history: history.map((line, index) => (index === 0 ? { ...line, total_spent: nanoOf(1) } : line)),
    }),
  ],
  ["current_month", () => ({ current_month: "2026-01" })],
];

describe("verifying", () => {
  it("finds nothing in books that nobody touched", () => {
    expect(differencesOf(kept().state, kept().entries)).toEqual([]);
  });

  it.each(TAMPERED)("names %s where it was touched", (what, change) => {
    const keeper = kept();
    const found = differencesOf({ ...keeper.state, ...change(keeper.state) }, keeper.entries);
    expect(found.map(({ figure }) => figure).join("; ")).toContain(what);
  });

  it("shows dollars as dollars", () => {
    const { state, entries } = kept();
    expect(differencesOf({ ...state, total_spent: nanoOf(5.23) }, entries)).toEqual([
      { figure: "total_spent", found: "$5.23", expected: "$0.105" },
    ]);
  });

  it("misses a line that was taken out of the ledger, and one that was put in", () => {
    const { state, entries } = kept();
    expect(differencesOf(state, entries.slice(0, -1)).map(({ figure }) => figure)).toContain("last entry");
    expect(differencesOf(state, entries.slice(1)).length).toBeGreaterThan(0);
  });

  it("reports lines that aren't entries and ids that stand twice, with their place", () => {
    const [first] = kept().entries;
    if (first === undefined) throw new Error("no entry");
    const line = encodeEntry(first);
    const { problems, entries } = readLedger([
      { name: "f", hour: "2026-02/14T10", text: `${line}\n\n{"id":\n${line}\n` },
    ]);
    expect(problems).toEqual(["f line 3 isn't a ledger entry", `f line 4: the id ${first.id} appears twice`]);
    expect(entries).toHaveLength(2);
  });

  it("takes a chosen id for another booking once it is forgotten, unless the line is the very same", () => {
    const keeper = new Bookkeeper();
    keeper.do(record({ id: "nightly", fingerprint: "a" }));
    keeper.do(record({ id: "another" }), { now: "2026-02-22T09:00:00Z" });
    keeper.do(record({ id: "nightly", fingerprint: "b" }), { now: "2026-02-22T10:00:00Z" });
    const lines = keeper.entries.filter(({ id }) => id === "nightly").map((entry) => encodeEntry(entry));
    expect(lines).toHaveLength(2);
    const read = (...texts: readonly string[]) =>
      readLedger([{ name: "f", hour: "2026-02/14T10", text: texts.join("\n") }]).problems;
    expect(read(...lines)).toEqual([]);
    expect(read(...lines.toReversed())).toEqual([]);
    expect(read(...lines, lines[0] ?? "")).toEqual(["f line 3: the id nightly appears twice"]);
    const soon = lines.map((line) => line.replace("2026-02-22", "2026-02-20"));
    expect(read(...soon)).toEqual(["f line 2: the id nightly appears twice"]);
    expect(
      readLedger([{ name: "f", hour: "2026-02/14T10", text: soon.join("\n") }], "2026-02-15T00:00:00Z").problems,
    ).toEqual([]);
  });
});

describe("the outcomes of a sub-budget", () => {
  it("are found where they were touched, and put right", () => {
    const settings = partSettings(rule({ target: { lines: { unit: "tokens", amount: 20 } } }));
    const keeper = new Bookkeeper();
    keeper.do(record({ id: "a", tags: TAGS, outcomes: { lines: 240 } }), { settings });
    const { budgets } = keeper.state;
    keeper.state = {
      ...keeper.state,
      budgets: { infrastructure: { ...budgets?.["infrastructure"], outcomes: { lines: 2, loops: 3 } } as never },
    };
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([
      { figure: "budgets infrastructure outcomes lines", found: "2", expected: "240" },
      { figure: "budgets infrastructure outcomes loops", found: "3", expected: "0" },
    ]);
    repair(keeper);
    expect(keeper.state.budgets).toEqual(budgets);
  });
});

describe("a repair", () => {
  it("of books that are right writes nothing", () => {
    expect(repair(kept()).isChanged).toBe(false);
  });

  it.each(TAMPERED)(
    "puts the ledger's figures in place of %s, and says so by an entry that costs nothing",
    (_what, change) => {
      const keeper = kept();
      const right = keeper.state;
      keeper.state = { ...right, ...change(right) };
      const { entries } = repair(keeper);
      expect(entries).toMatchObject([
        { kind: "correction", cost: 0, actor: "octocat", reason: expect.stringMatching(/^repair: /) },
      ]);
      expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
      expect(keeper.state.total_spent).toBe(right.total_spent);
      expect(() => JSON.parse(encodeState(keeper.state))).not.toThrow();
    },
  );

  it("leaves holds, sessions, messages and what history says beyond the ledger", () => {
    const keeper = kept();
    keeper.do(check({ id: "open" }));
    const { holds, outbox, history } = keeper.state;
    keeper.state = { ...keeper.state, total_spent: nanoOf(3) };
    repair(keeper);
    expect(keeper.state).toMatchObject({ holds, history });
    expect(keeper.state.outbox).toEqual(outbox);
  });

  it("by the first writer of a month repairs the old month and then closes it", () => {
    const keeper = kept();
    const right = keeper.state.total_spent;
    keeper.state = { ...keeper.state, total_spent: nanoOf(3) };
    repair(keeper, "2026-03-01T00:00:00Z");
    expect(keeper.state).toMatchObject({ current_month: "2026-03", total_spent: 0 });
    expect(keeper.state.history.at(-1)).toMatchObject({ month: "2026-02", total_spent: right });
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("keeps a long list of differences to one line of bounded length", () => {
    const keeper = kept();
    const differences = Array.from({ length: 500 }, (_, index) => `figure ${index}`);
    const figures = repairedFigures(replayed(keeper.state, keeper.entries));
    keeper.do({ kind: "repair", id: "r", actor: "octocat", run: {}, figures, differences });
    expect(keeper.entries.at(-1)?.reason).toHaveLength(2000);
  });
});
