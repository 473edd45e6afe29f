import * as z from "zod/mini";
import { ALERT_KINDS, SEVERITIES } from "../../books/notify-keys.ts";
import { instant } from "../../values/codecs.ts";
import { harmless } from "../../values/foreign-text.ts";
import { acknowledgingField } from "./acknowledging.ts";
import { type Content, field, originFields } from "./embed.ts";
import { discordTime } from "./figures.ts";

export const escalationFacts = z.object({
  ...originFields,
  alert: z.string(),
  of: z.enum(ALERT_KINDS),
  severity: z.enum(SEVERITIES),
  at: instant,
  text: z.string(),
});

/** "🚨 Nobody has acknowledged A-0214-3", with what it is about and since when. */
export function escalationContent(facts: z.output<typeof escalationFacts>): Content {
  return {
    title: `🚨 Nobody has acknowledged ${harmless(facts.alert, 40)}`,
    description: harmless(facts.text, 1500),
    fields: [
      field("🌡️ Severity", facts.severity),
      field("⏳ Raised", discordTime(facts.at, "R")),
      ...acknowledgingField([{ id: facts.alert, severity: facts.severity }], facts),
    ],
  };
}
