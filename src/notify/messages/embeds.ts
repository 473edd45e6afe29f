import * as z from "zod/mini";
import type { OutgoingMessage } from "../../books/messages/leases.ts";
import type { LaterKind, MessageKind } from "../../books/notify-keys.ts";
import { harmless } from "../../values/foreign-text.ts";
import { adjustContent, adjustFacts } from "./adjust.ts";
import { alertContent, alertFacts } from "./alert.ts";
import { anomalyContent, anomalyFacts } from "./anomaly.ts";
import { type Content, type Embed, embedOf, originFields } from "./embed.ts";
import { escalationContent, escalationFacts } from "./escalation.ts";
import { exhaustedContent, exhaustedFacts } from "./exhausted.ts";
import { forecastContent, forecastFacts } from "./forecast.ts";
import { milestoneContent, milestoneFacts } from "./milestone.ts";
import { pauseContent, pauseFacts } from "./pause.ts";
import { recapContent, recapFacts } from "./recap.ts";
import { resetContent, resetFacts } from "./reset.ts";
import { warningContent, warningFacts } from "./warning.ts";

/** The parts of a queued message that make its text. */
type Message = Pick<OutgoingMessage, "kind" | "facts" | "queued_at">;

export type Wording = {
  /** The name that the channel knows, "AI Orchestration". */
  readonly name: string;
  /** The role that an exhausted message mentions, by its id. */
  readonly mention?: string | undefined;
};

type Render = (facts: unknown, name: string) => Content | undefined;

const RENDERERS: Readonly<Record<MessageKind | LaterKind, Render>> = {
  milestone: rendererOf(milestoneFacts, milestoneContent),
  alert: rendererOf(alertFacts, alertContent),
  exhausted: rendererOf(exhaustedFacts, exhaustedContent),
  recap: rendererOf(recapFacts, recapContent),
  reset: rendererOf(resetFacts, resetContent),
  adjust: rendererOf(adjustFacts, adjustContent),
  warning: rendererOf(warningFacts, warningContent),
  anomaly: rendererOf(anomalyFacts, anomalyContent),
  forecast: rendererOf(forecastFacts, forecastContent),
  escalation: rendererOf(escalationFacts, escalationContent),
  pause: rendererOf(pauseFacts, pauseContent),
};

const PLAIN_TITLES: Readonly<Record<MessageKind | LaterKind, string>> = {
  milestone: "🚀 Milestone Reached!",
  alert: "⚠️ The budget is running low",
  exhausted: "⛔ Monthly Budget Exhausted",
  recap: "📊 Monthly Recap",
  reset: "🔄 Budget Reset",
  adjust: "🔧 Budget Adjusted",
  warning: "⚠️ Needs a person",
  anomaly: "📈 An unusual day",
  forecast: "🔮 The budget may run out",
  escalation: "🚨 Nobody has acknowledged an alert",
  pause: "⏸️ The budget was paused or resumed",
};

/** A queued message as an embed within Discord's limits; a plain one if its facts can't be understood. Never throws. */
export function renderMessage(message: Message, { name }: Wording): Embed {
  const content = RENDERERS[message.kind](message.facts, harmless(name, 100)) ?? plainContent(message.kind);
  const origin = z.object(originFields).safeParse(message.facts);
  return embedOf(content, origin.data ?? {}, message.queued_at);
}

function rendererOf<T>(schema: z.ZodMiniType<T>, contentOf: (facts: T, name: string) => Content): Render {
  return (facts, name) => {
    const decoded = schema.safeParse(facts);
    return decoded.success ? contentOf(decoded.data, name) : undefined;
  };
}

function plainContent(kind: Message["kind"]): Content {
  return {
    title: PLAIN_TITLES[kind],
    description: "The figures of this message can't be read; `token-budget status` shows the current ones.",
  };
}
