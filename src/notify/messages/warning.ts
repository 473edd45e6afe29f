import * as z from "zod/mini";
import type { WarningTopic } from "../../books/messages/facts.ts";
import { harmless } from "../../values/foreign-text.ts";
import { type Content, originFields } from "./embed.ts";

const TITLES: Readonly<Record<WarningTopic, string>> = {
  "books-unreadable": "The books can't be read",
  "unpriced-model": "A model has no price",
  "budget-changed": "The monthly budget was changed",
  denied: "A run was denied",
  "approval-waiting": "An approval is waiting",
  "channel-address": "A channel has another address",
  overrun: "A run costs more than expected",
};

export const warningFacts = z.object({ ...originFields, about: z.string(), text: z.string() });

/** "⚠️ A model has no price", with what happened and what to do. */
export function warningContent(facts: z.output<typeof warningFacts>): Content {
  // A topic of a newer release still shows its sentence.
  const title = Object.hasOwn(TITLES, facts.about) ? TITLES[facts.about as WarningTopic] : "Needs a person";
  return { title: `⚠️ ${title}`, description: harmless(facts.text, 2000) };
}
