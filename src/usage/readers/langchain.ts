import type { Instant } from "../../values/month.ts";
import { callsReport } from "../calls-report.ts";
import { countIn, hasNumber, objectsInList, partIn } from "../count-in.ts";
import { extrasAdded } from "../extras.ts";
import { isObject, type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { instantInSeconds, type Reader } from "../reader.ts";
import { type Said, soundLines } from "../sound-lines.ts";
import type { UsageFacts, UsageReport } from "../usage.ts";
import { type Service, serviceOfUsage } from "./claude-code-figures.ts";
import { saidByUsage } from "./langchain-usage.ts";
import { groundingOf, toolsOfOutput } from "./provider-tools.ts";

/**
 * LangChain: messages with `usage_metadata`, in any of the forms in which they are written down, a state or a result
 * that has them, and what the usage callback collects by model. Input contains what was cached, output what was
 * reasoned; the chunks of one message add up.
 */
export const langchain: Reader = {
  name: "langchain",
  title: "LangChain (messages with usage_metadata, or the usage callback's figures by model)",
  recognize: (object) => messagesIn(object).length > 0 || modelsIn(object).length > 0,
  read: (objects) => reportOf(objects),
};

// Deeper than any form in which messages are kept; a file may be nested without end.
const MAX_DEPTH = 5;
const HOLDERS = ["kwargs", "data", "message", "output", "values"] as const;
const LISTS = ["messages", "generations"] as const;
const PLACES = [...HOLDERS, ...LISTS] as const;

function isUsage(usage: unknown): usage is JsonObject {
  return isObject(usage) && ["input_tokens", "output_tokens", "total_tokens"].every((key) => hasNumber(usage, key));
}

/** The messages of a model in an object, at any depth at which they are kept. */
function messagesIn(object: JsonObject, depth = 0): JsonObject[] {
  if (isUsage(own(object, "usage_metadata"))) return [object];
  if (depth >= MAX_DEPTH) return [];
  // Most objects of other tools have none of these: they must cost no time.
  if (!PLACES.some((key) => Object.hasOwn(object, key))) return [];
  const inside = HOLDERS.map((key) => objectIn(object, key)).filter((part) => part !== undefined);
  const listed = LISTS.flatMap((key) => flat(own(object, key), depth));
  return [...inside, ...listed].flatMap((part) => messagesIn(part, depth + 1));
}

/** Generations are lists of lists. */
function flat(list: unknown, depth: number): JsonObject[] {
  if (!Array.isArray(list) || depth >= MAX_DEPTH) return [];
  return list.flatMap((part: unknown) => (isObject(part) ? [part] : flat(part, depth + 1)));
}

/** The usage callback's figures: nothing but models and their usage. */
function modelsIn(object: JsonObject): (readonly [string, JsonObject])[] {
  const models = objectIn(object, "usage_metadata") ?? object;
  for (const model in models) if (!isUsage(own(models, model))) return [];
  return Object.entries(models) as [string, JsonObject][];
}

function reportOf(objects: Iterable<JsonObject>): UsageReport {
  const messages = new Map<string, JsonObject[]>();
  const sums: Said[] = [];
  for (const object of objects) {
    const models = modelsIn(object);
    sums.push(...models.flatMap(([model, usage]) => saidByUsage({ about: { model }, usage, isSum: true })));
    if (models.length > 0) continue;
    for (const message of messagesIn(object)) {
      const id = textIn(message, "id") || `#${messages.size}`;
      const known = isChunk(message) ? (messages.get(id) ?? []) : [];
      messages.set(id, [...known, message]);
    }
  }
  const said = [...messages.values()].flatMap(saidByMessage);
  return callsReport({ ...soundLines([...sums, ...said]), format: langchain.name });
}

function isChunk(message: JsonObject): boolean {
  return textIn(message, "type") === "AIMessageChunk";
}

/** A message, or the pieces of one: only one of these has its model. */
function saidByMessage(pieces: readonly JsonObject[]): Said[] {
  const metadata = pieces.map((piece) => partIn(piece, "response_metadata")).filter((one) => one !== undefined);
  const model = metadata
    .flatMap((one) => ["model_name", "model", "model_id"].map((key) => textIn(one, key)))
    .find((name) => name !== "");
  const usages = pieces.map((piece) => objectIn(piece, "usage_metadata") ?? {});
  const [first = {}] = usages;
  const usage = usages.length === 1 ? first : added(usages);
  const about = { model: model ?? "", ...serviceOfMessage(metadata), at: timeOf(metadata) };
  return saidByUsage({ about, usage, tools: () => toolsOf(pieces, metadata, model ?? ""), isSum: false });
}

/** How the provider says it served a message, in its own words: OpenAI next to the usage, Anthropic in it. */
function serviceOfMessage(metadata: readonly JsonObject[]): Partial<Service> {
  const own = metadata.map((one) => serviceOfUsage(one) ?? serviceOfUsage(partIn(one, "usage") ?? {}));
  return own.find((service) => service !== undefined) ?? {};
}

function timeOf(metadata: readonly JsonObject[]): Instant | undefined {
  return metadata.map((one) => instantInSeconds(own(one, "created_at"))).find((at) => at !== undefined);
}

/** What the provider's own tools did, as far as a message shows it. */
function toolsOf(pieces: readonly JsonObject[], metadata: readonly JsonObject[], model: string): UsageFacts {
  const items = pieces.flatMap((piece) => [
    ...objectsInList(piece, "content"),
    ...objectsInList(partIn(piece, "additional_kwargs"), "tool_outputs"),
  ]);
  const used = toolsOfOutput(items);
  const grounding = metadata.map((one) => partIn(one, "grounding_metadata", "groundingMetadata")).filter(isObject);
  const searches = metadata.map((one) => partIn(partIn(one, "usage"), "server_tool_use"));
  return {
    web_searches: searches.reduce(
      (most, one) => Math.max(most, countIn(one, "web_search_requests")),
      used.web_searches,
    ),
    extras: extrasAdded([used.extras, groundingOf(grounding, model)]),
  };
}

/** The usage of several chunks, which add up. */
function added(usages: readonly JsonObject[]): JsonObject {
  const keys = [...new Set(usages.flatMap((usage) => Object.keys(usage)))];
  const sums = keys.map((key) => {
    const values = usages.map((usage) => own(usage, key));
    const objects = values.filter(isObject);
    if (objects.length > 0) return [key, added(objects)];
    const counts = values.filter((value) => typeof value === "number");
    return [key, counts.length > 0 ? counts.reduce((sum, count) => sum + count, 0) : values[0]];
  });
  return Object.fromEntries(sums) as JsonObject;
}
