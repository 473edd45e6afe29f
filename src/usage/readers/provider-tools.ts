import { countIn, objectsInList, partIn } from "../count-in.ts";
import { EXTRA_KINDS, type Extras, extrasAdded } from "../extras.ts";
import { isObject, type JsonObject, objectIn, own, textIn } from "../json-text.ts";

/** What a provider's own tools did for an answer. */
export type ToolUse = { readonly web_searches: number; readonly extras: Extras | undefined };

const NO_TOOLS: ToolUse = { web_searches: 0, extras: undefined };

// OpenAI bills these by the call; other tools of its Responses cost nothing in addition to their tokens
// (https://developers.openai.com/api/docs/pricing).
const CALLS = new Map([
  ["file_search_call", "file_search"],
  ["image_generation_call", "image"],
] as const);

/**
 * What the items of a Responses output show: searches (opening a page that was found is none), calls that are billed
 * by the piece, and each container that code ran in once. `tools` are those that were offered: an answer doesn't say
 * which of two web searches it used.
 */
export function toolsOfOutput(items: readonly JsonObject[], tools: readonly JsonObject[] = []): ToolUse {
  const isPreview = tools.some((tool) => textIn(tool, "type").startsWith("web_search_preview"));
  const searches = items.filter(isSearch).length;
  const calls = items.flatMap((item) => {
    const kind = CALLS.get(textIn(item, "type") as "file_search_call");
    return kind === undefined ? [] : [{ [kind]: 1 }];
  });
  const containers = new Set(items.filter(isCode).map((item, index) => textIn(item, "container_id") || `#${index}`));
  const sessions = containers.size === 0 ? undefined : { code_session: containers.size };
  const preview = isPreview && searches > 0 ? { preview_search: searches } : undefined;
  return { web_searches: isPreview ? 0 : searches, extras: extrasAdded([...calls, sessions, preview]) };
}

/**
 * What an answer of OpenAI's APIs, or in their words, shows of tools that its provider ran: a Responses output, or what
 * Groq's agents ran. Undefined if it shows none, as in most pieces of a stream.
 */
export function toolsOfAnswer(answer: JsonObject): ToolUse | undefined {
  if (Array.isArray(own(answer, "output")))
    return toolsOfOutput(objectsInList(answer, "output"), objectsInList(answer, "tools"));
  const [choice] = objectsInList(answer, "choices");
  const message = choice && (objectIn(choice, "message") ?? objectIn(choice, "delta"));
  const ran = message === undefined ? 0 : objectsInList(message, "executed_tools").length;
  return ran === 0 ? undefined : { web_searches: 0, extras: { tool_call: ran } };
}

/** What a model that only searches did for an answer: at least one search, of one kind or the other. */
export function toolsOfModel(model: string, used: ToolUse = NO_TOOLS): ToolUse {
  if (model.includes("-search-preview")) return moreOf({ web_searches: 0, extras: { preview_search: 1 } }, used);
  return model.includes("-search-api") ? moreOf({ web_searches: 1, extras: undefined }, used) : used;
}

/** The larger figures of two sightings of one answer. */
export function moreOf(a: ToolUse, b: ToolUse): ToolUse {
  const most = EXTRA_KINDS.map((kind) => [kind, Math.max(a.extras?.[kind] ?? 0, b.extras?.[kind] ?? 0)] as const);
  const some = Object.fromEntries(most.filter(([, count]) => count > 0));
  return {
    web_searches: Math.max(a.web_searches, b.web_searches),
    extras: Object.keys(some).length === 0 ? undefined : some,
  };
}

function isSearch(item: JsonObject): boolean {
  const action = objectIn(item, "action");
  return textIn(item, "type") === "web_search_call" && (action === undefined || textIn(action, "type") === "search");
}

function isCode(item: JsonObject): boolean {
  return textIn(item, "type") === "code_interpreter_call";
}

/** What xAI says it bills in addition to tokens: the sources of a live search, or the calls of its tools. */
export function toolsOfXai(usage: JsonObject, isLiveSearch: boolean): ToolUse | undefined {
  const details = partIn(usage, "server_side_tool_usage_details");
  if (details !== undefined) {
    const others = countIn(details, "code_interpreter_calls") + countIn(details, "document_search_calls");
    const extras = { x_search: countIn(details, "x_search_calls"), tool_call: others };
    const file_search = countIn(details, "file_search_calls", "collections_search_calls");
    return { web_searches: countIn(details, "web_search_calls"), extras: extrasAdded([extras, { file_search }]) };
  }
  const sources = isLiveSearch ? countIn(usage, "num_sources_used") : 0;
  return sources === 0 ? undefined : { web_searches: 0, extras: { search_source: sources } };
}

/**
 * What Google bills for grounding an answer. Gemini 3 and later models bill each distinct query to Google Search that
 * isn't empty, earlier ones a prompt that was grounded, however many queries it took
 * (https://ai.google.dev/gemini-api/docs/google-search#pricing). `metadata` are an answer's grounding metadata, of all
 * chunks of a stream; `billed` is how many calls the answer itself says are billed.
 */
export function groundingOf(metadata: readonly JsonObject[], model: string, billed = 0): Extras | undefined {
  const queries = new Set(metadata.flatMap((one) => textsIn(one, "webSearchQueries", "web_search_queries")));
  const chunks = metadata.flatMap((one) =>
    ["groundingChunks", "grounding_chunks"].flatMap((key) => objectsInList(one, key)),
  );
  const isOnWeb = queries.size > 0 || billed > 0 || chunks.some((chunk) => isObject(own(chunk, "web")));
  const isOnMap = chunks.some((chunk) => isObject(own(chunk, "maps")));
  if (!isOnWeb && !isOnMap) return undefined;
  const isByPrompt = /gemini-[12]\b/.test(model.toLowerCase());
  // A result without its queries took at least one.
  const searched = isByPrompt ? { grounded_prompt: 1 } : { grounding_query: billed || Math.max(1, queries.size) };
  return extrasAdded([isOnWeb ? searched : undefined, isOnMap ? { maps_prompt: 1 } : undefined]);
}

/** How many searches a Gemini answer's usage says are billed. */
export function billedSearches(usage: JsonObject | undefined): number {
  const calls = ["billedToolCalls", "billed_tool_calls"].flatMap((key) => objectsInList(usage, key));
  return calls
    .filter((call) => /^google_search/i.test(textIn(call, "tool")))
    .reduce((total, call) => total + countIn(call, "successfulToolCallCount", "successful_tool_call_count"), 0);
}

function textsIn(object: JsonObject, ...keys: readonly string[]): string[] {
  const lists = keys.map((key) => own(object, key)).filter((list) => Array.isArray(list));
  return lists.flat().filter((text): text is string => typeof text === "string" && text.trim() !== "");
}
