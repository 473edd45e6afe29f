import { describe, expect, it } from "vitest";
import { decide } from "../../../src/books/decide.ts";
import { decodeState } from "../../../src/books/file/decode.ts";
import { encodeState } from "../../../src/books/file/encode.ts";
import { startBooks } from "../../../src/books/start.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { ledgerHourOf } from "../../../src/values/month.ts";
import { differencesOf } from "../../support/replayed.ts";
import { Bookkeeper, check, circumstances, record, type When } from "../sample-books.ts";

const OLD = {
  version: "1.0",
  current_month: "2026-02",
  total_spent: 5.229999999999999,
  monthly_budget: 20,
  executions: 95,
  prs_generated: 91,
  tokens_used: { claude_input: 190000, claude_output: 142500, openai_input: 237500, openai_output: 380000 },
  milestones_reached: [5],
  last_reset: "2026-02-01T00:00:00.000Z",
  history: [{ month: "2026-01", total_spent: 14.82, prs_generated: 269, executions: 270, milestones_reached: [5, 10] }],
};

/** Opens a version 1.0 file and decides a request on it, in one step as a commit does. */
function imported(old: object, when: When = {}, request = check() as Parameters<typeof decide>[1]): Bookkeeper {
  const decoded = decodeState(JSON.stringify(old));
  if (decoded.kind !== "legacy") throw new Error(decoded.kind === "unreadable" ? decoded.problem : decoded.kind);
  const at = circumstances(when);
  const { state, entries } = startBooks(decoded.legacy, at);
  const keeper = new Bookkeeper(state);
  keeper.keep(decide({ state, lines: [], entries }, request, at), ledgerHourOf(at.now));
  return keeper;
}

describe("a file of version 1.0", () => {
  it("is taken over with every figure it has", () => {
    const { state } = imported(OLD);
    expect(state).toMatchObject({
      version: "2.0",
      current_month: "2026-02",
      total_spent: nanoOf(5.23),
      monthly_budget: nanoOf(20),
      executions: 95,
      prs_generated: 91,
      tokens_used: OLD.tokens_used,
      models: { unpriced: { cost: nanoOf(5.23) } },
      milestones_reached: [nanoOf(5)],
      last_reset: "2026-02-01T00:00:00Z",
    });
    expect(state.history).toEqual([
      {
        month: "2026-01",
        total_spent: nanoOf(14.82),
        prs_generated: 269,
        executions: 270,
        milestones_reached: [nanoOf(5), nanoOf(10)],
        closed: "import",
      },
    ]);
  });

  it("comes in by one entry, so that the ledger adds up", () => {
    const { state, entries } = imported(OLD);
    expect(entries).toMatchObject([{ kind: "import", cost: nanoOf(5.23), month: "2026-02", id: "import-2026-02" }]);
    expect(differencesOf(state, entries)).toEqual([]);
  });

  it("announces no milestone again, and the next one from where it stood", () => {
    const keeper = imported(OLD);
    expect(keeper.queued("milestone")).toEqual([]);
    expect(keeper.queued("alert")).toEqual([]);
  });

  it("leaves absent what it doesn't say", () => {
    const { state } = imported({ version: "1.0", current_month: "2026-02", total_spent: 0 });
    expect(state).toMatchObject({ executions: 0, tokens_used: {}, history: [], monthly_budget: nanoOf(15) });
    expect(state.last_reset).toBe("2026-02-01T00:00:00Z");
    const { history } = imported({ ...OLD, history: [{ month: "2026-01", total_spent: 1 }] }).state;
    expect(history).toEqual([{ month: "2026-01", total_spent: nanoOf(1), closed: "import" }]);
  });

  it.each([
    ["more spent than the budget", { total_spent: 31.4 }],
    ["more pull requests than executions", { executions: 1, prs_generated: 91 }],
    ["a negative month", { total_spent: -0.5 }],
    ["milestones off the interval", { milestones_reached: [3, 7.5] }],
    [
      "months out of order and twice",
      {
        history: [
          { month: "2026-01", total_spent: 1 },
          { month: "2025-11", total_spent: 2 },
          { month: "2026-01", total_spent: 3 },
        ],
      },
    ],
  ])("keeps odd figures: %s", (_what, odd) => {
    const keeper = imported({ ...OLD, ...odd });
    const file = JSON.parse(encodeState(keeper.state));
    for (const [key, value] of Object.entries(odd)) {
      if (key === "history")
        expect(file.history).toEqual((value as object[]).map((line) => ({ ...line, closed: "import" })));
      else if (key !== "milestones_reached") expect(file[key]).toEqual(value);
      else expect(file.milestones_reached.slice(0, 2)).toEqual(value);
    }
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("keeps keys nobody knows", () => {
    const { state } = imported({ ...OLD, team: { lead: "ada" }, history: [{ ...OLD.history[0], note: "busy" }] });
    expect(JSON.parse(encodeState(state))).toMatchObject({ team: { lead: "ada" }, history: [{ note: "busy" }] });
  });

  it.each([
    ["2026-02-01T00:00:00.123456", "2026-02-01T00:00:00.123Z"],
    ["2026-02-01 06:30:00", "2026-02-01T06:30:00Z"],
    ["2026-02-01T00:00:00+01:00", "2026-01-31T23:00:00Z"],
    ["2026-02-01", "2026-02-01T00:00:00Z"],
    ["at new year", "2026-02-01T00:00:00Z"],
    [null, "2026-02-01T00:00:00Z"],
  ])("last reset %j is %s on every machine", (text, instant) => {
    const before = process.env["TZ"];
    try {
      process.env["TZ"] = "America/Sao_Paulo";
      expect(imported({ ...OLD, last_reset: text }).state.last_reset).toBe(instant);
    } finally {
      if (before === undefined) delete process.env["TZ"];
      else process.env["TZ"] = before;
    }
  });

  it("of an earlier month is rolled over by the same decision", () => {
    const keeper = imported(OLD, { now: "2026-04-02T10:00:00Z" });
    expect(keeper.state.current_month).toBe("2026-04");
    expect(keeper.entries.map(({ kind, month }) => [kind, month])).toEqual([
      ["import", "2026-02"],
      ["rollover", "2026-02"],
      ["rollover", "2026-03"],
    ]);
    expect(keeper.state.history.map(({ month, total_spent, closed }) => [month, total_spent, closed])).toEqual([
      ["2026-01", nanoOf(14.82), "import"],
      ["2026-02", nanoOf(5.23), "rollover"],
      ["2026-03", 0, "rollover"],
    ]);
    expect(keeper.state.history[1]).toMatchObject({
      tokens_used: OLD.tokens_used,
      executions: 95,
      milestones_reached: [nanoOf(5)],
    });
    expect(keeper.queued("recap").map(({ id }) => id)).toEqual(["recap-2026-02"]);
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("goes on like any other books", () => {
    const keeper = imported(OLD);
    keeper.do(record({ hold: "hold-1" }));
    expect(keeper.state.total_spent).toBe(nanoOf(5.28));
    expect(keeper.state.executions).toBe(96);
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it.each([
    [{ total_spent: "5.23" }, "total_spent"],
    [{ current_month: "February" }, "current_month"],
    [{ executions: -1 }, "executions"],
    [{ tokens_used: { claude_input: "many" } }, "tokens_used.claude_input"],
    [{ history: [{ month: "2026-01" }] }, "history[0].total_spent"],
  ])("with a wrong type is unreadable and names it: %j", (wrong, place) => {
    const decoded = decodeState(JSON.stringify({ ...OLD, ...wrong }));
    expect(decoded).toMatchObject({ kind: "unreadable", problem: expect.stringContaining(place) });
  });
});
