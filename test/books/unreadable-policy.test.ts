import { describe, expect, it } from "vitest";
import type { AdjustRequest } from "../../src/books/request.ts";
import { nanoOf } from "../../src/values/money.ts";
import { rule } from "./part-samples.ts";
import { Bookkeeper, billed, check, record, usageOf } from "./sample-books.ts";

const PARTS = [rule({ name: "dev", match: { agent: ["dev"] } }), rule({ name: "qa", match: { agent: ["qa"] } })];
const READABLE = { settings: { parts: PARTS, alerts: [50], milestoneInterval: nanoOf(5) } };
const UNREADABLE = { parts: undefined, defersCrossings: true, alerts: [75, 90] };

const LOAN: AdjustRequest = {
  ...{ kind: "adjust", id: "loan", adjustment: "transfer", amount: { unit: "USD", amount: nanoOf(1) } },
  ...{ from: "dev", to: "qa", until: "2026-02-15", tags: {}, actor: "octocat", reason: "why", run: {} },
};

describe("while the policy can't be read", () => {
  it("money that was lent and is spent is not given back", () => {
    const keeper = new Bookkeeper();
    keeper.do(record({ id: "a", tags: { agent: "qa" }, usage: usageOf(billed(3.9)) }), READABLE);
    keeper.do(LOAN, READABLE);
    keeper.do(record({ id: "b", tags: { agent: "qa" }, usage: usageOf(billed(1)) }), READABLE);
    keeper.do(record({ id: "c" }), { settings: UNREADABLE, now: "2026-02-16T10:00:00Z" });
    expect(keeper.state.loans).toMatchObject([{ owed: nanoOf(1) }]);
    expect(keeper.state.budgets).toMatchObject({ dev: { adjusted: nanoOf(-1) }, qa: { adjusted: nanoOf(1) } });
  });

  it("a run that was let in counts where it was, and what is crossed is reported by the next writer", () => {
    const keeper = new Bookkeeper();
    keeper.do(check({ tags: { agent: "dev" } }), READABLE);
    const { answer } = keeper.do(record({ hold: "hold-1", usage: usageOf(billed(8)) }), { settings: UNREADABLE });
    expect(answer.booking).toMatchObject({ milestones: [], alerts: [] });
    expect(keeper.state).toMatchObject({ milestones_reached: [], alerts_sent: [] });
    expect(keeper.state.budgets?.["dev"]?.spent).toBe(nanoOf(8));
    const next = keeper.do(record({ id: "next" }), READABLE).answer.booking;
    expect(next).toMatchObject({ milestones: [nanoOf(5)], alerts: [50] });
  });
});
