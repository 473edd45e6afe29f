import { callsReport } from "../calls-report.ts";
import { countIn, hasNumber, objectsInList, partIn } from "../count-in.ts";
import { type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { type Reader, reportedCostOf } from "../reader.ts";
import { type UsageLine, type UsageReport, usageLine } from "../usage.ts";

/**
 * The Vercel AI SDK: the result of generateText and its kin, the parts of a full stream, or a bare usage object.
 * `usage` is the last step's alone, `totalUsage` all of it. Before version 6 the input of Claude models lacks what
 * went through the cache, and the output of some models the reasoning.
 */
export const vercelAiSdk: Reader = {
  name: "vercel-ai-sdk",
  title: "Vercel AI SDK (the result with usage or totalUsage, or the parts of its full stream)",
  recognise: (object) => isResult(object) || isPart(object) || isBare(object),
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
  const lines: UsageLine[] = [];
  const seen = new Set<string>();
  let steps: UsageLine[] = [];
  for (const object of objects) {
    const type = textIn(object, "type");
    const id = textIn(objectIn(object, "response") ?? {}, "id");
    if (id !== "" && seen.has(id)) continue;
    if (isBare(object)) lines.push(lineOf(object, object));
    if (isResult(object)) lines.push(...linesOf(object, objectsInList(object, "steps").flatMap(lineOfStep)));
    if (isPart(object) && type !== "finish") steps.push(...lineOfStep(object));
    if (isPart(object) && type === "finish") {
      lines.push(...linesOf(object, steps));
      steps = [];
    }
    seen.add(id);
  }
  const missing = steps.length === 0 ? [] : ["A stream of the AI SDK broke off: what it used since is unknown."];
  return callsReport({ format: vercelAiSdk.name, lines: [...lines, ...steps], missing });
}

function lineOfStep(step: JsonObject): UsageLine[] {
  const usage = objectIn(step, "usage");
  return isUsage(usage) ? [lineOf(step, usage)] : [];
}

/** The steps where they are all of it, since each has its own model and length; else the sum. */
function linesOf(result: JsonObject, steps: readonly UsageLine[]): UsageLine[] {
  const usage = partIn(result, "totalUsage", "usage");
  if (!isUsage(usage)) return [];
  const whole = lineOf({ ...result, modelId: modelOf(result) || (steps.at(-1)?.model ?? "") }, usage);
  const total = (key: "input" | "output") => steps.reduce((sum, step) => sum + step[key], 0);
  const areAll = steps.length > 0 && total("input") >= whole.input && total("output") >= whole.output;
  if (areAll) return [...steps];
  return [steps.length > 1 || Object.hasOwn(result, "totalUsage") ? { ...whole, aggregate: true } : whole];
}

function modelOf(result: JsonObject): string {
  const named = textIn(objectIn(result, "response") ?? {}, "modelId") || textIn(result, "modelId");
  return named || textIn(result, "model") || textIn(objectIn(result, "model") ?? {}, "modelId");
}

function lineOf(result: JsonObject, usage: JsonObject): UsageLine {
  const model = modelOf(result);
  const metadata = partIn(result, "providerMetadata", "experimental_providerMetadata");
  const bill = partIn(metadata, "gateway");
  const cost = bill === undefined ? undefined : own(bill, "cost");
  return usageLine({
    model,
    ...inputOf(usage, model, partIn(metadata, "anthropic")),
    ...outputOf(usage),
    requests: 1,
    ...(typeof cost === "string" || typeof cost === "number"
      ? { reported_cost: reportedCostOf("the gateway's cost", Number(cost)), billed: true }
      : {}),
  });
}

function inputOf(usage: JsonObject, model: string, anthropic: JsonObject | undefined) {
  const parts = partIn(usage, "inputTokens");
  const details = parts ?? partIn(usage, "inputTokenDetails");
  const said = parts ? countIn(parts, "total") : countIn(usage, ...NAMES_OF_INPUT);
  const read = countIn(details, "cacheReadTokens", "cacheRead") || countIn(usage, "cachedInputTokens");
  const written = countIn(details, "cacheWriteTokens", "cacheWrite") || countIn(anthropic, "cacheCreationInputTokens");
  const isClaude = anthropic !== undefined || /\bclaude\b/i.test(model);
  const isBeside = details === undefined && (isClaude || read + written > said);
  return { input: isBeside ? said + read + written : said, cache_read: read, cache_write_5m: written };
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
