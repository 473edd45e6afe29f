import { harmless } from "../../values/foreign-text.ts";
import type { Instant } from "../../values/month.ts";
import { type DecodedOrigin, type Embed, embedOf } from "./embed.ts";

/** "🩺 AI Orchestration - Test Message": what doctor posts to test the channel. */
export function renderTest(
  origin: DecodedOrigin,
  { name, at }: { readonly name: string; readonly at: Instant },
): Embed {
  const description = "The webhook works: this is where the budget's messages go.";
  return embedOf({ title: `🩺 ${harmless(name, 100)} - Test Message`, description }, origin, at);
}
