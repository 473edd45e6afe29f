import { DEFAULT_CHANNEL } from "../../books/messages/channels.ts";
import { DEFAULT_NAME } from "../../books/settings.ts";
import type { Webhook } from "../../notify/discord/webhook.ts";
import type { Finding } from "../../report/findings-text.ts";
import { BudgetError } from "../../values/errors.ts";
import { attempt } from "../operation/attempt.ts";
import { channelThrough, digestOf } from "../operation/channels.ts";
import type { Ports } from "../operation/ports.ts";
import { findingOf } from "./finding-of.ts";
import type { Patient } from "./patient.ts";

const ABOUT = "Discord";

/** Checks the webhook's form; posts a test message on request. `ports` are undefined if GitHub can't be reached. */
export async function examineChannel(patient: Patient, ports: Ports | undefined): Promise<Finding[]> {
  const { inputs, webhookSource } = patient;
  const webhook = await attempt(async () => patient.webhook());
  if (webhook instanceof BudgetError) return [findingOf(ABOUT, webhook)];
  if (webhook === null) {
    if (inputs.testMessage !== true) {
      const { channels } = await patient.channels();
      const sent = channels.length === 0 ? "no messages are sent" : "the default channel gets no messages";
      return [{ tone: "good", about: ABOUT, text: `no webhook in ${webhookSource}: ${sent}.` }];
    }
    const fix = { text: `Put the URL of the channel's webhook into ${webhookSource}.` };
    return [{ tone: "bad", about: ABOUT, text: "there is no webhook to send a test message to.", fix }];
  }
  if (inputs.testMessage !== true) {
    const text = `the webhook has the form of Discord's, address digest ${digestOf({ kind: "discord", webhook })}; a test message shows whether it works (test-message).`;
    return [{ tone: "good", about: ABOUT, text }];
  }
  return ports === undefined ? [] : [await testMessageFinding(webhook, inputs.name ?? DEFAULT_NAME, ports)];
}

async function testMessageFinding(webhook: Webhook, name: string, ports: Ports): Promise<Finding> {
  const { sendTest } = await import("../../notify/send.ts");
  const { repository, url } = ports.caller.fullRun;
  const address = { kind: "discord", webhook } as const;
  const { warnings, kept, refused } = await sendTest(channelThrough(ports, { name: DEFAULT_CHANNEL, address }), {
    ...{ name, origin: { repository, url, page: ports.store.place.page } },
  });
  return kept.length + refused.length === 0
    ? { tone: "good", about: ABOUT, text: "the test message arrived in the channel." }
    : { tone: "bad", about: ABOUT, text: warnings.join(" ") };
}
