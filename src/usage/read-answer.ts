import type { JsonObject } from "./json-text.ts";
import type { Reader } from "./reader.ts";
import { anthropic } from "./readers/anthropic.ts";
import { bedrock } from "./readers/bedrock.ts";
import { geminiApi } from "./readers/gemini-api.ts";
import { openai } from "./readers/openai.ts";
import { attempted } from "./sound-lines.ts";
import type { UsageReport } from "./usage.ts";
import { UsageError } from "./usage-error.ts";

/** The readers of what providers themselves answer, in the order of `READERS`. */
const PROVIDERS: readonly Reader[] = [anthropic, openai, geminiApi, bedrock];

/**
 * The usage in a provider's answer: its body, or the events of its stream. Undefined if there is none, or none that
 * makes sense.
 */
export function readAnswer(objects: readonly JsonObject[]): UsageReport | undefined {
  const reader = PROVIDERS.find(({ recognize }) => objects.some(recognize));
  const report = reader && attempted(() => reader.read(objects));
  return report instanceof UsageError ? undefined : report;
}
