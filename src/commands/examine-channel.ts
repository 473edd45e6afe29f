import { BudgetError } from "../budget/budget-error.ts";
import { instantOf } from "../budget/month.ts";
import { DEFAULT_NAME } from "../budget/settings.ts";
import type { Webhook } from "../notify/webhook.ts";
import type { Finding } from "../report/findings-text.ts";
import type { Patient } from "./doctor.ts";
import { attempt, findingOf } from "./finding-of.ts";
import type { Ports } from "./ports.ts";
import { redacted } from "./redacted.ts";

const ABOUT = "Discord";

/** Looks at the webhook's form; posts a test message where that is asked for. `ports` are missing where GitHub is. */
export async function examineChannel(patient: Patient, ports: Ports | undefined): Promise<Finding[]> {
  const { inputs, webhookSource } = patient;
  const webhook = await attempt(async () => patient.webhook());
  if (webhook instanceof BudgetError) return [findingOf(ABOUT, webhook)];
  if (webhook === null) {
    if (inputs.testMessage !== true) {
      return [{ tone: "good", about: ABOUT, text: `no webhook in ${webhookSource}: nobody is told of anything.` }];
    }
    const mend = { text: `Give the address of the channel's webhook in ${webhookSource}.` };
    return [{ tone: "bad", about: ABOUT, text: "there is no webhook to send a test message to.", mend }];
  }
  if (inputs.testMessage !== true) {
    const text = "the webhook has Discord's form; a test message shows whether it works (test-message).";
    return [{ tone: "good", about: ABOUT, text }];
  }
  return ports === undefined ? [] : [await sendTest(webhook, inputs.name ?? DEFAULT_NAME, ports)];
}

async function sendTest(webhook: Webhook, name: string, ports: Ports): Promise<Finding> {
  const [{ deliver }, { renderTest }] = await Promise.all([
    import("../notify/discord.ts"),
    import("../notify/test-message.ts"),
  ]);
  const { repository, url } = ports.caller.fullRun;
  const embed = renderTest({ repository, url }, { name, at: instantOf(ports.now()) });
  const { warnings, kept, refused } = await deliver({
    webhook,
    posts: [{ items: [{ ids: ["test"], embed: redacted(embed, ports.redact) }] }],
    fetch: ports.fetch,
    sleep: ports.waiting.sleep,
    now: ports.now,
  });
  return kept.length + refused.length === 0
    ? { tone: "good", about: ABOUT, text: "the test message has arrived in the channel." }
    : { tone: "bad", about: ABOUT, text: warnings.join(" ") };
}
