import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/books/entry.ts";
import type { Dimension } from "../../../src/insight/attribution/query.ts";
import { nanoOf, ZERO } from "../../../src/values/money.ts";
import { byKey, charge, report, usage } from "./report-samples.ts";

/** The cost of each row in dollars and its executions. */
function costs(entries: readonly Entry[], by: readonly Dimension[], timezone = "UTC") {
  const rows = Object.entries(byKey(report(entries, { by, timezone })));
  return Object.fromEntries(
    rows.map(([key, { figures }]) => [key, `${figures.cost / 1e9} ${figures.executions ?? "unknown"}`]),
  );
}

const RUN = {
  ...{ repository: "o/r", run_id: 7, attempt: 1, job: "agent", workflow: "ai-pr", actor: "octocat" },
  ...{ event: "push", ref: "refs/heads/main" },
};

describe("a report's rows are by", () => {
  it.each<[Dimension, Partial<Entry>, string]>([
    ["profile", { profile: "night" }, "night"],
    ["activity", { tags: { activity: "review" } }, "review"],
    ["activity", { profile: "night" }, "night"],
    ["workflow", { run: RUN }, "ai-pr"],
    ["job", { run: RUN }, "agent"],
    ["repository", { run: RUN }, "o/r"],
    ["actor", { run: RUN }, "octocat"],
    ["event", { run: RUN }, "push"],
    ["ref", { run: RUN }, "refs/heads/main"],
    ["ref", { run: { repository: "o/r" } }, "–"],
    ["run", { run: RUN }, "o/r#7"],
    ["run", { run: {} }, "–"],
    ["actor", { run: RUN, kind: "correction", adjustment: "correct", actor: "octocat" }, "–"],
    ["result", { result: "failure" }, "failure"],
    ["result", {}, "–"],
    ["quality", { quality: "reported" }, "reported"],
    ["pr", { pr: "12", run: RUN }, "o/r#12"],
    ["pr", { pr: "https://ghe.example/o/other/pull/12", run: RUN }, "o/other#12"],
    ["pr", { pr: "12", pull: { of: "o/r#13" } }, "o/r#13"],
    ["pr", { pr: "12" }, "12"],
    ["pr", {}, "–"],
    ["tag:team", { tags: { team: "web" } }, "web"],
    ["tag:constructor", { tags: { team: "web" } }, "–"],
    ["hour", {}, "10"],
    ["day", {}, "2026-02-14"],
    ["week", {}, "2026-W07"],
    ["month", {}, "2026-02"],
    ["budget", {}, "–"],
    ["agent-part", {}, "–"],
  ])("%s: of %j it is %s", (dimension, change, value) => {
    expect(Object.keys(byKey(report([charge(change)], { by: [dimension] })))).toEqual([value]);
  });

  it("hour and day in the budget's time zone, where an expired hold counts before it expired", () => {
    const entries = [
      charge({ at: "2026-02-14T23:30:00Z" }),
      charge({ at: "2026-02-16T12:00:00Z", expired_at: "2026-02-14T23:00:00Z" }),
    ];
    expect(costs(entries, ["day", "hour"], "Europe/Berlin")).toEqual({
      "2026-02-14 / 23": "0.1 1",
      "2026-02-15 / 00": "0.1 1",
    });
  });

  it("up to three together", () => {
    const entries = [charge({ tags: { team: "web" }, result: "success" }), charge({ tags: { team: "web" } })];
    expect(costs(entries, ["tag:team", "profile", "result"])).toEqual({
      "web / ai-pr / success": "0.1 1",
      "web / ai-pr / –": "0.1 1",
    });
  });

  it("sub-budgets, in each of which a run counts, while the total counts it once", () => {
    const share = { period: "2026-02", tokens: 0 };
    const entries = [charge({ budgets: { dev: share, daily: share } }), charge({ budgets: { dev: share } }), charge()];
    expect(costs(entries, ["budget"])).toEqual({ daily: "0.1 1", dev: "0.2 2", "–": "0.1 1" });
    const found = report(entries, { by: ["budget"], compare: "2026-01" });
    expect(found).toMatchObject({ isOverlapping: true, total: { cost: nanoOf(0.3), executions: 3 } });
    expect(found.bridge).toBeUndefined();
  });
});

describe("by model", () => {
  const two = [
    usage({ cost: nanoOf(0.02) }),
    usage({ provider: "openai", model: "gpt-4o-mini", cost: nanoOf(0.05), input: 10, output: 1 }),
  ];

  it("a run's cost goes by its usage lines, its execution with the dearest, its tokens by line", () => {
    const entries = [charge({ cost: nanoOf(0.07), usage: two })];
    expect(costs(entries, ["model"])).toEqual({ "claude-sonnet-4-5": "0.02 0", "gpt-4o-mini": "0.05 1" });
    expect(costs(entries, ["provider"])).toEqual({ anthropic: "0.02 0", openai: "0.05 1" });
    const parts = [
      charge({ cost: nanoOf(0.07), usage: two.map((line, index) => ({ ...line, by: index ? "subagent" : "main" })) }),
    ];
    expect(costs(parts, ["agent-part"])).toEqual({ main: "0.02 0", subagent: "0.05 1" });
    expect(costs(entries, ["agent-part"])).toEqual({ "–": "0.07 1" });
    const rows = byKey(report(entries, { by: ["model"] }));
    expect(rows["claude-sonnet-4-5"]?.figures.tokens).toMatchObject({ input: 1000, output: 500 });
    expect(rows["gpt-4o-mini"]?.figures.tokens).toMatchObject({ input: 10, output: 1 });
  });

  it("what the lines leave over is unpriced: estimates, corrections and dollars without a model", () => {
    const entries = [
      charge({ cost: nanoOf(0.09), quality: "estimated", usage: [...two, usage({ model: "mystery" })] }),
      charge({
        cost: nanoOf(0.2),
        usage: [usage({ model: "", provider: "", input: 0, output: 0, cost: nanoOf(0.2) })],
      }),
      charge({ kind: "correction", cost: nanoOf(-0.01), quality: undefined, adjustment: "correct" }),
    ];
    expect(costs(entries, ["model"])).toEqual({
      unpriced: "0.21 1",
      "gpt-4o-mini": "0.05 1",
      "claude-sonnet-4-5": "0.02 0",
      mystery: "0 0",
    });
  });

  it("a run whose models all have no price counts where its estimate does", () => {
    const entries = [charge({ quality: "estimated", usage: [usage({ provider: "acme", model: "mystery" })] })];
    expect(costs(entries, ["model"])).toEqual({ unpriced: "0.1 1", mystery: "0 0" });
    expect(costs(entries, ["provider"])).toEqual({ unpriced: "0.1 1", acme: "0 0" });
  });

  it("a run that a flat fee covers costs nothing, whatever its list price", () => {
    const entries = [charge({ cost: ZERO, notional: nanoOf(0.07), usage: two })];
    expect(costs(entries, ["model"])).toEqual({ "claude-sonnet-4-5": "0 0", "gpt-4o-mini": "0 1" });
  });

  it("the correction of an expired hold takes its estimate off again", () => {
    const expired = charge({ cost: nanoOf(0.055), quality: "estimated", expired_at: "2026-02-14T10:00:00Z" });
    const correction = charge({
      kind: "correction",
      cost: nanoOf(0.015),
      replaces: nanoOf(0.055),
      result: "success",
      usage: two,
    });
    expect(costs([expired], ["model"])).toEqual({ unpriced: "0.055 1" });
    const entries = [expired, correction];
    expect(costs(entries, ["model"])).toEqual({ "claude-sonnet-4-5": "0.02 0", "gpt-4o-mini": "0.05 1" });
    expect(costs(entries, ["quality"])).toEqual({ priced: "0.07 1" });
    expect(costs(entries, ["result"])).toEqual({ success: "0.07 1" });
    expect(report(entries).total).toMatchObject({ cost: nanoOf(0.07), executions: 1, estimated: 0, successRate: 1 });
  });
});
