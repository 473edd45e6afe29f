import { describe, expect, it } from "vitest";
import { decodePolicy } from "../../../src/inputs/policy/decode.ts";
import { settingsOf } from "../../../src/inputs/settings-of.ts";

const settingsFor = async (text: string) => settingsOf({ inputs: {}, policy: await decodePolicy(text) }).settings;

describe("notify in a policy file", () => {
  it("is understood key by key", async () => {
    const text = `
budgets: [{ name: infra, limit: 1 USD }, { name: team, for-each: [team], limit: 1 USD }]
notify:
  kinds: [milestone, anomaly]
  hosts: [hooks.example.com, "in.example.org:8443"]
  routes:
    - { to: ops, kinds: [alert, start], severity: [critical, emergency] }
    - { to: infra-team, budgets: [infra, team/qa] }
  addresses: { ops: 0123456789abcdef }
  escalate: { critical: 45 min }
  escalate-to: ops
`;
    expect(await settingsFor(text)).toMatchObject({
      notify: ["milestone", "anomaly"],
      hosts: ["hooks.example.com", "in.example.org:8443"],
      routes: [
        { to: "ops", kinds: ["alert", "start"], severity: ["critical", "emergency"] },
        { to: "infra-team", budgets: ["infra", "team/qa"] },
      ],
      addresses: { ops: "0123456789abcdef" },
      escalateMs: { warning: 2 * 3_600_000, critical: 45 * 60_000 },
      escalateTo: "ops",
    });
    expect((await settingsFor("notify: { discord: none }")).notify).toEqual([]);
  });

  it.each([
    ["kinds: [all]\n  discord: none", /notify\.kinds/],
    ["kinds: all\n  discord: none", /notify\.discord is the former name of kinds, which is there too/],
    ["slack: all", /"slack" isn't a key of notify; its keys are kinds, discord, hosts, routes/],
    ["routes: [{ to: ops, kind: [alert] }]", /"kind" isn't a key of notify\.routes\.0; did you mean kinds\?/],
    ["routes: [{ to: Ops }]", /notify\.routes\.0\.to is "Ops": write a short lower-case word/],
    ["routes: [{ kinds: [alert] }]", /notify\.routes\.0\.to is empty: write a short lower-case word/],
    ["routes: [{ to: ops, severity: [high] }]", /severity.* write a list of info, warning, critical, emergency/],
    ["routes: [{ to: ops, budgets: [infra] }]", /budgets\.0 is "infra", which no sub-budget is called/],
    ["hosts: [127.0.0.1]", /notify\.hosts\.0 is "127\.0\.0\.1": write a list of at most 10 host names/],
    ["hosts: [metadata.google.internal]", /no IP addresses and no local names/],
    ["hosts: [https://hooks.example.com]", /notify\.hosts\.0/],
    ["addresses: { ops: ABC }", /notify\.addresses\.ops is "ABC": write .* 16 hex digits/],
    ["addresses: { Ops: 0123456789abcdef }", /notify\.addresses/],
    ["escalate: { warning: 2 days }", /notify\.escalate\.warning is "2 days": write a time such as 2 h or 30 min/],
    ["escalate: { info: 2 h }", /"info" isn't a key of notify\.escalate; its keys are warning, critical/],
    ["escalate: { warning: 0 min }", /notify\.escalate\.warning/],
    ["escalate-to: [ops]", /notify\.escalate-to is a list that can't be used/],
  ])("can't be %j", async (line, wanted) => {
    await expect(decodePolicy(`notify:\n  ${line}\n`)).rejects.toThrow(wanted);
  });
});
