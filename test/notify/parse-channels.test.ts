import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { badChannels, parseChannels } from "../../src/notify/parse-channels.ts";

const SLACK = "https://hooks.slack.com/services/T0123/B0123/s3cr3tTokenOfTheHook";
const DISCORD = "https://discord.com/api/webhooks/123456789012345678/s3cr3t-T0ken";
const OTHER = "https://hooks.example.com/in?team=s3cr3t";
const KEY = "k3y-0123456789abcdef";
const LOOPBACK = "http://127.0.0.1:4020";

describe("the input channels", () => {
  it("has a channel in each line, whose kind its host decides", () => {
    const { channels, problems } = parseChannels(`ops=${SLACK}\r\n\n  infra-team = ${DISCORD}\nhook=${OTHER} ${KEY}\n`);
    expect(problems).toEqual([]);
    expect(channels).toEqual([
      { name: "ops", address: { kind: "slack", url: SLACK } },
      { name: "infra-team", address: expect.objectContaining({ kind: "discord" }) },
      { name: "hook", address: { kind: "json", url: OTHER, host: "hooks.example.com", key: KEY, isTest: false } },
    ]);
  });

  it.each<readonly [string, RegExp]>([
    ["ops", /^line 1 isn't name=url/],
    [SLACK, /^line 1 isn't name=url/],
    [`Ops=${SLACK}`, /^line 1 isn't name=url/],
    [`constructor=${SLACK}`, /^line 1 isn't name=url/],
    [`default=${SLACK}`, /is the channel of discord-webhook/],
    [`a=${SLACK}\na=${DISCORD}`, /^line 2 names a again/],
    ["ops=hooks.slack.com/services/T0/B0/s3cr3t", /\(ops\) has no URL/],
    ["ops=https://hooks.slack.com/workflows/T0/A0/1/s3cr3t", /trigger of a Slack workflow.*incoming webhook/],
    ["ops=https://hooks.slack.com/triggers/T0/1/s3cr3t", /trigger of a Slack workflow/],
    ["ops=https://hooks.slack.com/services/T0/../s3cr3t", /isn't the URL of a Slack webhook/],
    ["ops=https://hooks.slack.com/services/T0/B0/s3cr3t?x=1", /isn't the URL of a Slack webhook/],
    [`ops=${SLACK} ${KEY}`, /Slack checks no signature/],
    [`ops=${DISCORD} ${KEY}`, /Discord checks no signature/],
    [`ops=${DISCORD}/slack`, /isn't the URL of a Discord webhook/],
    ["ops=https://user:s3cr3t@hooks.example.com/in k3y-0123456789abcdef", /user name/],
    [`ops=http://hooks.example.com/s3cr3t ${KEY}`, /isn't https/],
    [`ops=http://hooks.slack.com/services/T0/B0/s3cr3t ${KEY}`, /isn't https/],
    [`ops=https://hooks.slack.com.evil.example/services/T0/B0/s3cr3t`, /no key/],
    [`ops=${OTHER}`, /no key/],
    [`ops=${OTHER} short`, /fewer than 16/],
    ...[
      "127.0.0.1",
      "localhost",
      "[::1]",
      "10.0.0.1",
      "192.168.1.1",
      "169.254.169.254",
      "0x7f.1",
      "2130706433",
      "metadata.google.internal",
      "printer.local",
      "intranet",
    ].map((host) => [`ops=https://${host}/s3cr3t ${KEY}`, /host that can't be used/] as const),
    [Array.from({ length: 11 }, (_, index) => `c${index}=${SLACK}`).join("\n"), /^line 11 is one too many/],
  ])("refuses %j, and quotes no URL", (text, wanted) => {
    const { problems } = parseChannels(text, { slack: "https://evil.example" });
    expect(problems.join("\n")).toMatch(wanted);
    const { message, code } = badChannels(problems);
    expect(code).toBe("bad-input");
    expect(message.replace("https://hooks.slack.com/services/", "")).not.toMatch(/s3cr3t|https?:|127\.0|example|k3y/);
  });

  it("takes a loopback address only where the test's origin says exactly that", () => {
    const line = `ops=${LOOPBACK}/services/T0/B0/s3cr3t`;
    expect(parseChannels(line, { slack: LOOPBACK }).channels).toHaveLength(1);
    expect(parseChannels(`ops=${LOOPBACK}/in ${KEY}`, { receiver: LOOPBACK }).channels).toHaveLength(1);
    for (const slack of ["http://127.0.0.1:4021", `${LOOPBACK}/`, "http://localhost:4020", ""]) {
      expect(parseChannels(line, { slack }).channels).toEqual([]);
    }
  });

  it("never shows more of a line than its name", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~]{12,40}$/), (secret) => {
        const text = `ops=https://hooks.example.com/${secret}\nbad ${secret}\n${secret}`;
        expect(badChannels(parseChannels(text).problems).message).not.toContain(secret);
      }),
    );
  });
});
