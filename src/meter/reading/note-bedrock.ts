import { countIn } from "../../usage/count-in.ts";
import { type JsonObject, objectIn, own } from "../../usage/json-text.ts";
import { keep, type Notes, only } from "./notes.ts";

const CONVERSE_KEYS = [
  "usage",
  "metrics",
  "serviceTier",
  "performanceConfig",
  "trace",
  "stopReason",
  "modelId",
] as const;

/** Notes what Converse answers, or one event of its stream. */
export function noteConverse(notes: Notes, event: JsonObject): void {
  const metadata = objectIn(event, "metadata");
  const start = objectIn(event, "messageStart");
  if (metadata) {
    keep(notes, { metadata: only(metadata, ...CONVERSE_KEYS) }, "");
    notes.isOver = true;
  } else if (start) keep(notes, { messageStart: only(start, "role") }, "");
  else if (objectIn(event, "usage")) {
    keep(notes, { ...only(event, ...CONVERSE_KEYS), output: { message: {} } }, "");
  } else if (Object.keys(event).some((key) => key.endsWith("Exception"))) notes.hasFailed = true;
}

/** What Bedrock counts itself in the last piece of any model's stream, and what Meta's models say in a body. */
export function noteCounted(notes: Notes, event: JsonObject): void {
  const metrics = objectIn(event, METRICS);
  if (notes.figures.some(hasUsage)) return;
  if (metrics !== undefined)
    keepCounted(notes, {
      inputTokens: own(metrics, "inputTokenCount"),
      outputTokens: own(metrics, "outputTokenCount"),
      cacheReadInputTokens: own(metrics, "cacheReadInputTokenCount"),
      cacheWriteInputTokens: own(metrics, "cacheWriteInputTokenCount"),
    });
  else if (typeof own(event, "prompt_token_count") === "number" && own(event, "stop_reason") !== null)
    keepCounted(notes, {
      inputTokens: own(event, "prompt_token_count"),
      outputTokens: countIn(event, "generation_token_count"),
    });
}

const METRICS = "amazon-bedrock-invocationMetrics";

function keepCounted(notes: Notes, usage: JsonObject): void {
  keep(notes, { metadata: { usage, metrics: {} } }, "");
  notes.isOver = true;
}

function hasUsage(figures: JsonObject): boolean {
  return (
    objectIn(figures, "usage") !== undefined || objectIn(objectIn(figures, "message") ?? {}, "usage") !== undefined
  );
}
