import { callsReport } from "../calls-report.ts";
import { countIn, hasNumber, objectsInList, partIn } from "../count-in.ts";
import { type JsonObject, objectIn, textIn } from "../json-text.ts";
import { instantIn, type Reader } from "../reader.ts";
import { plainTier } from "../service.ts";
import { type Said, soundLines } from "../sound-lines.ts";
import type { UsageFacts, UsageReport } from "../usage.ts";

/**
 * Amazon Bedrock's Converse and ConverseStream, whose last event has the usage. `inputTokens` counts neither what was
 * read from a cache nor what was written to one; the model is named only where a router chose it.
 */
export const bedrock: Reader = {
  name: "bedrock",
  title: "Amazon Bedrock Converse (response bodies and streams)",
  recognize: (object) => answerIn(object) !== undefined || isStart(object),
  read: (objects) => reportOf(objects),
};

/** The part of an object that has the usage: a body itself, or what a stream's last event carries. */
function answerIn(object: JsonObject): JsonObject | undefined {
  const metadata = objectIn(object, "metadata");
  if (metadata && hasUsage(metadata) && objectIn(metadata, "metrics")) return metadata;
  if (textIn(object, "stopReason") === "" || !hasUsage(object)) return undefined;
  const isBody = objectIn(objectIn(object, "output") ?? {}, "message") !== undefined || objectIn(object, "metrics");
  return isBody ? object : undefined;
}

function hasUsage(object: JsonObject | undefined): boolean {
  const usage = partIn(object, "usage");
  return hasNumber(usage, "inputTokens") && hasNumber(usage, "outputTokens");
}

function isStart(object: JsonObject): boolean {
  const start = objectIn(object, "messageStart");
  return start !== undefined && textIn(start, "role") === "assistant";
}

function reportOf(objects: Iterable<JsonObject>): UsageReport {
  const calls = new Map<string, Said>();
  let started = 0;
  for (const object of objects) {
    const answer = answerIn(object);
    if (isStart(object)) started += 1;
    if (answer === undefined) continue;
    if (answer !== object) started = Math.max(0, started - 1);
    calls.set(requestIdOf(object) || `#${calls.size}`, saidBy(object, answer));
  }
  const missing = started === 0 ? [] : ["A stream broke off before the event that reports its usage."];
  const sound = soundLines(calls.values());
  return callsReport({ ...sound, format: bedrock.name, missing: [...missing, ...sound.missing] });
}

/** The id under which the Python and the JavaScript library keep it. */
function requestIdOf(object: JsonObject): string {
  return (
    textIn(objectIn(object, "ResponseMetadata") ?? {}, "RequestId") ||
    textIn(objectIn(object, "$metadata") ?? {}, "requestId")
  );
}

/** How it was served is next to the usage: the tier, and whether latency was optimized. */
function saidBy(object: JsonObject, answer: JsonObject): Said {
  const router = partIn(objectIn(answer, "trace"), "promptRouter") ?? {};
  const tier = textIn(objectIn(answer, "serviceTier") ?? {}, "type");
  const latency = textIn(objectIn(answer, "performanceConfig") ?? {}, "latency");
  const headers = partIn(objectIn(object, "ResponseMetadata"), "HTTPHeaders");
  return {
    about: {
      provider: "aws",
      model: textIn(router, "invokedModelId") || textIn(object, "modelId"),
      tier: plainTier(tier, latency),
      at: instantIn(headers && textIn(headers, "date")),
    },
    counts: () => countsOf(objectIn(answer, "usage")),
  };
}

function countsOf(usage: JsonObject | undefined): UsageFacts {
  const read = countIn(usage, "cacheReadInputTokens");
  const written = countIn(usage, "cacheWriteInputTokens");
  const hour = objectsInList(usage, "cacheDetails")
    .filter((detail) => textIn(detail, "ttl") === "1h")
    .reduce((total, detail) => total + countIn(detail, "inputTokens"), 0);
  return {
    input: countIn(usage, "inputTokens") + read + written,
    cache_read: read,
    cache_write_5m: Math.max(0, written - hour),
    cache_write_1h: Math.min(written, hour),
    output: countIn(usage, "outputTokens"),
    requests: 1,
  };
}
