import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, type Settings } from "../../src/books/settings.ts";
import { NOTIFY_KINDS } from "../../src/inputs/list-kinds.ts";
import type { Given } from "../../src/inputs/options.ts";
import type { Policy } from "../../src/inputs/policy/policy.ts";
import { DEFAULT_TERMS, settingsOf, type Terms, termsOf } from "../../src/inputs/settings-of.ts";
import { nanoOf } from "../../src/values/money.ts";

const usd = nanoOf;

describe("settings", () => {
  it("are the defaults where nothing is said", () => {
    expect(settingsOf({ inputs: {}, policy: {} })).toEqual({ settings: DEFAULT_SETTINGS, notices: [] });
    expect(termsOf({ inputs: {}, policy: {} })).toEqual(DEFAULT_TERMS);
  });

  // what, input, policy, what the input gives, what the policy alone gives, and what holds of both
  const rows: readonly [keyof Settings, Given, Policy, unknown, unknown, unknown][] = [
    ["monthlyBudget", { monthlyBudget: usd(20) }, { "monthly-budget": usd(15) }, undefined, usd(15), usd(15)],
    ["monthlyBudget", { monthlyBudget: usd(10) }, { "monthly-budget": usd(15) }, undefined, usd(15), usd(15)],
    ["askedBudget", { monthlyBudget: usd(20) }, { "monthly-budget": usd(15) }, usd(20), undefined, undefined],
    ["budgetCap", { monthlyBudget: usd(10) }, { "monthly-budget": usd(15) }, undefined, undefined, usd(10)],
    ["budgetCap", { monthlyBudget: usd(20) }, { "monthly-budget": usd(15) }, undefined, undefined, undefined],
    ["budgetCap", { monthlyBudget: usd(15) }, { "monthly-budget": usd(15) }, undefined, undefined, undefined],
    ["timezone", { timezone: "UTC" }, { timezone: "Asia/Tokyo" }, "UTC", "Asia/Tokyo", "Asia/Tokyo"],
    ["milestoneInterval", { milestoneInterval: usd(1) }, { "milestone-interval": usd(2) }, usd(1), usd(2), usd(1)],
    ["alerts", { alerts: [] }, { alerts: [50] }, [], [50], []],
    ["estimate", { estimate: "auto" }, { estimate: usd(1) }, "auto", usd(1), usd(1)],
    ["estimate", { estimate: usd(2) }, { estimate: "auto" }, usd(2), "auto", "auto"],
    ["defaultEstimate", { defaultEstimate: usd(1) }, { "default-estimate": usd(2) }, usd(1), usd(2), usd(1)],
    ["notify", { notify: ["recap"] }, { notify: { discord: ["alert"] } }, ["recap"], ["alert"], ["recap"]],
    ["notify", { notify: ["recap"] }, { notify: { discord: "none" } }, ["recap"], [], ["recap"]],
    ["name", { name: "Mine" }, { name: "Ours" }, "Mine", "Ours", "Mine"],
  ];
  it.each(rows)("take %s from %j and %j", (key, inputs, policy, byInput, byPolicy, ofBoth) => {
    expect(settingsOf({ inputs, policy: {} }).settings[key]).toEqual(byInput);
    expect(settingsOf({ inputs: {}, policy }).settings[key]).toEqual(byPolicy);
    expect(settingsOf({ inputs, policy }).settings[key]).toEqual(ofBoth);
  });

  it("send every kind of message where the policy says all", () => {
    for (const policy of [{ notify: { kinds: "all" } }, { notify: { discord: "all" } }] as const) {
      expect(settingsOf({ inputs: {}, policy }).settings.notify).toEqual(NOTIFY_KINDS);
    }
  });

  it("say which inputs the policy file passes over", () => {
    const { notices } = settingsOf({
      inputs: {
        ...{ monthlyBudget: usd(20), timezone: "UTC", estimate: usd(0.01) },
        ...{ unsettled: "release", billing: "subscription" },
      },
      policy: {
        ...{ "monthly-budget": usd(15), timezone: "Asia/Tokyo", estimate: "auto" },
        ...{ unsettled: "charge", billing: "metered" },
      },
    });
    expect(notices).toEqual([
      "The input monthly-budget asks for $20.00; the policy file's $15.00 applies: an input can only lower it.",
      "The input timezone asks for UTC; the policy file's Asia/Tokyo applies.",
      "The input estimate asks for $0.0100; the policy file's auto applies.",
      "The input unsettled asks for release; the policy file's charge applies.",
      "The input billing asks for subscription; the policy file's metered applies.",
    ]);
  });

  it("say nothing where an input says what the policy file says", () => {
    const inputs = { estimate: usd(1), billing: "metered", unsettled: "charge" } as const;
    expect(settingsOf({ inputs, policy: inputs }).notices).toEqual([]);
  });

  it("take no budget and no time zone from inputs that may not set them, but for a smaller budget this once", () => {
    const inputs = { monthlyBudget: usd(20), timezone: "Asia/Tokyo" };
    expect(settingsOf({ inputs, policy: {}, maySetBudget: false }).settings).toMatchObject({
      ...{ monthlyBudget: undefined, askedBudget: undefined, budgetCap: usd(20), timezone: undefined },
    });
    const policy = { "monthly-budget": usd(30) };
    expect(settingsOf({ inputs, policy, maySetBudget: false }).settings).toMatchObject({
      ...{ monthlyBudget: usd(30), budgetCap: usd(20) },
    });
  });
});

describe("terms", () => {
  // what, input, policy, what the input gives, what the policy alone gives, and what holds of both
  const rows: readonly [keyof Terms, Given, Policy, unknown, unknown, unknown][] = [
    ["holdMinutes", { holdMinutes: 10 }, { "hold-minutes": 20 }, 10, 20, 10],
    ["onDeny", { onDeny: "fail" }, { "on-deny": "continue" }, "fail", "continue", "fail"],
    ["onError", { onError: "deny" }, { "on-error": "allow" }, "deny", "allow", "deny"],
    ["unsettled", { unsettled: "release" }, { unsettled: "charge" }, "release", "charge", "charge"],
    ["billing", { billing: "subscription" }, { billing: "metered" }, "subscription", "metered", "metered"],
  ];
  it.each(rows)("take %s from %j and %j", (key, inputs, policy, byInput, byPolicy, ofBoth) => {
    expect(termsOf({ inputs, policy: {} })[key]).toBe(byInput);
    expect(termsOf({ inputs: {}, policy })[key]).toBe(byPolicy);
    expect(termsOf({ inputs, policy })[key]).toBe(ofBoth);
  });
});
