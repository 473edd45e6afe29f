import { describe, expect, it } from "vitest";
import type { State } from "../../../src/books/state.ts";
import { reportBooks } from "../../../src/insight/attribution/attribute.ts";
import { withoutPeople } from "../../../src/insight/attribution/people.ts";
import { nanoOf, ZERO } from "../../../src/values/money.ts";
import { freshState } from "../../books/sample-books.ts";
import { byKey, charge, charges, query, report, usage } from "./report-samples.ts";

describe("the figures of a group", () => {
  it("are what is known of its executions", () => {
    const run = { repository: "o/r", run_id: 1 };
    const tokens = { cache_read: 600, cache_write_5m: 100, cache_write_1h: 50, reasoning: 20 };
    const { total } = report([
      charge({ result: "success", prs: 1, outcomes: { lines: 40 }, usage: [usage({ ...tokens, cost: nanoOf(0.1) })] }),
      charge({ result: "failure", run: { ...run, attempt: 1 } }),
      charge({ result: "success", run: { ...run, attempt: 2 }, quality: "estimated" }),
      charge({ further: true, outcomes: { lines: 2 } }),
      charge({ result: "cancelled" }),
    ]);
    expect(total).toEqual({
      cost: nanoOf(0.5),
      estimated: nanoOf(0.1),
      executions: 4,
      tokens: { input: 1000, cacheRead: 600, cacheWrite: 150, output: 500, reasoning: 20 },
      requests: 1,
      cacheHitRate: 0.6,
      prs: 1,
      outcomes: { lines: 42 },
      successRate: 0.5,
      retry: nanoOf(0.2),
      perExecution: nanoOf(0.125),
      perPr: nanoOf(0.5),
      perOutcome: { lines: 11_904_762 },
      tokensPerExecution: 1500,
    });
  });

  it("that aren't known are none, rather than 0", () => {
    const { total } = report([charge({ usage: [usage({ input: 0, output: 0, model: "" })] })]);
    expect(total.tokens).toBeUndefined();
    expect(total.cacheHitRate).toBeUndefined();
    expect(total.successRate).toBeUndefined();
    expect(total.tokensPerExecution).toBeUndefined();
    expect(total.perPr).toBeUndefined();
    expect(report([charge()]).total.requests).toBeUndefined();
  });
});

describe("a report", () => {
  it("of empty books has no rows", () => {
    const { total, rows, since } = report([], { compare: "2026-01" });
    expect({ total: total.cost, rows, since }).toEqual({ total: 0, rows: [], since: undefined });
  });

  it("counts a charge in the month that it names, and no entry that costs nothing", () => {
    const entries = [
      charge({ at: "2026-03-01T00:00:01Z", month: "2026-02" }),
      charge({ at: "2026-02-28T23:59:59Z", month: "2026-03" }),
      charge({ kind: "adjust", cost: ZERO, adjustment: "top-up" }),
      charge({ kind: "correction", cost: ZERO, quality: undefined, source: "verify", profile: undefined }),
    ];
    const { rows } = report(entries, { by: ["day"] });
    expect(rows.map(({ key, figures }) => [...key, figures.executions])).toEqual([["2026-02-28", 1]]);
  });

  it("has no shares where corrections leave a total at zero or below", () => {
    const correction = charge({ kind: "correction", cost: nanoOf(-0.2), adjustment: "correct" });
    expect(report([correction]).rows).toMatchObject([{ figures: { cost: nanoOf(-0.2), executions: 0 } }]);
    expect(report([correction]).rows[0]?.share).toBeUndefined();
    expect(report([correction, ...charges(3, 0.6)]).rows[0]?.share).toBe(1);
  });

  it("shows the top rows, and the rest in one", () => {
    const entries = ["a", "b", "c", "d"].flatMap((profile, index) => charges(index + 1, index + 1, { profile }));
    const { rows, total } = report(entries, { top: 2 });
    expect(rows.map(({ kind, key, rows: count, figures }) => [kind, key[0], count, figures.cost / 1e9])).toEqual([
      ["group", "d", undefined, 4],
      ["group", "c", undefined, 3],
      ["other", null, 2, 3],
    ]);
    expect(total.executions).toBe(10);
  });

  it.each([
    ["cost", "cab"],
    ["executions", "bac"],
    ["tokens", "acb"],
    ["change", "bca"],
    ["name", "abc"],
  ] as const)("is ordered by %s", (sort, order) => {
    const entries = [
      ...charges(2, 2, { profile: "a", usage: [usage({ input: 9 })] }),
      ...charges(3, 1, { profile: "b" }),
      ...charges(1, 3, { profile: "c", usage: [usage({ input: 1 })] }),
      ...charges(1, 9, { profile: "b", at: "2026-01-14T10:00:00Z" }),
      ...charges(1, 2, { profile: "a", at: "2026-01-14T10:00:00Z" }),
    ];
    const { rows } = report(entries, { sort, compare: "2026-01" });
    expect(rows.map(({ key }) => key[0]).join("")).toBe(order);
  });
});

describe("what was imported", () => {
  const imported = { executions: 95, prs: 90, tokens_used: {}, history: [] };
  const entry = charge({
    kind: "import",
    cost: nanoOf(5.23),
    at: "2026-02-10T10:00:00Z",
    imported,
    quality: undefined,
  });
  const later = charge({ at: "2026-02-11T10:00:00Z", outcomes: { lines: 1 }, prs: 1 });

  it("is a row with its sum and no more, and the report says so", () => {
    const found = report([entry, later], { by: ["model"] });
    const rows = byKey(found);
    expect(rows["imported"]?.figures).toMatchObject({ cost: nanoOf(5.23), executions: 95, prs: 90 });
    expect(rows["imported"]?.figures.tokens).toBeUndefined();
    expect(found).toMatchObject({ importedUntil: "2026-02-10", total: { cost: nanoOf(5.33), executions: 96 } });
    // What it brought is in the cost, and its outcomes aren't known.
    expect(found.total.perOutcome).toEqual({});
    expect(found.total.perExecution).toBe(nanoOf(5.33 / 96));
  });

  it("is left out of days that aren't all of its days, and the report says so", () => {
    expect(report([entry, later], { period: "2026-02-05/2026-02-20" })).toMatchObject({
      importedUntil: "2026-02-10",
      total: { cost: nanoOf(0.1) },
    });
    expect(report([entry, later], { period: "2026-02-11" }).importedUntil).toBeUndefined();
  });

  it("is a row for each month that only the history knows, where rows are by month", () => {
    const line = { month: "2026-01", total_spent: nanoOf(14.82), executions: 270, closed: "import" as const };
    const books = reportBooks(
      freshState({ history: [line, { month: "2025-12", total_spent: nanoOf(3), closed: "import" }] }),
    );
    const { rows, total } = report([entry], { period: "2026-01-01/2026-02-28", by: ["month"] }, books);
    expect(
      rows.map(({ kind, key, figures }) => [kind, key[0], figures.cost / 1e9, figures.executions, figures.prs]),
    ).toEqual([
      ["imported", "2026-01", 14.82, 270, undefined],
      ["imported", "2026-02", 5.23, 95, 90],
    ]);
    // Its pull requests aren't all known.
    expect(total).toMatchObject({ executions: 365, prs: 90 });
    expect(total.perPr).toBeUndefined();
    expect(report([], { period: "2025-12" }, books).total).toMatchObject({ cost: nanoOf(3) });
    expect(report([], { period: "2025-12" }, books).total.executions).toBeUndefined();
  });

  it("without executions leaves no volume, mix and price", () => {
    const books = { imported: [{ month: "2026-01", cost: nanoOf(3) }] };
    const found = report([later], { compare: "2026-01" }, books);
    expect(found.before?.cost).toBe(nanoOf(3));
    expect(found.bridge).toBeUndefined();
  });
});

describe("a compared span", () => {
  const before = charge({ at: "2026-01-14T10:00:00Z", profile: "old" });

  it("gives each row what it was before, also one that is there no more", () => {
    const rows = byKey(report([before, charge()], { compare: "2026-01" }));
    expect(rows["ai-pr"]?.before).toBeUndefined();
    expect(rows["old"]).toMatchObject({ figures: { cost: 0, executions: 0 }, before: { cost: nanoOf(0.1) } });
  });

  it("may overlap the period", () => {
    const found = report([before, charge()], { compare: "2026" });
    expect(found).toMatchObject({ total: { executions: 1 }, before: { executions: 2 } });
  });

  it("has no rows of its own where they are by days, weeks or months", () => {
    const found = report([before, charge()], { by: ["day"], compare: "2026-01" });
    expect(found.rows.map(({ key, before: row }) => [...key, row])).toEqual([["2026-02-14", undefined]]);
    expect(found).toMatchObject({ before: { cost: nanoOf(0.1) } });
    expect([found.bridge, found.driver]).toEqual([undefined, undefined]);
  });

  it("before the books began isn't known, rather than nothing", () => {
    const state = freshState({ daily: { "2026-02-14": { spent: nanoOf(0.1), executions: 1, prs: 0 } } });
    const found = report([charge()], { compare: "2026-01" }, reportBooks(state));
    expect([found.before, found.bridge, found.driver]).toEqual([undefined, undefined, undefined]);
    expect(found.since).toBe("2026-02-14");
    const since = "2026-02-01";
    expect(report([charge()], { compare: "2026-01" }, { since })).toMatchObject({ since, before: undefined });
    expect(report([charge()], {}, { since }).since).toBeUndefined();
    const partly = report([charge()], { compare: "2026-02-13/2026-02-15" }, reportBooks(state));
    expect(partly).toMatchObject({ since: "2026-02-14", before: { executions: 1 } });
  });
});

describe("the books' first day", () => {
  const line = { month: "2026-01", total_spent: nanoOf(1), closed: "rollover" as const };

  it.each<[string, Partial<State>, string | undefined]>([
    ["a closed month", { history: [{ ...line, daily_spent: [ZERO, nanoOf(1)] }] }, "2026-01-02"],
    ["a month without its days", { history: [line] }, "2026-01-01"],
    ["the running month", { daily: { "2026-02-14": { spent: ZERO, executions: 1, prs: 0 } } }, "2026-02-14"],
    ["no month", {}, undefined],
  ])("is the first with anything of %s", (_, state, day) => {
    expect(reportBooks(freshState(state)).since).toBe(day);
  });
});

describe("the efficiency of rows", () => {
  const places = (entries: Parameters<typeof report>[0]) =>
    Object.fromEntries(
      Object.entries(byKey(report(entries))).map(([key, { efficiency }]) => [
        key,
        efficiency && `${efficiency.per} ${efficiency.rank}/${efficiency.of} ${efficiency.percentile}`,
      ]),
    );

  it("is by the one outcome that all have, else by pull request, else by execution", () => {
    const lines = { outcomes: { lines: 10 }, prs: 1 };
    const [a, b] = [charge({ profile: "a", ...lines }), charge({ profile: "b", ...lines, cost: nanoOf(0.2) })];
    expect(places([a, b])).toEqual({ a: "lines 1/2 1", b: "lines 2/2 0" });
    const both = { outcomes: { lines: 10, tests: 1 } };
    expect(places([charge({ ...a, ...both }), charge({ ...b, ...both })])).toEqual({ a: "pr 1/2 1", b: "pr 2/2 0" });
    expect(places([a, b, charge({ profile: "c" })])).toEqual({
      a: "execution 1/3 0.5",
      b: "execution 3/3 0",
      c: "execution 1/3 0.5",
    });
  });

  it("leaves out rows without executions, and a single row", () => {
    const correction = charge({ kind: "correction", profile: undefined, adjustment: "correct" });
    expect(places([charge(), correction])).toEqual({ "ai-pr": undefined, "–": undefined });
  });
});

describe("a report without people", () => {
  it("has hashes for actors and pull requests, and everything else as it is", () => {
    const run = { repository: "o/r", run_id: 1, actor: "octocat" };
    const entries = [charge({ run, pr: "7" }), charge({ profile: "night" })];
    const found = report(entries, { by: ["actor", "pr", "profile"], compare: "2026-01", sort: "name" });
    const hidden = withoutPeople(found, (text) => `#${text.length}`);
    expect(hidden.rows.map(({ key }) => key)).toEqual([
      ["#7", "#5", "ai-pr"],
      [null, null, "night"],
    ]);
    expect(hidden.driver?.row.key).toEqual(["#7", "#5", "ai-pr"]);
    expect(withoutPeople(report(entries, query()), () => "#")).toEqual(report(entries, query()));
  });
});
