import { describe, expect, it } from "vitest";
import { type AllowedRun, meterPlan } from "../../../src/commands/meter/plan.ts";
import { type MeterInputs, meterTermsOf } from "../../../src/inputs/meter-terms.ts";
import type { Policy } from "../../../src/inputs/policy/policy.ts";
import { nanoOf } from "../../../src/values/money.ts";

const RUN: AllowedRun = {
  ...{ hold: "h", amount: nanoOf(0.055), isFixed: false, model: undefined, tags: {}, billing: "metered" },
};

function planOf(inputs: MeterInputs, run: Partial<AllowedRun> = {}, policy: Policy = {}) {
  const terms = meterTermsOf(inputs, policy);
  return meterPlan({ ...RUN, ...run }, { terms, prices: {}, models: [], env: {}, configured: [] }).setup;
}

describe("what a metered run may cost", () => {
  it.each([
    ["its hold, and more as the books grant it", {}, {}, { overrun: "extend", cap: nanoOf(0.055), maxCost: null }],
    ["nothing that stops it", { overrun: "warn" }, {}, { overrun: "warn", maxCost: null }],
    // What isn't set aside is asked for: the books would otherwise be overdrawn by as much.
    [
      "its hold, and with stop as much as the books grant up to max-cost",
      { overrun: "stop", maxCost: nanoOf(5) },
      {},
      { overrun: "extend", cap: nanoOf(0.055), maxCost: nanoOf(5) },
    ],
    [
      "its figure with stop, which is set aside",
      { overrun: "stop" },
      { isFixed: true },
      { overrun: "stop", cap: nanoOf(0.055), maxCost: null },
    ],
    [
      "max-cost with stop where the books gave no answer",
      { overrun: "stop", maxCost: nanoOf(5) },
      { amount: null },
      { cap: null, maxCost: nanoOf(5) },
    ],
    ["nothing of the budget, with a subscription", {}, { billing: "subscription" }, { cap: null, maxCost: null }],
    [
      "max-cost at list prices, with a subscription",
      { maxCost: nanoOf(5) },
      { billing: "subscription" },
      { cap: null, maxCost: nanoOf(5) },
    ],
    [
      "its figure with stop at list prices, with a subscription",
      { overrun: "stop" },
      { isFixed: true, billing: "subscription" },
      { overrun: "stop", cap: nanoOf(0.055) },
    ],
  ] as const)("is %s", (_, inputs, run, wanted) => {
    expect(planOf(inputs, run)).toMatchObject(wanted);
  });

  it("is as the policy's extend has it, whatever an input says", () => {
    const plan = planOf({ overrun: "stop", maxCost: nanoOf(5) }, {}, { meter: true, overrun: "extend" });
    expect(plan).toMatchObject({ overrun: "extend", cap: nanoOf(0.055), maxCost: nanoOf(5) });
  });

  it.each([{}, { amount: null }])("must be known with stop", (run) => {
    expect(() => planOf({ overrun: "stop" }, run)).toThrow(/overrun is stop.*max-cost, or an estimate/);
  });
});
