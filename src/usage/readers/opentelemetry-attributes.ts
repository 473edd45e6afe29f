import { countIn, hasNumber, partIn } from "../count-in.ts";
import { parsed } from "../json-blocks.ts";
import { isObject, type JsonObject, own, textIn } from "../json-text.ts";
import { reportedCostOf } from "../reader.ts";
import type { UsageFacts } from "../usage.ts";

// What instrumentations write: the conventions of OpenTelemetry (https://opentelemetry.io/docs/specs/semconv/gen-ai/),
// now and formerly, the Vercel AI SDK's (https://ai-sdk.dev/docs/ai-sdk-core/telemetry) and OpenInference's
// (https://arize-ai.github.io/openinference/spec/attributes/semantic-conventions.html).
const INPUT = [
  ...["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"],
  ...["ai.usage.inputTokens", "ai.usage.promptTokens", "llm.token_count.prompt"],
] as const;
const OUTPUT = [
  ...["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"],
  ...["ai.usage.outputTokens", "ai.usage.completionTokens", "llm.token_count.completion"],
] as const;
const CACHE_READ = [
  ...["gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens"],
  ...["gen_ai.usage.input_tokens.cached", "gen_ai.usage.details.cache_read_tokens"],
  ...["ai.usage.inputTokenDetails.cacheReadTokens", "ai.usage.cachedInputTokens"],
  "llm.token_count.prompt_details.cache_read",
] as const;
const CACHE_WRITE = [
  ...["gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens"],
  ...["gen_ai.usage.cache_write.input_tokens", "gen_ai.usage.cache_write_input_tokens"],
  ...["gen_ai.usage.input_tokens.cache_write", "gen_ai.usage.details.cache_write_tokens"],
  ...["ai.usage.inputTokenDetails.cacheWriteTokens", "llm.token_count.prompt_details.cache_write"],
] as const;
const REASONING = [
  ...["gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.output_tokens.reasoning"],
  ...["gen_ai.usage.reasoning_tokens", "gen_ai.usage.details.reasoning_tokens"],
  ...["ai.usage.outputTokenDetails.reasoningTokens", "ai.usage.reasoningTokens"],
  "llm.token_count.completion_details.reasoning",
] as const;
const COST = ["gen_ai.usage.cost", "operation.cost", "llm.cost.total"] as const;
const MODEL = [
  ...["gen_ai.response.model", "ai.response.model", "llm.response.model_name", "llm.model_name"],
  ...["gen_ai.request.model", "ai.model.id", "llm.request.model_name"],
] as const;
const PROVIDER = [
  ...["gen_ai.provider.name", "gen_ai.system", "ai.model.provider", "llm.provider", "llm.system"],
] as const;
const TIER = [
  ...["openai.response.service_tier", "gen_ai.openai.response.service_tier", "gen_ai.response.service_tier"],
  ...["openai.request.service_tier", "gen_ai.openai.request.service_tier", "gen_ai.request.service_tier"],
] as const;
const RESPONSE = ["gen_ai.response.id", "ai.response.id", "llm.response.id"] as const;
const OPERATION = ["gen_ai.operation.name", "ai.operationId", "operation.name"] as const;

// Prefixes and the provider that sells these models, in the price table's words; for others the model's name decides.
const PROVIDERS: readonly (readonly [RegExp, string])[] = [
  [/^(?:azure|az\.)/, "azure"],
  [/^(?:aws|amazon|bedrock)/, "aws"],
  [/^(?:gcp|google|vertex|gemini)/, "google"],
  [/^(?:x_?ai)\b/, "x-ai"],
  [/^mistral/, "mistral"],
  [/^openai/, "openai"],
  [/^anthropic/, "anthropic"],
  [/^(?:deepseek|groq|cohere|perplexity|openrouter)$/, ""],
];

// Spans of these operations sum up what others used; of the AI SDK all that aren't one request to a model.
const SUMS = /^(?:invoke_agent|invoke_workflow|create_agent|execute_tool)$|^ai\.(?!\w+\.do[A-Z])/;

export function hasTokens(attributes: JsonObject): boolean {
  return hasNumber(attributes, ...INPUT, ...OUTPUT);
}

/** The id of the answer, which identifies two spans of one request. */
export function responseOf(attributes: JsonObject): string {
  return firstText(attributes, RESPONSE);
}

/** Whether a span isn't of one request to a model, but of what made them. */
export function isSumOfOthers(attributes: JsonObject): boolean {
  const kind = textIn(attributes, "openinference.span.kind");
  if (kind !== "") return kind !== "LLM" && kind !== "EMBEDDING";
  // The AI SDK adds the function's own name after a blank.
  return SUMS.test(firstText(attributes, OPERATION).split(" ")[0] ?? "");
}

export function namesIn(attributes: JsonObject): UsageFacts {
  const name = firstText(attributes, PROVIDER).toLowerCase();
  const known = PROVIDERS.find(([form]) => form.test(name));
  return {
    provider: known === undefined ? "" : known[1] || name,
    model: firstText(attributes, MODEL),
    tier: firstText(attributes, TIER),
  };
}

/** Throws a UsageError ("bad-usage") for counts that make no sense. */
export function tokensIn(attributes: JsonObject): UsageFacts {
  const read = countIn(attributes, ...CACHE_READ);
  const written = countIn(attributes, ...CACHE_WRITE) || writtenByClaude(attributes);
  const input = countIn(attributes, ...INPUT);
  const output = countIn(attributes, ...OUTPUT);
  const reasoning = countIn(attributes, ...REASONING);
  // The convention counts what was cached with the input; instrumentations older than it don't.
  const isCachedBeside = read + written > input || isOldSdkOfClaude(attributes);
  const total = countIn(attributes, "ai.usage.totalTokens");
  const isReasoningBeside = reasoning > output || (reasoning > 0 && total === input + output + reasoning);
  return {
    input: isCachedBeside ? input + read + written : input,
    cache_read: read,
    cache_write_5m: written,
    output: isReasoningBeside ? output + reasoning : output,
    reasoning,
  };
}

/** Throws a UsageError ("bad-usage") for what is no amount. */
export function costIn(attributes: JsonObject): Pick<UsageFacts, "reported_cost"> {
  const key = COST.find((candidate) => hasNumber(attributes, candidate));
  return key === undefined ? {} : { reported_cost: reportedCostOf(key, own(attributes, key)) };
}

/** Before version 6 the AI SDK reports the input of Claude models without what went through the cache. */
function isOldSdkOfClaude(attributes: JsonObject): boolean {
  const details = ["noCacheTokens", "cacheReadTokens", "cacheWriteTokens"];
  const isOld = !hasNumber(attributes, ...details.map((key) => `ai.usage.inputTokenDetails.${key}`));
  const isSdk = hasNumber(attributes, "ai.usage.inputTokens", "ai.usage.promptTokens");
  return isOld && isSdk && /\bclaude\b/i.test(firstText(attributes, MODEL));
}

/** What those versions have in their provider's metadata alone. */
function writtenByClaude(attributes: JsonObject): number {
  const metadata = parsed(textIn(attributes, "ai.response.providerMetadata"));
  return isObject(metadata) ? countIn(partIn(metadata, "anthropic"), "cacheCreationInputTokens") : 0;
}

function firstText(attributes: JsonObject, keys: readonly string[]): string {
  return keys.map((key) => textIn(attributes, key)).find((text) => text !== "") ?? "";
}
