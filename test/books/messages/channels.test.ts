import { describe, expect, it } from "vitest";
import { DEFAULT_CHANNEL, type Routed, recipientsOf } from "../../../src/books/messages/channels.ts";
import { leasedBy } from "../../../src/books/messages/leases.ts";
import { queue } from "../../../src/books/messages/outbox.ts";
import type { QueuedDelivery } from "../../../src/books/notify-keys.ts";
import type { Route, Settings } from "../../../src/books/settings.ts";
import type { State } from "../../../src/books/state.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { Bookkeeper, billed, circumstances, freshState, NOW, record, usageOf } from "../sample-books.ts";

const A = "aaaaaaaaaaaaaaaa";
const B = "bbbbbbbbbbbbbbbb";

function draftOf(settings: Partial<Settings>, channels: Record<string, string> = {}, change: Partial<State> = {}) {
  return { state: freshState(change), entries: [], notes: [], circumstances: circumstances({ settings, channels }) };
}

function delivery(id: string, change: Partial<QueuedDelivery> = {}): QueuedDelivery {
  return { id, kind: "anomaly", facts: {}, queued_at: NOW, to: { ops: {} }, ...change };
}

describe("a message goes", () => {
  const critical: Routed = { kind: "alert", severity: "critical", budgets: ["infra", "team/qa"] };
  it.each<readonly [string, Routed, Omit<Route, "to">[], boolean]>([
    ["by kind", critical, [{ kinds: ["alert"] }], true],
    ["by another kind", critical, [{ kinds: ["recap"] }], false],
    ["by severity", critical, [{ severity: ["critical", "emergency"] }], true],
    ["by another severity", critical, [{ severity: ["info"] }], false],
    ["by a severity that it has none of", { kind: "recap" }, [{ severity: ["info"] }], false],
    ["by sub-budget", critical, [{ budgets: ["infra"] }], true],
    ["by the sub-budget of a for-each", critical, [{ budgets: ["team"] }], true],
    ["by a sub-budget whose name only begins so", critical, [{ budgets: ["inf", "team/q"] }], false],
    [
      "by a sub-budget, being about the month",
      { kind: "alert", severity: "critical" },
      [{ budgets: ["infra"] }],
      false,
    ],
    ["by all of them", critical, [{ kinds: ["alert"], severity: ["critical"], budgets: ["infra"] }], true],
    ["by one of them alone", critical, [{ kinds: ["alert"], severity: ["info"], budgets: ["infra"] }], false],
    ["by the second route", critical, [{ kinds: ["recap"] }, { severity: ["critical"] }], true],
    ["as chatter that nobody named", { kind: "start" }, [{}], false],
    ["as chatter that is named", { kind: "start" }, [{ kinds: ["start"] }], true],
  ])("%s: to ops %#", (_, message, routes, isSent) => {
    const draft = draftOf({ routes: routes.map((route) => ({ to: "ops", ...route })), notify: [] });
    expect(recipientsOf(draft, message)).toEqual(isSent ? ["ops"] : []);
  });

  it("to a channel without a route like to the default one, whose routes narrow down its kinds", () => {
    const routes = [{ to: DEFAULT_CHANNEL, severity: ["critical"] }] as const;
    const draft = draftOf({ notify: ["alert", "recap"], routes }, { default: "", ops: A });
    expect(recipientsOf(draft, { kind: "recap" })).toEqual(["ops"]);
    expect(recipientsOf(draft, critical)).toEqual([DEFAULT_CHANNEL, "ops"]);
    expect(recipientsOf(draft, { kind: "adjust", severity: "critical" })).toEqual([]);
  });

  it("to escalate-to alone if it is an escalation", () => {
    const draft = draftOf({ escalateTo: "pager" }, { default: "", ops: A });
    expect(recipientsOf(draft, { kind: "escalation", severity: "critical" })).toEqual(["pager"]);
    expect(recipientsOf(draftOf({}, { default: "" }), { kind: "escalation" })).toEqual([DEFAULT_CHANNEL]);
  });

  it.each<readonly [string, State["channels"], Record<string, string>, string[]]>([
    ["books of version 0.1, by a run without channels", undefined, {}, ["default"]],
    ["new books, by a run that has other channels alone", undefined, { ops: A }, ["ops"]],
    ["a channel that a run had a month ago", { ops: { address: A, seen: "2026-01-10" } }, {}, ["ops"]],
    ["a channel that no run had since", { ops: { address: A, seen: "2026-01-01" } }, {}, []],
    ["books that never had a default channel", { ops: { address: A, seen: "2026-02-14" } }, { ops: A }, ["ops"]],
    ["books that had one long ago", { default: { address: "", seen: "2025-01-01" } }, {}, ["default"]],
  ])("to whom the books know: %s", (_, channels, own, names) => {
    expect(recipientsOf(draftOf({}, own, { channels }), { kind: "recap" })).toEqual(names);
  });
});

describe("the queues", () => {
  it("keep what version 0.1 knows for the default channel, and the same id for the others", () => {
    const keeper = new Bookkeeper(freshState({ total_spent: nanoOf(4.98) }));
    keeper.do(record({ id: "a" }), { channels: { default: "", ops: A, infra: B } });
    expect(keeper.state.outbox).toMatchObject([{ id: "milestone-2026-02-5", lease_by: "a" }]);
    expect(keeper.state.deliveries).toMatchObject([
      { id: "milestone-2026-02-5", kind: "milestone", to: { ops: { lease_by: "a" }, infra: { lease_by: "a" } } },
    ]);
    expect(Object.keys(leasedBy(keeper.state, "a"))).toEqual(["default", "ops", "infra"]);
    expect(keeper.state.channels).toEqual({
      default: { address: "", seen: "2026-02-14" },
      ops: { address: A, seen: "2026-02-14" },
      infra: { address: B, seen: "2026-02-14" },
    });
  });

  it("lose only what was sent, channel by channel", () => {
    const to = { default: {}, ops: {}, infra: {} };
    const keeper = new Bookkeeper(freshState({ deliveries: [delivery("m", { to }), delivery("n")] }));
    keeper.do({ kind: "sent", id: "s1", messages: { ops: ["m", "unknown"], infra: ["m"], nobody: ["n"] } });
    expect(keeper.state.deliveries?.map((message) => Object.keys(message.to))).toEqual([["default"], ["ops"]]);
    keeper.do({ kind: "sent", id: "s2", messages: { default: ["m"], ops: ["n"] } });
    expect(keeper.state.deliveries).toBeUndefined();
    expect(keeper.do({ kind: "sent", id: "s3", messages: { ops: ["n"] } }).isChanged).toBe(false);
  });

  it("give no run what another one is sending to a channel", () => {
    const leased = { lease_until: "2026-02-14T10:05:00Z", lease_by: "x" };
    const to = { default: leased, ops: {} };
    const keeper = new Bookkeeper(freshState({ deliveries: [delivery("m", { to })] }));
    keeper.do(record({ id: "a" }), { channels: { default: "", ops: A } });
    expect(keeper.state.deliveries?.[0]?.to).toMatchObject({ default: leased, ops: { lease_by: "a" } });
  });

  it("hold thirty deliveries: the oldest info makes room first, then the oldest of all, and it is said", () => {
    const deliveries = Array.from({ length: 30 }, (_, index) =>
      delivery(`m${index}`, { severity: index === 7 ? "info" : "critical" }),
    );
    let draft = { ...draftOf({}, { ops: A }), state: freshState({ deliveries, channels: {} }) };
    const facts = { change: "resumed", actor: "o", reason: "r", until: null, below: null, timezone: "UTC" } as const;
    for (const id of ["p1", "p2"])
      draft = queue(draft, { kind: "pause", id, severity: "warning" }, facts) as typeof draft;
    const ids = draft.state.deliveries?.map(({ id }) => id) ?? [];
    expect(ids).toHaveLength(30);
    expect([ids[0], ids.includes("m7"), ids.slice(-2)]).toEqual(["m1", false, ["p1", "p2"]]);
    expect(draft.notes).toHaveLength(2);
  });

  it.each<readonly [string, string]>([
    ["which no run has", "dead"],
    ["which this run has", "here"],
  ])("lose no message of another channel, however many wait for one %s", (_, stuck) => {
    const deliveries = Array.from({ length: 29 }, (__, index) =>
      delivery(`m${index}`, { severity: "critical", to: { [stuck]: {} } }),
    );
    const live = delivery("live", { severity: "info", to: { ops: {} } });
    const both = delivery("both", { severity: "info", to: { ops: {}, [stuck]: {} } });
    let draft = { ...draftOf({}, { ops: A, here: B }), state: freshState({ deliveries: [live, ...deliveries] }) };
    const routes = [{ to: "ops" }, { to: stuck, kinds: ["recap"] }] as const;
    draft = { ...draft, circumstances: circumstances({ channels: { ops: A, here: B }, settings: { routes } }) };
    draft.state = { ...draft.state, deliveries: [both, ...(draft.state.deliveries ?? []).slice(0, -1)] };
    const facts = { change: "resumed", actor: "o", reason: "r", until: null, below: null, timezone: "UTC" } as const;
    const after = queue(draft, { kind: "pause", id: "p", severity: "info" }, facts);
    const ids = after.state.deliveries?.map(({ id }) => id) ?? [];
    expect(ids).toHaveLength(30);
    expect(ids).toEqual(expect.arrayContaining(["both", "live", "p"]));
    expect(ids).not.toContain("m0");
    expect(after.notes).toEqual([
      {
        level: "warning",
        text: `30 messages are waiting to be sent, so the oldest for the channel ${stuck} was dropped.`,
      },
    ]);
  });

  it("drop what a channel that no run has waited for seven days, and nothing else of the message", () => {
    const queued_at = "2026-02-07T10:00:00Z";
    const to = { ops: {}, infra: { lease_until: "2026-02-10T00:00:00Z", lease_by: "x" }, here: {} };
    const keeper = new Bookkeeper(freshState({ deliveries: [delivery("m", { queued_at, to })] }));
    const { answer } = keeper.do(record(), { channels: { here: A } });
    expect(Object.keys(keeper.state.deliveries?.[0]?.to ?? {})).toEqual(["infra", "here"]);
    expect(answer.notes).toContainEqual({
      level: "warning",
      text: expect.stringContaining("No run had the channel ops for 7 days: 1 message dropped."),
    });
  });
});

it.each([
  [{}, "notify: { kinds: none }"],
  [{ ops: { address: A, seen: "2026-02-14" } }, "reset-channel: default"],
])(
  "messages that no run with a webhook sent are dropped with advice that silences no other channel: %j",
  (others, how) => {
    const outbox = [{ id: "m", kind: "milestone", facts: {}, queued_at: "2026-02-07T10:00:00Z" }] as const;
    const channels = { default: { address: "", seen: "2026-02-01" }, ...others };
    const keeper = new Bookkeeper(freshState({ outbox: [...outbox], channels }));
    const { answer } = keeper.do(record());
    expect(answer.notes.map(({ text }) => text).join()).toContain(how);
    const forget = {
      kind: "reset-channel",
      id: "f",
      channel: "default",
      address: undefined,
      actor: "octocat",
    } as const;
    keeper.do(forget);
    expect(Object.keys(keeper.state.channels ?? {})).toEqual(Object.keys(others));
  },
);

describe("a channel's address", () => {
  const channels = { ops: { address: A, seen: "2026-02-14" } };
  const strange = { channels: { ops: B }, settings: { notify: [] } };

  it("is believed the first time, and nothing is leased for another one after that", () => {
    const keeper = new Bookkeeper(freshState({ deliveries: [delivery("m")], channels }));
    const { answer } = keeper.do(record({ id: "a" }), strange);
    expect(leasedBy(keeper.state, "a")).toEqual({});
    expect(answer.notes.map(({ text }) => text)).toContainEqual(expect.stringContaining("another address"));
    expect(keeper.state.channels).toEqual(channels);
    // Whatever kinds are wanted, the channel learns of it, once a day.
    keeper.do(record({ id: "b" }), strange);
    expect(keeper.state.deliveries?.map(({ id }) => id)).toEqual(["m", "warning-channel-ops-2026-02-14"]);
    keeper.do(record({ id: "c" }), { channels: { ops: A } });
    expect(leasedBy(keeper.state, "c")["ops"]).toHaveLength(2);
  });

  it("is the policy's where it names one", () => {
    const keeper = new Bookkeeper(freshState({ deliveries: [delivery("m")], channels }));
    const settings = { addresses: { ops: B } };
    keeper.do(record({ id: "a" }), { channels: { ops: A }, settings });
    expect(leasedBy(keeper.state, "a")).toEqual({});
    keeper.do(record({ id: "b" }), { channels: { ops: B }, settings });
    expect(leasedBy(keeper.state, "b")["ops"]?.map(({ id }) => id)).toContain("m");
    expect(keeper.state.channels?.["ops"]?.address).toBe(B);
  });

  it.each([
    ["that one", B, { ops: { address: B, seen: "2026-02-14" } }],
    ["the next run's", undefined, {}],
  ])("may be changed, to %s", (_, address, after) => {
    const keeper = new Bookkeeper(freshState({ deliveries: [delivery("m")], channels }));
    const request = { kind: "reset-channel", id: "r", channel: "ops", address, actor: "octocat" } as const;
    expect(keeper.do(request).isChanged).toBe(true);
    expect(keeper.state.channels).toEqual(after);
    const again = () => keeper.do({ ...request, id: "r2" }).isChanged;
    // What was forgotten is no channel of the books any more.
    if (address === undefined) expect(again).toThrow("the books know no channel ops; they know none.");
    else expect(again()).toBe(false);
    keeper.do(record({ id: "b" }), { channels: { ops: B } });
    expect(leasedBy(keeper.state, "b")["ops"]).toHaveLength(1);
    expect(keeper.state.channels?.["ops"]?.address).toBe(B);
  });

  it("of one channel more than the books have room for is not kept, and it gets nothing", () => {
    const names = Array.from({ length: 20 }, (_, index) => [`c${index}`, { address: A, seen: "2026-02-14" }] as const);
    const keeper = new Bookkeeper(freshState({ channels: Object.fromEntries(names), total_spent: nanoOf(4.98) }));
    const { answer } = keeper.do(record({ id: "a", usage: usageOf(billed(0.05)) }), { channels: { ops: A } });
    expect(Object.keys(keeper.state.channels ?? {})).toHaveLength(20);
    expect(leasedBy(keeper.state, "a")).toEqual({});
    expect(answer.notes.map(({ text }) => text)).toContainEqual(expect.stringContaining("20 channels already"));
  });

  it("is no reason to write for a run that writes nothing else", () => {
    const keeper = new Bookkeeper(freshState());
    const idle = { kind: "sent", id: "s", messages: {} } as const;
    expect(keeper.do(idle, { channels: { ops: A } }).isChanged).toBe(false);
    expect(keeper.state.channels).toBeUndefined();
  });
});
