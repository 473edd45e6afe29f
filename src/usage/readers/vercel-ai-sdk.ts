import { callsReport } from "../calls-report.ts";
import { countIn, hasNumber, objectsInList, partIn } from "../count-in.ts";
import { type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { instantIn, type Reader, reportedCostOf } from "../reader.ts";
import { attempted, type Said, soundLines } from "../sound-lines.ts";
import { type UsageLine, type UsageReport, usageLine } from "../usage.ts";
import { UsageError } from "../usage-error.ts";
import { serviceOfMetadata, toolsOfResult } from "./vercel-metadata.ts";

/**
 * The Vercel AI SDK: the result of generateText and its kin, the parts of a full stream, or a bare usage object.
 * `usage` is the last step's alone, `totalUsage` all of it. Before version 6 the input of Claude models lacks what
 * went through the cache, and the output of some models the reasoning.
 */
export const vercelAiSdk: Reader = {
  name: "vercel-ai-sdk",
  title: "Vercel AI SDK (the result with usage or totalUsage, or the parts of its full stream)",
  recognize: (object) => isResult(object) || isPart(object) || isBare(object),
  read: (objects) => reportOf(objects),
};

const NAMES_OF_INPUT = ["inputTokens", "promptTokens"] as const;
const NAMES_OF_OUTPUT = ["outputTokens", "completionTokens"] as const;

function isUsage(usage: JsonObject | undefined): usage is JsonObject {
  const isFlat = hasNumber(usage, ...NAMES_OF_INPUT) && hasNumber(usage, ...NAMES_OF_OUTPUT);
  return isFlat || hasNumber(partIn(usage, "inputTokens"), "total");
}

function isResult(object: JsonObject): boolean {
  if (Object.hasOwn(object, "type")) return false;
  if (!Object.hasOwn(object, "usage") && !Object.hasOwn(object, "totalUsage")) return false;
  if (isUsage(objectIn(object, "totalUsage"))) return true;
  const isNamed = textIn(object, "finishReason") !== "" || textIn(objectIn(object, "response") ?? {}, "modelId") !== "";
  return isUsage(objectIn(object, "usage")) && (isNamed || Array.isArray(own(object, "steps")));
}

function isPart(object: JsonObject): boolean {
  const type = textIn(object, "type");
  if (type === "finish") return isUsage(partIn(object, "totalUsage", "usage"));
  return (type === "finish-step" || type === "step-finish") && isUsage(objectIn(object, "usage"));
}

function isBare(object: JsonObject): boolean {
  if (Object.hasOwn(object, "type") || !Object.hasOwn(object, "outputTokens")) return false;
  const hasDetails = ["inputTokenDetails", "outputTokenDetails", "cachedInputTokens", "reasoningTokens"].some((key) =>
    Object.hasOwn(object, key),
  );
  return hasDetails && isUsage(object);
}

function reportOf(objects: Iterable<JsonObject>): UsageReport {
  const said: Said[] = [];
  const seen = new Set<string>();
  let steps: Said[] = [];
  let calls: JsonObject[] = [];
  for (const object of objects) {
    const type = textIn(object, "type");
    const id = textIn(objectIn(object, "response") ?? {}, "id");
    if (id !== "" && seen.has(id)) continue;
    if (type === "tool-call") calls.push(object);
    if (isBare(object)) said.push(saidBy(object, object));
    if (isResult(object)) said.push(...saidByResult(object, objectsInList(object, "steps").flatMap(saidByStep)));
    if (isPart(object) && type !== "finish") {
      steps.push(...saidByStep({ ...object, toolCalls: calls }));
      calls = [];
    }
    if (isPart(object) && type === "finish") {
      said.push(...saidByResult({ ...object, toolCalls: calls }, steps));
      [steps, calls] = [[], []];
    }
    seen.add(id);
  }
  const missing = steps.length === 0 ? [] : ["A stream of the AI SDK broke off: its usage since then is unknown."];
  const sound = soundLines([...said, ...steps]);
  return callsReport({ ...sound, format: vercelAiSdk.name, missing: [...missing, ...sound.missing] });
}

function saidByStep(step: JsonObject): Said[] {
  const usage = objectIn(step, "usage");
  return isUsage(usage) ? [saidBy(step, usage)] : [];
}

/** The steps if they are complete, since each has its own model and length; otherwise the sum. */
function saidByResult(result: JsonObject, steps: readonly Said[]): Said[] {
  const usage = partIn(result, "totalUsage", "usage");
  if (!isUsage(usage)) return [];
  const model = modelOf(result) || (steps.at(-1)?.about.model ?? "");
  const whole = saidBy({ ...result, modelId: model }, usage);
  const isSum = steps.length > 1 || Object.hasOwn(result, "totalUsage");
  return areAll(steps, whole) ? [...steps] : [isSum ? { ...whole, about: { ...whole.about, aggregate: true } } : whole];
}

/** Whether steps make sense and count at least what the sum of them does, as far as that makes sense. */
function areAll(steps: readonly Said[], whole: Said): boolean {
  const lines = steps.map((step) => attempted(() => usageLine({ ...step.about, ...step.counts() })));
  const sound = lines.filter((line): line is UsageLine => !(line instanceof UsageError));
  if (lines.length === 0 || sound.length < lines.length) return false;
  const sum = attempted(() => usageLine(whole.counts()));
  const total = (key: "input" | "output") => sound.reduce((all, line) => all + line[key], 0);
  return sum instanceof UsageError || (total("input") >= sum.input && total("output") >= sum.output);
}

function modelOf(result: JsonObject): string {
  const named = textIn(objectIn(result, "response") ?? {}, "modelId") || textIn(result, "modelId");
  return named || textIn(result, "model") || textIn(objectIn(result, "model") ?? {}, "modelId");
}

/** What a result or a step says; how it was served and what the provider's tools did are in its metadata. */
function saidBy(result: JsonObject, usage: JsonObject): Said {
  const model = modelOf(result);
  const metadata = partIn(result, "providerMetadata", "experimental_providerMetadata");
  const bill = partIn(metadata, "gateway");
  const cost = bill === undefined ? undefined : own(bill, "cost");
  const isBilled = typeof cost === "string" || typeof cost === "number";
  return {
    about: { model, at: instantIn(own(partIn(result, "response") ?? {}, "timestamp")), ...serviceOfMetadata(metadata) },
    counts: () => ({
      ...inputOf(usage, model, partIn(metadata, "anthropic")),
      ...outputOf(usage),
      ...toolsOfResult(result, metadata, model),
      requests: 1,
    }),
    ...(isBilled
      ? { cost: () => ({ reported_cost: reportedCostOf("the gateway's cost", Number(cost)), billed: true }) }
      : {}),
  };
}

function inputOf(usage: JsonObject, model: string, anthropic: JsonObject | undefined) {
  const parts = partIn(usage, "inputTokens");
  const details = parts ?? partIn(usage, "inputTokenDetails");
  const said = parts ? countIn(parts, "total") : countIn(usage, ...NAMES_OF_INPUT);
  const read = countIn(details, "cacheReadTokens", "cacheRead") || countIn(usage, "cachedInputTokens");
  const written = countIn(details, "cacheWriteTokens", "cacheWrite") || countIn(anthropic, "cacheCreationInputTokens");
  const isClaude = anthropic !== undefined || /\bclaude\b/i.test(model);
  const isBeside = details === undefined && (isClaude || read + written > said);
  const creation = partIn(partIn(anthropic, "usage"), "cache_creation");
  const hour = Math.min(written, countIn(creation, "ephemeral_1h_input_tokens"));
  return {
    input: isBeside ? said + read + written : said,
    cache_read: read,
    cache_write_5m: written - hour,
    cache_write_1h: hour,
  };
}

function outputOf(usage: JsonObject) {
  const parts = partIn(usage, "outputTokens");
  const details = parts ?? partIn(usage, "outputTokenDetails");
  const said = parts ? countIn(parts, "total") : countIn(usage, ...NAMES_OF_OUTPUT);
  const reasoning = countIn(details, "reasoningTokens", "reasoning") || countIn(usage, "reasoningTokens");
  const input = parts ? 0 : countIn(usage, ...NAMES_OF_INPUT);
  const isInTotal = reasoning > 0 && countIn(usage, "totalTokens") === input + said + reasoning;
  const isBeside = details === undefined && (isInTotal || reasoning > said);
  return { output: isBeside ? said + reasoning : said, reasoning };
}
