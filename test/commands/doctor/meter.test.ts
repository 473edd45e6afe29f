import { describe, expect, it } from "vitest";
import { examineMeter } from "../../../src/commands/doctor/meter.ts";
import type { Policy } from "../../../src/inputs/policy/policy.ts";
import { nanoOf } from "../../../src/values/money.ts";

describe("doctor about a meter", () => {
  it("says nothing where the policy doesn't", () => {
    expect(examineMeter({ "monthly-budget": nanoOf(15) }, { ANTHROPIC_BASE_URL: "https://a.example" })).toEqual([]);
    expect(examineMeter(undefined, {})).toEqual([]);
  });

  it("says how runs are metered", () => {
    expect(examineMeter({ meter: true, "max-cost": nanoOf(1) }, {})).toMatchObject([
      { tone: "good", text: expect.stringMatching(/overrun: extend, at most \$1\.00 each/) },
    ]);
  });

  it.each<[Policy, Record<string, string>, RegExp]>([
    [{ meter: true, overrun: "stop" }, {}, /neither max-cost nor an estimate/],
    [{ meter: true, "meter-models": "enforce" }, {}, /no models key/],
    [
      { "max-cost": nanoOf(1), "overrun-alert": 150 },
      {},
      /^max-cost, overrun-alert apply only to runs whose workflow sets meter: true/,
    ],
    [{ meter: true }, { OPENAI_BASE_URL: "https://u:s3cret@g.example/v1" }, /^OPENAI_BASE_URL has a user name.*fails/],
    [{ meter: true }, { OPENAI_BASE_URL: "https://g.example/v1" }, /OPENAI_BASE_URL leads to g\.example/],
  ])("warns of %o with %o", (policy, env, said) => {
    const warnings = examineMeter(policy, env).filter(({ tone }) => tone === "warn");
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.text).toMatch(said);
  });

  it("shows the line to add beside those that are there", () => {
    const policy = { meter: true, "meter-hosts": ["http://10.0.0.5"] };
    const [, { fix } = {}] = examineMeter(policy, { ANTHROPIC_BASE_URL: "https://g.example" });
    expect(fix?.code).toBe('meter-hosts: ["http://10.0.0.5", g.example]');
  });
});
