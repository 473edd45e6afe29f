import { describe, expect, it } from "vitest";
import { isMetered, type MeterInputs, meterTermsOf } from "../../src/inputs/meter-terms.ts";
import { parseInputs } from "../../src/inputs/parse-inputs.ts";
import { decodePolicy } from "../../src/inputs/policy/decode.ts";
import type { Policy } from "../../src/inputs/policy/policy.ts";
import { isMeterHost, meterHost } from "../../src/values/meter-host.ts";
import { nanoOf } from "../../src/values/money.ts";

describe("how a run is metered", () => {
  it("without a word about it: its hold grows, the alert comes at 110 %, nothing else is limited", () => {
    expect(meterTermsOf({}, {})).toEqual({
      ...{ maxCost: null, overrun: "extend", alertPercent: 110, usage: "known", models: "any" },
      ...{ hosts: [], batches: false, notices: [] },
    });
  });

  it.each<[MeterInputs, Policy, object]>([
    [{ maxCost: nanoOf(2) }, { "max-cost": nanoOf(1) }, { maxCost: nanoOf(1) }],
    [{ maxCost: nanoOf(1) }, { "max-cost": nanoOf(2) }, { maxCost: nanoOf(1) }],
    [{ overrun: "warn" }, { overrun: "stop" }, { overrun: "stop" }],
    [{ overrun: "stop" }, { overrun: "warn" }, { overrun: "stop" }],
    [{ overrunAlert: 500 }, { "overrun-alert": 120 }, { alertPercent: 120 }],
    [{ meterModels: "any" }, { "meter-models": "enforce" }, { models: "enforce" }],
    [{ meterUsage: "exact" }, { "meter-usage": "passive" }, { usage: "passive" }],
  ])("by the stricter of the inputs %o and the policy %o", (inputs, policy, wanted) => {
    expect(meterTermsOf(inputs, policy)).toMatchObject(wanted);
  });

  it("says which inputs the policy overrides", () => {
    const inputs: MeterInputs = { meter: false, maxCost: nanoOf(2), overrun: "warn", meterModels: "any" };
    const policy: Policy = { meter: true, "max-cost": nanoOf(1), overrun: "extend", "meter-models": "enforce" };
    expect(isMetered(inputs, policy)).toBe(true);
    expect(meterTermsOf(inputs, policy).notices).toHaveLength(4);
  });

  it("is in the policy file, whose mistakes are named", async () => {
    const policy = await decodePolicy(
      'meter: true\nmax-cost: 0.5\noverrun-alert: 150%\nmeter-hosts: ["http://127.0.0.1:8080", g.example]\n',
      "p",
    );
    expect(policy).toMatchObject({ meter: true, "max-cost": nanoOf(0.5), "overrun-alert": 150 });
    await expect(decodePolicy("meter-hosts: [https://g.example/v1]\n", "p")).rejects.toThrow(
      /meter-hosts.*write a list of at most 20 hosts/,
    );
    await expect(decodePolicy("overrun: ask\n", "p")).rejects.toThrow(/overrun is "ask": write extend, warn or stop/);
  });

  it("is in the inputs, whose mistakes are named", () => {
    expect(parseInputs("guard", { meter: "true", "overrun-alert": "110%" }, "action")).toMatchObject({
      meter: true,
      overrunAlert: 110,
    });
    expect(() => parseInputs("guard", { "max-cost": "lots", overrun: "ask" }, "action")).toThrow(
      /max-cost is "lots".*\n.*overrun is "ask"/,
    );
  });
});

describe("a host of the policy", () => {
  it.each([
    ["g.example", "https://g.example/v1", true],
    ["g.example", "http://g.example/v1", false],
    ["http://g.example", "http://g.example/v1", true],
    ["g.example:8443", "https://g.example/v1", false],
    ["G.example", "https://g.example", true],
    ["g.example", "https://g.example.evil.example", false],
  ])("%s, and %s: %s", (host, address, allowed) => {
    expect(isMeterHost([host], new URL(address))).toBe(allowed);
  });

  it.each(["https://g.example/v1", "g.example/x", "*.example", "user@g.example", "ftp://g.example", ""])(
    "isn't %j",
    (text) => {
      expect(meterHost(text)).toBeUndefined();
    },
  );
});
