import { describe, expect, it } from "vitest";
import { leasedBy } from "../../../src/books/messages/leases.ts";
import type { QueuedMessage } from "../../../src/books/state.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { Bookkeeper, billed, check, freshState, NOW, record, usageOf } from "../sample-books.ts";

/** A run that has the webhook. */
const HERE = { default: "" };

function message(change: Partial<QueuedMessage> = {}): QueuedMessage {
  return { id: "m", kind: "milestone", facts: {}, queued_at: NOW, ...change };
}

/** A milestone on its way. */
function crossing(canDeliver: boolean, now = NOW): Bookkeeper {
  const keeper = new Bookkeeper(freshState({ total_spent: nanoOf(4.98) }));
  keeper.do(record({ id: "a" }), { channels: canDeliver ? HERE : {}, now });
  return keeper;
}

describe("a message", () => {
  it("is queued by the commit that causes it, with a lease of ten minutes where the run can deliver", () => {
    const keeper = crossing(true);
    expect(keeper.state.outbox).toMatchObject([
      { id: "milestone-2026-02-5", queued_at: NOW, lease_until: "2026-02-14T10:10:00Z", lease_by: "a" },
    ]);
    expect(leasedBy(keeper.state, "a")["default"]).toHaveLength(1);
    expect(leasedBy(keeper.state, "b")).toEqual({});
  });

  it("is queued without a lease where the run can't deliver", () => {
    expect(crossing(false).state.outbox[0]).not.toHaveProperty("lease_until");
  });

  it("without a lease is taken by the next run that can deliver", () => {
    const keeper = crossing(false);
    keeper.do(record({ id: "b" }), { channels: HERE });
    expect(leasedBy(keeper.state, "b")["default"]?.map(({ id }) => id)).toEqual(["milestone-2026-02-5"]);
  });

  it.each([
    ["2026-02-14T10:09:59Z", "a"],
    ["2026-02-14T10:10:00Z", "b"],
    ["2026-02-14T09:50:00Z", "a"],
  ])("leased until 10:10 is at %s of %s", (now, owner) => {
    const keeper = crossing(true);
    keeper.do(check({ id: "b" }), { channels: HERE, now });
    expect(leasedBy(keeper.state, owner)["default"]).toHaveLength(1);
  });

  it("whose lease is over is taken by a run that changes nothing else", () => {
    const keeper = crossing(true);
    const denied = {
      channels: HERE,
      now: "2026-02-14T10:30:00Z",
      settings: { monthlyBudget: nanoOf(15), budgetCap: nanoOf(0), notify: [] },
    };
    expect(keeper.do(check({ id: "b" }), denied).isChanged).toBe(true);
    expect(leasedBy(keeper.state, "b")["default"]).toHaveLength(1);
    expect(keeper.do(check({ id: "c" }), denied).isChanged).toBe(false);
  });

  it("that was sent is taken off, and nothing else", () => {
    const keeper = new Bookkeeper(freshState({ outbox: [message(), message({ id: "n" })] }));
    keeper.do({ kind: "sent", id: "s", messages: { default: ["m", "unknown"] } });
    expect(keeper.state.outbox.map(({ id }) => id)).toEqual(["n"]);
    expect(keeper.do({ kind: "sent", id: "s2", messages: { default: ["m"] } }).isChanged).toBe(false);
  });
});

describe("a queue that nobody empties", () => {
  const old = "2026-02-07T10:00:00Z";

  it("is emptied after seven days, with a warning that says what to do", () => {
    const keeper = new Bookkeeper(
      freshState({ outbox: [message({ queued_at: old }), message({ id: "new", queued_at: "2026-02-07T10:00:01Z" })] }),
    );
    const { answer } = keeper.do(record());
    expect(keeper.state.outbox.map(({ id }) => id)).toEqual(["new"]);
    expect(answer.notes.find(({ text }) => text.includes("1 message dropped"))?.level).toBe("warning");
  });

  it("is not emptied by a run that can deliver: that one sends it", () => {
    const keeper = new Bookkeeper(freshState({ outbox: [message({ queued_at: old })] }));
    keeper.do(record(), { channels: HERE });
    expect(leasedBy(keeper.state, "record-1")["default"]).toHaveLength(1);
  });

  it("keeps what somebody tried to send within these days, and drops what a run that died held", () => {
    const outbox = [
      message({ id: "tried", queued_at: "2026-01-20T00:00:00Z", lease_until: "2026-02-13T00:00:00Z", lease_by: "x" }),
      message({ id: "dead", queued_at: "2026-01-20T00:00:00Z", lease_until: "2026-01-20T00:10:00Z", lease_by: "y" }),
    ];
    const keeper = new Bookkeeper(freshState({ outbox }));
    keeper.do(record());
    expect(keeper.state.outbox.map(({ id }) => id)).toEqual(["tried"]);
  });

  it("holds at most a hundred messages: the oldest alert makes room first, then the oldest of all, and it is said", () => {
    const outbox = Array.from({ length: 100 }, (_, index) =>
      message({ id: `m${index}`, kind: index === 3 ? "alert" : "milestone" }),
    );
    const keeper = new Bookkeeper(freshState({ outbox, total_spent: nanoOf(4.98) }));
    const { answer } = keeper.do(record({ usage: usageOf(billed(0.05)) }));
    expect(keeper.state.outbox).toHaveLength(100);
    expect(keeper.state.outbox.map(({ id }) => id)).not.toContain("m3");
    expect(keeper.state.outbox.at(-1)?.id).toBe("milestone-2026-02-5");
    expect(answer.notes.map(({ text }) => text)).toContainEqual(
      expect.stringContaining("the oldest that matters little was dropped"),
    );
    keeper.do(record({ id: "r2", usage: usageOf(billed(5)) }));
    expect(keeper.state.outbox[0]?.id).toBe("m1");
    expect(keeper.state.outbox).toHaveLength(100);
  });
});

describe("a full outbox", () => {
  const full = (facts: QueuedMessage["facts"]) =>
    Array.from({ length: 100 }, (_, index) =>
      index === 3 ? message({ id: "m3", kind: "alert", facts }) : message({ id: `m${index}` }),
    );

  it.each<readonly [string, QueuedMessage["facts"], string]>([
    ["an alert that is only for information", { percents: [50], raised: [{ severity: "info" }] }, "m3"],
    ["no critical alert", { percents: [50], raised: [{ severity: "info" }, { severity: "critical" }] }, "m0"],
    ["no critical alert of version 0.1", { percents: [75, 90] }, "m0"],
  ])("drops %s before older messages", (_, facts, gone) => {
    const outbox = full(facts);
    const keeper = new Bookkeeper(freshState({ outbox, total_spent: nanoOf(4.98) }));
    keeper.do(record());
    const left = keeper.state.outbox.map(({ id }) => id);
    expect(outbox.map(({ id }) => id).filter((id) => !left.includes(id))).toEqual([gone]);
  });
});

describe("warnings", () => {
  const denied = (keeper: Bookkeeper, id: string, now: string) =>
    keeper.do(check({ id }), { now, settings: { estimate: nanoOf(99) } });

  it("are at most one of a kind a day, by the budget's calendar", () => {
    const keeper = new Bookkeeper(freshState({ timezone: "Europe/Berlin" }));
    denied(keeper, "a", "2026-02-14T10:00:00Z");
    expect(denied(keeper, "b", "2026-02-14T22:59:59Z").isChanged).toBe(false);
    denied(keeper, "c", "2026-02-14T23:00:00Z");
    expect(keeper.queued("warning").map(({ id }) => id)).toEqual([
      "warning-denied-2026-02-14",
      "warning-denied-2026-02-15",
    ]);
  });

  it("aren't queued where nobody wants them", () => {
    const keeper = new Bookkeeper();
    const decision = keeper.do(check(), { settings: { estimate: nanoOf(99), notify: [] } });
    expect(decision.isChanged).toBe(false);
  });
});
