import type { Instant } from "../../values/month.ts";
import { callsReport } from "../calls-report.ts";
import { countIn, hasNumber, objectsInList, partIn } from "../count-in.ts";
import { isObject, type JsonObject, own, textIn } from "../json-text.ts";
import { type IsMetered, instantIn, meteredBy, type Reader } from "../reader.ts";
import { plainTier } from "../service.ts";
import { type Said, soundLines } from "../sound-lines.ts";
import type { UsageFacts, UsageReport } from "../usage.ts";
import { billedSearches, groundingOf } from "./provider-tools.ts";

/**
 * Gemini's generateContent, bodies and streams, from AI Studio and Vertex; also as the Python library dumps them. The
 * prompt contains what was cached; results of tools are further input, thoughts further output; of a stream the last
 * chunk counts.
 */
export const geminiApi: Reader = {
  name: "gemini-api",
  title: "Gemini API generateContent (response bodies and streams)",
  recognize: (object) => metadataIn(object) !== undefined,
  read: (objects, isMetered) => reportOf(callsOf(objects), isMetered),
};

type Call = {
  readonly id: string;
  readonly model: string;
  readonly usage: JsonObject;
  readonly ended: boolean;
  readonly at: Instant | undefined;
  /** What its chunks say of the searches the answer rests on. */
  readonly grounding: readonly JsonObject[];
};

function metadataIn(object: JsonObject): JsonObject | undefined {
  const usage = partIn(object, "usageMetadata", "usage_metadata");
  return hasNumber(usage, "promptTokenCount", "prompt_token_count") ? usage : undefined;
}

/** Each answer once, by its id; without ids a chunk that gives a reason to finish is the last of its answer. */
function callsOf(objects: Iterable<JsonObject>): Call[] {
  const calls = new Map<string, Call>();
  let open = "";
  for (const object of objects) {
    const usage = metadataIn(object);
    if (usage === undefined) continue;
    const id = textIn(object, "responseId") || textIn(object, "response_id");
    const key = id || open || `#${calls.size}`;
    const known = calls.get(key);
    const ended = isLast(object) || known?.ended === true;
    const model = textIn(object, "modelVersion") || textIn(object, "model_version");
    calls.set(key, {
      id,
      model: model || (known?.model ?? ""),
      usage: { ...known?.usage, ...usage },
      ended,
      at: instantIn(own(object, "createTime") ?? own(object, "create_time")) ?? known?.at,
      grounding: [...(known?.grounding ?? []), ...groundingIn(object)],
    });
    open = id === "" && !ended ? key : "";
  }
  return [...calls.values()];
}

function groundingIn(object: JsonObject): JsonObject[] {
  const candidates = objectsInList(object, "candidates");
  return candidates.map((candidate) => partIn(candidate, "groundingMetadata", "grounding_metadata")).filter(isObject);
}

function isLast(object: JsonObject): boolean {
  const isFinished = objectsInList(object, "candidates").some((candidate) =>
    ["finishReason", "finish_reason"].some((key) => typeof own(candidate, key) === "string"),
  );
  const feedback = partIn(object, "promptFeedback", "prompt_feedback") ?? {};
  return isFinished || ["blockReason", "block_reason"].some((key) => typeof own(feedback, key) === "string");
}

function reportOf(calls: readonly Call[], isMetered: IsMetered | undefined): UsageReport {
  const missing = calls.every((call) => call.ended)
    ? []
    : ["A stream broke off before its last figures: the output counted is a minimum."];
  const sound = soundLines(calls.map((call) => saidBy(call, isMetered)));
  return callsReport({ ...sound, format: geminiApi.name, missing: [...missing, ...sound.missing] });
}

/** Vertex AI says by the traffic's type how it was served, the Gemini API by a tier. */
function saidBy({ id, model, usage, at, grounding }: Call, isMetered: IsMetered | undefined): Said {
  const word = (...keys: readonly string[]) => keys.map((key) => textIn(usage, key)).find((text) => text !== "");
  const tier = plainTier(word("trafficType", "traffic_type"), word("serviceTier", "service_tier"));
  return {
    about: { provider: "google", model, at, tier, ...meteredBy(id, isMetered) },
    counts: () => ({ ...countsOf(usage), extras: groundingOf(grounding, model, billedSearches(usage)), requests: 1 }),
  };
}

function countsOf(usage: JsonObject): UsageFacts {
  const thoughts = countIn(usage, "thoughtsTokenCount", "thoughts_token_count");
  return {
    input:
      countIn(usage, "promptTokenCount", "prompt_token_count") +
      countIn(usage, "toolUsePromptTokenCount", "tool_use_prompt_token_count"),
    cache_read: countIn(usage, "cachedContentTokenCount", "cached_content_token_count"),
    output: countIn(usage, "candidatesTokenCount", "candidates_token_count") + thoughts,
    reasoning: thoughts,
    audio_input: audioIn(usage, "promptTokensDetails", "prompt_tokens_details"),
    audio_output: audioIn(usage, "candidatesTokensDetails", "candidates_tokens_details"),
  };
}

function audioIn(usage: JsonObject, ...keys: readonly string[]): number {
  return keys
    .flatMap((key) => objectsInList(usage, key))
    .filter((detail) => textIn(detail, "modality") === "AUDIO")
    .reduce((total, detail) => total + countIn(detail, "tokenCount", "token_count"), 0);
}
