import { describe, expect, it } from "vitest";
import { preview } from "../../../src/books/decide.ts";
import { nanoOf } from "../../../src/values/money.ts";
import {
  Bookkeeper,
  billed,
  check,
  circumstances,
  freshState,
  NOW,
  record,
  release,
  usageOf,
} from "../sample-books.ts";

const CI = "o/r ci";
const NIGHTLY = "o/r nightly";

function asks(dollars: number, setter = CI, now = NOW) {
  return { settings: { askedBudget: nanoOf(dollars) }, setter, now };
}

/** Books of $15 of which $5.05 are spent. */
function spent(): Bookkeeper {
  return new Bookkeeper(freshState({ total_spent: nanoOf(5.05) }));
}

const budgets = ({ state }: Bookkeeper) => [state.monthly_budget / 1e9, state.budget_set?.by];

describe("the budget that an input asks for", () => {
  it("leaves no trace where the run is denied by it, whether it is a smaller one or a larger one", () => {
    const keeper = spent();
    const { answer } = keeper.do(check(), asks(5.05));
    expect(answer.admission).toMatchObject({ decision: "deny", reason: "exhausted" });
    expect(answer.figures).toMatchObject({ budget: nanoOf(5.05), remaining: 0 });
    expect(keeper.queued("exhausted")).toEqual([]);
    keeper.do(check({ id: "hold-2" }), { ...asks(20), settings: { askedBudget: nanoOf(20), estimate: nanoOf(30) } });
    expect(budgets(keeper)).toEqual([15, undefined]);
    expect(keeper.queued("warning").map(({ facts }) => facts["about"])).toEqual(["denied"]);
    expect(keeper.do(check({ id: "hold-3" })).answer.admission.decision).toBe("allow");
  });

  it("becomes the books' own where it lets a run in or books one, with who has set it", () => {
    const keeper = spent();
    keeper.do(check(), asks(20));
    expect(budgets(keeper)).toEqual([20, CI]);
    expect(keeper.queued("warning")[0]?.facts["text"]).toContain("from $15.00 to $20.00 by o/r ci");
    keeper.do(record({ hold: "hold-1", usage: usageOf(billed(1)) }), asks(25));
    expect(budgets(keeper)).toEqual([25, CI]);
  });

  it("lets a run in that the books' own has no money for, by no more than it says", () => {
    const keeper = spent();
    const large = { ...asks(20), settings: { askedBudget: nanoOf(20), estimate: nanoOf(12) } };
    expect(keeper.do(check(), large).answer.admission.decision).toBe("allow");
    expect(keeper.do(check({ id: "hold-2" }), large).answer.admission).toMatchObject({ reason: "insufficient" });
  });

  it.each([
    ["a release", release({ hold: "hold-1" })],
    ["a recap", { kind: "recap", id: "x", force: true } as const],
    ["a reset", { kind: "reset", id: "x", actor: "octocat", reason: "why", run: {} } as const],
  ])("is not kept by %s", (_, request) => {
    const keeper = spent();
    keeper.do(check());
    keeper.do(request, asks(99));
    expect(keeper.state.monthly_budget).toBe(nanoOf(15));
  });

  it("is not kept where a check is repeated, or a booking books nothing", () => {
    const keeper = spent();
    keeper.do(check({ isGate: true }));
    keeper.do(record({ id: "r", jobHold: "hold-1" }));
    keeper.do(check(), asks(99));
    keeper.do(record({ id: "hold-1:settle", origin: "post", hold: "hold-1" }), asks(99));
    expect(keeper.state.monthly_budget).toBe(nanoOf(15));
  });

  it("holds for its own decision alone where another workflow has set one within seven days: the smaller of them", () => {
    const keeper = spent();
    keeper.do(check({ id: "a" }), asks(20));
    const { answer } = keeper.do(check({ id: "b" }), asks(50, NIGHTLY));
    expect(answer.figures.budget).toBe(nanoOf(20));
    const [note] = answer.notes.filter(({ level }) => level === "warning");
    for (const part of [CI, NIGHTLY, "$20.00", "$50.00", ".github/token-budget.yml"])
      expect(note?.text).toContain(part);
    expect(keeper.do(check({ id: "c" }), asks(5.05, NIGHTLY)).answer.admission.decision).toBe("deny");
    keeper.do(record({ id: "r" }), asks(7, NIGHTLY));
    expect(budgets(keeper)).toEqual([20, CI]);
  });

  it("is no news for the channel where it alone denies, and is where the books deny as well", () => {
    const keeper = spent();
    expect(keeper.do(check(), asks(5.05)).answer.admission.decision).toBe("deny");
    expect(keeper.queued("warning")).toEqual([]);
    keeper.do(check({ id: "b" }), { ...asks(5.05), settings: { askedBudget: nanoOf(5.05), estimate: nanoOf(99) } });
    expect(keeper.queued("warning").map(({ id }) => id)).toEqual(["warning-denied-2026-02-14"]);
  });

  it("is kept where the other workflow has said nothing for seven days, or says the same", () => {
    const keeper = spent();
    keeper.do(check({ id: "a" }), asks(20));
    keeper.do(check({ id: "b" }), asks(20, NIGHTLY, "2026-02-20T10:00:00Z"));
    expect(budgets(keeper)).toEqual([20, NIGHTLY]);
    keeper.do(check({ id: "c" }), asks(30, CI, "2026-02-27T09:59:59Z"));
    expect(keeper.state.monthly_budget).toBe(nanoOf(20));
    keeper.do(check({ id: "d" }), asks(30, CI, "2026-02-27T10:00:00Z"));
    expect(budgets(keeper)).toEqual([30, CI]);
  });

  it("gives way to the policy's, which holds at once and for good", () => {
    const keeper = spent();
    keeper.do(check({ id: "a" }), asks(20));
    const { answer } = keeper.do(check({ id: "b" }), { settings: { monthlyBudget: nanoOf(12), budgetCap: nanoOf(6) } });
    expect(answer.figures.budget).toBe(nanoOf(6));
    expect(budgets(keeper)).toEqual([12, undefined]);
  });

  it("is what a look at the books goes by", () => {
    const look = preview(spent().state, { profile: "ai-pr" }, circumstances(asks(5.05)));
    expect(look.figures).toMatchObject({ budget: nanoOf(5.05), health: "blocked" });
    expect(look.admission.decision).toBe("deny");
  });
});
