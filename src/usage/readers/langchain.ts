import { callsReport } from "../calls-report.ts";
import { countIn, hasNumber, partIn } from "../count-in.ts";
import { isObject, type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import type { Reader } from "../reader.ts";
import { type UsageLine, type UsageReport, usageLine } from "../usage.ts";

/**
 * LangChain: messages with `usage_metadata`, in any of the forms in which they are written down, a state or a result
 * that has them, and what the usage callback collects by model. Input contains what was cached, output what was
 * reasoned; the chunks of one message add up.
 */
export const langchain: Reader = {
  name: "langchain",
  title: "LangChain (messages with usage_metadata, or the usage callback's figures by model)",
  recognise: (object) => messagesIn(object).length > 0 || modelsIn(object).length > 0,
  read: (objects) => reportOf(objects),
};

// Deeper than any form in which messages are kept; a file may be nested without end.
const MOST_DEPTH = 5;
const HOLDERS = ["kwargs", "data", "message", "output", "values"] as const;
const LISTS = ["messages", "generations"] as const;
const PLACES = [...HOLDERS, ...LISTS] as const;

function isUsage(usage: unknown): usage is JsonObject {
  return isObject(usage) && ["input_tokens", "output_tokens", "total_tokens"].every((key) => hasNumber(usage, key));
}

/** The messages of a model in an object, at any depth at which they are kept. */
function messagesIn(object: JsonObject, depth = 0): JsonObject[] {
  if (isUsage(own(object, "usage_metadata"))) return [object];
  if (depth >= MOST_DEPTH) return [];
  // Most objects of other tools have none of these: they are to cost nothing.
  if (!PLACES.some((key) => Object.hasOwn(object, key))) return [];
  const inside = HOLDERS.map((key) => objectIn(object, key)).filter((part) => part !== undefined);
  const listed = LISTS.flatMap((key) => flat(own(object, key), depth));
  return [...inside, ...listed].flatMap((part) => messagesIn(part, depth + 1));
}

/** Generations are lists of lists. */
function flat(list: unknown, depth: number): JsonObject[] {
  if (!Array.isArray(list) || depth >= MOST_DEPTH) return [];
  return list.flatMap((part: unknown) => (isObject(part) ? [part] : flat(part, depth + 1)));
}

/** The usage callback's figures: nothing but models and their usage. */
function modelsIn(object: JsonObject): (readonly [string, JsonObject])[] {
  const models = objectIn(object, "usage_metadata") ?? object;
  for (const model in models) if (!isUsage(own(models, model))) return [];
  return Object.entries(models) as [string, JsonObject][];
}

function reportOf(objects: Iterable<JsonObject>): UsageReport {
  const messages = new Map<string, UsageLine>();
  const sums: UsageLine[] = [];
  for (const object of objects) {
    const models = modelsIn(object);
    sums.push(...models.map(([model, usage]) => lineOf({ model, usage, isSum: true })));
    if (models.length > 0) continue;
    for (const message of messagesIn(object)) {
      const id = textIn(message, "id") || `#${messages.size}`;
      const known = messages.get(id);
      const line = lineOfMessage(message);
      messages.set(id, known && isChunk(message) ? joined(known, line) : line);
    }
  }
  return callsReport({ format: langchain.name, lines: [...sums, ...messages.values()] });
}

function isChunk(message: JsonObject): boolean {
  return textIn(message, "type") === "AIMessageChunk";
}

/** Two pieces of one answer: its model stands in only one of them. */
function joined(a: UsageLine, b: UsageLine): UsageLine {
  const keys = ["input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning"] as const;
  const more = ["audio_input", "audio_output"] as const;
  const counts = [...keys, ...more].map((key) => [key, a[key] + b[key]]);
  return usageLine({
    ...a,
    model: a.model || b.model,
    provider: a.provider || b.provider,
    ...Object.fromEntries(counts),
  });
}

function lineOfMessage(message: JsonObject): UsageLine {
  const metadata = partIn(message, "response_metadata");
  const model = ["model_name", "model", "model_id"]
    .map((key) => textIn(metadata ?? {}, key))
    .find((name) => name !== "");
  return lineOf({ model: model ?? "", usage: objectIn(message, "usage_metadata") ?? {}, isSum: false });
}

function lineOf({ model, usage, isSum }: { model: string; usage: JsonObject; isSum: boolean }): UsageLine {
  const ofInput = partIn(usage, "input_token_details");
  const ofOutput = partIn(usage, "output_token_details");
  const hour = countIn(ofInput, "ephemeral_1h_input_tokens");
  const short = countIn(ofInput, "ephemeral_5m_input_tokens");
  return usageLine({
    model,
    input: countIn(usage, "input_tokens"),
    cache_read: countIn(ofInput, "cache_read"),
    cache_write_5m: Math.max(short, countIn(ofInput, "cache_creation") - hour),
    cache_write_1h: hour,
    output: countIn(usage, "output_tokens"),
    reasoning: countIn(ofOutput, "reasoning"),
    audio_input: countIn(ofInput, "audio"),
    audio_output: countIn(ofOutput, "audio"),
    requests: 1,
    aggregate: isSum,
  });
}
