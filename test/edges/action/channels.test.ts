import { expect, it } from "vitest";
import { channelsFor } from "../../../src/edges/action/channels.ts";
import { channelSecrets } from "../../../src/edges/machine/channels.ts";
import { redactor } from "../../../src/edges/machine/redact.ts";

const SLACK = "https://hooks.slack.com/services/T0123ABCD/B0123ABCD/s3cr3tTokenOfTheHook";
const HOOK = "https://hooks.example.com/in";
const KEY = "k3y-0123456789abcdef";
const WEBHOOK = `https://discord.com/api/webhooks/123456789012345678/${"a".repeat(60)}`;

it("stop a gate if one of them can't be used, and a booking goes on without that one", async () => {
  const inputs = { discordWebhook: WEBHOOK, channels: `ops=${SLACK}\nwrong=${HOOK}` };
  await expect(channelsFor(inputs, {}, false)).rejects.toThrow(/^Bad input: channels: line 2 \(wrong\) has no key/);
  const { webhook, channels, warnings } = await channelsFor(inputs, {}, true);
  expect([webhook?.url, channels.map(({ name }) => name)]).toEqual([WEBHOOK, ["ops"]]);
  expect(warnings).toEqual([expect.stringMatching(/line 2 \(wrong\) .*Booked without a message to the channel\.$/)]);
  const both = await channelsFor({ discordWebhook: HOOK, channels: "x" }, {}, true);
  expect([both.webhook, both.channels, both.warnings.length]).toEqual([null, [], 2]);
  expect(await channelsFor({}, {}, false)).toEqual({ webhook: null, channels: [], warnings: [] });
});

it("are secrets in every part but their names", () => {
  const redact = redactor(channelSecrets(`infra-team=${SLACK}\r\npager = ${HOOK}  ${KEY}\nno name ${KEY}x`));
  const said = redact(
    `infra-team and pager: ${SLACK}, ${new URL(SLACK).pathname}, ${HOOK} with ${KEY}x, s3cr3tTokenOfTheHook, o/inner`,
  );
  expect(said).toBe("infra-team and pager: ***, ***, *** with ***, ***, o/inner");
});
