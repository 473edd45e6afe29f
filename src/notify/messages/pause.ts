import * as z from "zod/mini";
import { instant } from "../../values/codecs.ts";
import { harmless } from "../../values/foreign-text.ts";
import { isTimeZone } from "../../values/month.ts";
import { type Content, field, originFields } from "./embed.ts";
import { discordTime } from "./figures.ts";

export const pauseFacts = z.object({
  ...originFields,
  change: z.enum(["paused", "resumed", "ended"]),
  actor: z.string(),
  reason: z.string(),
  until: z.nullable(instant),
  below: z.nullable(z.literal("normal")),
  timezone: z.string().check(z.refine(isTimeZone, "not a time zone")),
});

/** "⏸️ Paused by octocat", with the reason, who waits and until when; "▶️ Resumed by octocat"; "▶️ The pause has ended". */
export function pauseContent(facts: z.output<typeof pauseFacts>): Content {
  const actor = harmless(facts.actor, 100);
  const reason = harmless(facts.reason, 1500);
  if (facts.change === "resumed") {
    return { title: `▶️ Resumed by ${actor}`, description: reason || "Runs start again." };
  }
  if (facts.change === "ended") {
    const paused = reason === "" ? actor : `${actor}: ${reason}`;
    return { title: "▶️ The pause has ended", description: `Runs start again. It was by ${paused}` };
  }
  const who = facts.below === null ? "Every run" : "Runs of low priority";
  const until =
    facts.until === null
      ? "A maintainer resumes"
      : `${discordTime(facts.until, "f")} (${discordTime(facts.until, "R")})`;
  return {
    title: `⏸️ Paused by ${actor}`,
    description: reason,
    fields: [field("🚦 Waits", who), field("⏳ Until", until)],
  };
}
