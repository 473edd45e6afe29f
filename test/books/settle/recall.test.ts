import { describe, expect, it } from "vitest";
import { decide } from "../../../src/books/decide.ts";
import { encodeEntry } from "../../../src/books/entry.ts";
import { recalled, unknownHolds } from "../../../src/books/settle/recall.ts";
import { rule } from "../part-samples.ts";
import { Bookkeeper, billed, check, circumstances, freshState, record, release, usageOf } from "../sample-books.ts";

const EXPIRED = "2026-02-14T20:00:00Z";

/** The lines of books in which this was done, and how the state remembers the hold. */
function done(...steps: readonly (readonly [Parameters<Bookkeeper["do"]>[0], string?])[]) {
  const keeper = new Bookkeeper();
  for (const [request, now] of steps) keeper.do(request, now === undefined ? {} : { now });
  return {
    lines: keeper.entries.map(encodeEntry),
    closed: keeper.state.closed_holds.find(({ id }) => id === "hold-1"),
  };
}

const CASES = [
  ["settled", done([check()], [record({ id: "hold-1:settle", hold: "hold-1" })])],
  ["settled by another step", done([check()], [record({ hold: "hold-1" })])],
  ["released", done([check()], [release({ hold: "hold-1" })])],
  ["expired", done([check()], [record({ id: "later", run: { repository: "o/r", run_id: 9 } }), EXPIRED])],
  ["expired and corrected", done([check()], [record({ hold: "hold-1" }), EXPIRED])],
] as const;

describe("a hold that the state has forgotten", () => {
  it.each(CASES)("is remembered by its lines: %s", (_, { lines, closed }) => {
    const draft = { state: freshState(), entries: [], notes: [], circumstances: {} as never };
    const after = recalled(draft, { hold: "hold-1" }, lines);
    const [found] = after.state.closed_holds;
    const { id, how, by, charged } = closed ?? {};
    expect(found).toMatchObject(JSON.parse(JSON.stringify({ id, how, by, charged })));
    expect(found?.how).toBe(how);
    expect(unknownHolds(after.state, { hold: "hold-1" })).toEqual([]);
  });

  const PULL = { of: "o/r#12", isWanted: true };
  const asked = { tags: { team: "a" }, pull: PULL };
  it.each([
    ["expired", [check(asked)], {}],
    ["expired, under a flat fee", [check({ ...asked, billing: "subscription" })], { billing: "subscription" }],
    ["settled", [check(asked), record({ ...asked, id: "first", hold: "hold-1" })], {}],
    ["released", [check(asked), release({ hold: "hold-1" })], {}],
  ] as const)("is booked as if it were remembered: %s", (_, steps, terms) => {
    const keeper = new Bookkeeper(freshState({ requires: ["budgets"] }));
    const settings = { parts: [rule({ name: "dev", match: {} })] };
    for (const request of steps) keeper.do(request, { settings });
    // Whatever hour it is, what has expired is charged.
    keeper.do(record({ id: "other", run: { repository: "o/r", run_id: 9 } }), { settings, now: EXPIRED });
    const late = record({ ...asked, ...terms, id: "late", hold: "hold-1", usage: usageOf(billed(0.2)) });
    const when = circumstances({ settings, now: EXPIRED });
    const found = keeper.entries.filter(({ hold }) => hold === "hold-1").map(encodeEntry);
    const remembering = decide({ state: keeper.state, lines: [] }, late, when);
    const forgetting = decide({ state: { ...keeper.state, closed_holds: [] }, lines: [], found }, late, when);
    expect(forgetting.entries).toEqual(remembering.entries);
    expect(forgetting.answer).toEqual(remembering.answer);
    expect({ ...forgetting.state, closed_holds: [] }).toEqual({ ...remembering.state, closed_holds: [] });
  });

  it("isn't made up: lines of other holds say nothing", () => {
    const draft = { state: freshState(), entries: [], notes: [], circumstances: {} as never };
    expect(recalled(draft, { hold: "hold-2" }, CASES[0][1].lines)).toBe(draft);
    expect(recalled(draft, { hold: "hold-1" }, [])).toBe(draft);
    expect(recalled(draft, {}, CASES[0][1].lines)).toBe(draft);
  });
});
