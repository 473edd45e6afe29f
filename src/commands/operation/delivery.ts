import type { Note } from "../../books/draft.ts";
import type { ChatterFacts } from "../../books/messages/facts.ts";
import { leasedBy } from "../../books/messages/outbox.ts";
import type { RuleInputs } from "../../inputs/settings-of.ts";
import type { Webhook } from "../../notify/discord/webhook.ts";
import type { Snapshot } from "../../store/port.ts";
import type { BudgetError } from "../../values/errors.ts";
import { instantOf } from "../../values/month.ts";
import { type Operated, operate } from "./operate.ts";
import type { Ports } from "./ports.ts";
import { redacted } from "./redacted.ts";
import type { Rules } from "./rules.ts";

/** What the run itself has to say; sent once, never queued. */
export type Chatter =
  | { readonly kind: "start"; readonly facts: ChatterFacts["start"] }
  | { readonly kind: "complete"; readonly facts: ChatterFacts["complete"] };

/** Tells the channel that the books can't be read. They can't keep the message either, so each run tells it anew. */
export function alarmOf(ports: Ports, rules: Rules, error: BudgetError): (() => Promise<readonly Note[]>) | null {
  const { webhook } = ports;
  if (webhook === null || !rules.settings.notify.includes("warning")) return null;
  const { repository, url } = ports.caller.fullRun;
  const facts = { health: "blocked", repository, url, about: "books-unreadable", text: error.message };
  const message = { id: "alarm", kind: "warning" as const, facts, queued_at: instantOf(ports.now()) };
  return async () => {
    const { warnings } = await send(ports, webhook, rules.settings.name, { leased: [message], chatter: undefined });
    return warnings.map((text) => ({ level: "warning", text }));
  };
}

/**
 * Delivers the messages an operation has taken the lease on, and what the run itself has to say, then takes what was
 * sent off the queue. Null where there is nothing to send. The books are done by now: every trouble is a note.
 */
export function deliveryOf(
  ports: Ports,
  inputs: RuleInputs,
  operated: Operated,
  chatter: Chatter | undefined,
): (() => Promise<readonly Note[]>) | null {
  const { webhook } = ports;
  if (webhook === null) return null;
  const operation = operated.operation;
  const leased = leasedBy(operated.state, operation);
  const said = chatter !== undefined && operated.rules.settings.notify.includes(chatter.kind) ? chatter : undefined;
  if (leased.length === 0 && said === undefined) return null;
  return async () => {
    const { delivered, refused, warnings } = await send(ports, webhook, operated.rules.settings.name, {
      leased,
      chatter: said,
    });
    const done = [...delivered, ...refused];
    ports.log(`${delivered.length} of ${leased.length} queued messages delivered.`);
    const notes: Note[] = warnings.map((text) => ({ level: "warning", text }));
    if (done.length > 0) notes.push(...(await takeOff(ports, inputs, { messages: done, from: operated.after })));
    return notes;
  };
}

async function send(
  ports: Ports,
  webhook: Webhook,
  name: string,
  { leased, chatter }: { readonly leased: ReturnType<typeof leasedBy>; readonly chatter: Chatter | undefined },
) {
  // Only a run with something to say needs this code.
  const [{ deliver }, { deliverablesOf }, { packPosts }, { renderStart, renderComplete }] = await Promise.all([
    import("../../notify/discord/deliver.ts"),
    import("../../notify/messages/digest.ts"),
    import("../../notify/discord/posts.ts"),
    import("../../notify/messages/chatter.ts"),
  ]);
  const wording = { name };
  const at = instantOf(ports.now());
  const own =
    chatter === undefined
      ? []
      : [
          {
            ids: [],
            embed:
              chatter.kind === "start"
                ? renderStart(chatter.facts, { ...wording, at })
                : renderComplete(chatter.facts, { ...wording, at }),
          },
        ];
  return deliver({
    webhook,
    posts: packPosts(redacted([...own, ...deliverablesOf(leased, wording)], ports.redact)),
    fetch: ports.fetch,
    sleep: ports.waiting.sleep,
    now: ports.now,
  });
}

/** A message that was sent and stays queued is sent again once its lease is over: at least once, never lost. */
async function takeOff(
  ports: Ports,
  inputs: RuleInputs,
  { messages, from }: { readonly messages: readonly string[]; readonly from: Snapshot | null },
): Promise<Note[]> {
  const request = { kind: "sent", id: ports.newId(), messages } as const;
  const operated = await operate(ports, inputs, {
    ...{ strictness: "lenient", mustExist: true, isDelivering: false, from },
    request: async () => ({ request }),
  });
  if (operated.ok) return [];
  const text = `The messages were sent, but could not be taken off the queue: they may be sent once more. ${operated.error.message}`;
  return [{ level: "warning", text }];
}
