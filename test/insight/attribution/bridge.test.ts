import { describe, expect, it } from "vitest";
import { bridgeOf } from "../../../src/insight/attribution/bridge.ts";
import { MAX_NANO_USD, nanoOf } from "../../../src/values/money.ts";
import { charge, charges, report } from "./report-samples.ts";

const JANUARY = { at: "2026-01-14T10:00:00Z" };
const a = { profile: "a" };
const b = { profile: "b" };

/** The parts in dollars: volume, mix, price. */
function partsOf(entries: Parameters<typeof report>[0]) {
  const { bridge, driver } = report(entries, { compare: "2026-01" });
  const { how, amount, change, share, row } = driver ?? {};
  return {
    bridge: bridge && [bridge.volume, bridge.mix, bridge.price].map((part) => part / 1e9),
    driver: driver && { who: row?.key[0], how, amount: (amount ?? 0) / 1e9, change: (change ?? 0) / 1e9, share },
  };
}

describe("a change of the cost", () => {
  it("is parted into volume, mix and price", () => {
    const former = [...charges(10, 1, { ...a, ...JANUARY }), ...charges(10, 5, { ...b, ...JANUARY })];
    const { bridge, driver } = partsOf([...former, ...charges(20, 2, a), ...charges(5, 3, b)]);
    expect(bridge).toEqual([1.5, -3, 0.5]);
    expect(driver).toEqual({ who: "b", how: "volume", amount: -2.5, change: -2, share: -0.5 });
  });

  it("by what runs cost is named with how much more one costs", () => {
    const { bridge, driver } = partsOf([...charges(10, 1, { ...a, ...JANUARY }), ...charges(11, 2.2, a)]);
    expect(bridge).toEqual([0.1, 0, 1.1]);
    expect(driver).toEqual({ who: "a", how: "price", amount: 1.1, change: 1.2, share: 1 });
  });

  it("names a row that is new, or is there no more", () => {
    const former = charges(1, 1, { ...a, ...JANUARY });
    expect(partsOf([...former, ...charges(1, 1, a), ...charges(2, 3, b)])).toEqual({
      bridge: [2, 1, 0],
      driver: { who: "b", how: "new", amount: 3, change: 3, share: undefined },
    });
    expect(partsOf([...former, ...charges(1, 0.2, b)]).driver).toEqual({
      who: "a",
      how: "gone",
      amount: -1,
      change: -1,
      share: undefined,
    });
  });

  it("by a charge without an execution is mix", () => {
    const manual = { kind: "correction", adjustment: "correct", ...b } as const;
    const runs = [...charges(2, 1, { ...a, ...JANUARY }), ...charges(2, 1, a)];
    const entries = [
      ...runs,
      charge({ ...manual, cost: nanoOf(1) }),
      charge({ ...manual, ...JANUARY, cost: nanoOf(0.5) }),
    ];
    expect(partsOf(entries)).toEqual({
      bridge: [0, 0.5, 0],
      driver: { who: "b", how: "other", amount: 0.5, change: 0.5, share: undefined },
    });
  });

  it("from an empty month, or to one, is all volume", () => {
    expect(partsOf(charges(2, 1, a)).bridge).toEqual([1, 0, 0]);
    expect(partsOf(charges(2, 1, { ...a, ...JANUARY })).bridge).toEqual([-1, 0, 0]);
    expect(partsOf([])).toEqual({ bridge: [0, 0, 0], driver: undefined });
  });

  it("is rounded half up, also below zero, and mix takes the remainder", () => {
    const before = { cost: 3, executions: 2 };
    const parts = (cost: number, executions: number) => {
      const bridge = bridgeOf({
        before,
        now: { cost, executions },
        rows: [{ before, now: { cost, executions } }],
      } as never);
      return bridge && [bridge.volume, bridge.mix, bridge.price];
    };
    // 1 · 3 ÷ 2 is 1.5, 7 − 3 · 3 ÷ 2 is 2.5; -1 · 3 ÷ 2 is -1.5, 1 − 3 ÷ 2 is -0.5.
    expect(parts(7, 3)).toEqual([2, -1, 3]);
    expect(parts(1, 1)).toEqual([-1, -1, 0]);
  });

  it("has no parts that are larger than an amount can be", () => {
    const [before, now] = [
      { cost: MAX_NANO_USD, executions: 1 },
      { cost: nanoOf(1), executions: 9 },
    ];
    expect(bridgeOf({ before, now, rows: [] })).toBeUndefined();
  });
});
