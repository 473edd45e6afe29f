import * as z from "zod/mini";
import { ALL_KINDS, SEVERITIES, type Severity } from "../../books/notify-keys.ts";
import { instant } from "../../values/codecs.ts";
import { NOTHING } from "../../values/foreign-text.ts";
import type { Deliverable } from "../discord/posts.ts";
import { plainOf } from "../messages/markup.ts";

/** What a host gets that isn't a chat: one message. A later release may add keys and kinds. */
export const payload = z.looseObject({
  id: z.string(),
  kind: z.enum([...ALL_KINDS, "start", "complete", "test"]),
  severity: z.optional(z.enum(SEVERITIES)),
  at: instant,
  repository: z.optional(z.string()),
  budget: z.string(),
  title: z.string(),
  text: z.string(),
  fields: z.array(z.object({ name: z.string(), value: z.string() })),
  facts: z.record(z.string(), z.unknown()),
  url: z.optional(z.string()),
});

/** A message for programs: its facts as they are in the books, and what people read of it without any markup. */
export function payloadOf({ embed, about }: Deliverable): z.input<typeof payload> {
  if (about === undefined) throw new Error("a message that is about nothing");
  const { id, kind, severity, facts, at, budget } = about;
  const repository = facts["repository"];
  return {
    id,
    kind: kind as z.output<typeof payload>["kind"],
    ...(severity !== undefined && { severity: severity as Severity }),
    at,
    ...(typeof repository === "string" && { repository }),
    ...{ budget, title: plainOf(embed.title), text: plainOf(embed.description ?? "") },
    fields: (embed.fields ?? []).map(({ name, value }) => ({ name: plainOf(name), value: plainOf(value) || NOTHING })),
    facts: { ...facts },
    ...(embed.url !== undefined && { url: embed.url }),
  };
}
