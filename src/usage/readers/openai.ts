import { callsReport } from "../calls-report.ts";
import { hasNumber, objectsInList } from "../count-in.ts";
import { type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { type IsMetered, instantInSeconds, meteredBy, type Reader } from "../reader.ts";
import { type Said, soundLines } from "../sound-lines.ts";
import type { UsageReport } from "../usage.ts";
import { costOfOpenAi, countsOfOpenAi, providerOfOpenAi } from "./openai-figures.ts";
import { moreOf, type ToolUse, toolsOfAnswer, toolsOfModel, toolsOfXai } from "./provider-tools.ts";

/**
 * OpenAI's Chat Completions, Responses and Embeddings, bodies and streams, and compatible services: Azure, OpenRouter,
 * DeepSeek, Mistral, xAI and others. A stream of Chat Completions has its usage in the last chunk, and only if it was
 * asked for.
 */
export const openai: Reader = {
  name: "openai",
  title: "OpenAI Chat Completions or Responses API (bodies and streams; Azure, OpenRouter, DeepSeek, Mistral, xAI, …)",
  recognize: (object) => answerIn(object) !== undefined,
  read: (objects, isMetered) => reportOf(callsOf(objects), isMetered),
};

type Call = {
  readonly id: string;
  readonly model: string;
  readonly provider: string;
  readonly usage: JsonObject | undefined;
  readonly isChat: boolean;
  readonly tools: ToolUse | undefined;
  readonly tier: string;
  /** When it was made, as the answer says. */
  readonly created: unknown;
};

const OBJECTS: ReadonlySet<string> = new Set([
  ...["chat.completion", "chat.completion.chunk", "text_completion", "response", "response.compaction"],
]);
const EVENT = /^response\.(?:created|queued|in_progress|completed|incomplete|failed|done)$/;

/** The part of an object that is an answer, or a piece of one. */
function answerIn(object: JsonObject): JsonObject | undefined {
  const response = EVENT.test(textIn(object, "type")) ? objectIn(object, "response") : undefined;
  if (response) return response;
  const kind = textIn(object, "object");
  if (OBJECTS.has(kind)) return object;
  const isEmbeddings = kind === "list" && hasNumber(objectIn(object, "usage"), "prompt_tokens");
  // Some gateways leave `object` out, and Azure leaves it empty.
  const isNameless = Array.isArray(own(object, "choices")) && typeof own(object, "model") === "string";
  return isEmbeddings || isNameless ? object : undefined;
}

/** Each answer once, by its id; the last usage it reports is the one that counts. */
function callsOf(objects: Iterable<JsonObject>): Call[] {
  const calls = new Map<string, Call>();
  let open = "";
  for (const object of objects) {
    const answer = answerIn(object);
    // Azure's first chunk says what was filtered, for an answer whose id is yet to come.
    if (answer === undefined || (isNobodys(answer) && usageIn(answer) === undefined)) continue;
    const isOpen = isPiece(answer);
    const key = textIn(answer, "id") || (isOpen && open !== "" ? open : `#${calls.size}`);
    open = isOpen ? key : "";
    calls.set(key, updated(calls.get(key), answer));
  }
  return [...calls.values()];
}

function isNobodys(answer: JsonObject): boolean {
  return textIn(answer, "id") === "" && textIn(answer, "model") === "" && objectsInList(answer, "choices").length === 0;
}

function isPiece(answer: JsonObject): boolean {
  if (textIn(answer, "object") === "chat.completion.chunk") return true;
  return objectsInList(answer, "choices").some((choice) => objectIn(choice, "delta"));
}

function updated(known: Call | undefined, answer: JsonObject): Call {
  const used = toolsOfAnswer(answer);
  return {
    id: textIn(answer, "id") || (known?.id ?? ""),
    model: textIn(answer, "model") || (known?.model ?? ""),
    provider: known?.provider || providerOfOpenAi(answer),
    usage: usageIn(answer) ?? known?.usage,
    isChat: !textIn(answer, "object").startsWith("response"),
    tools: used && known?.tools ? moreOf(used, known.tools) : (used ?? known?.tools),
    tier: textIn(answer, "service_tier") || (known?.tier ?? ""),
    created: own(answer, "created_at") ?? own(answer, "created") ?? known?.created,
  };
}

/** The usage of an answer; Groq and Moonshot keep a stream's elsewhere. */
function usageIn(answer: JsonObject): JsonObject | undefined {
  return (
    usageOf(answer) ??
    usageOf(objectIn(answer, "x_groq")) ??
    objectsInList(answer, "choices")
      .map(usageOf)
      .find((usage) => usage !== undefined)
  );
}

function usageOf(place: JsonObject | undefined): JsonObject | undefined {
  const usage = place && objectIn(place, "usage");
  const isReported = hasNumber(usage, "prompt_tokens", "completion_tokens", "input_tokens", "output_tokens");
  return isReported ? usage : undefined;
}

function reportOf(calls: readonly Call[], isMetered: IsMetered | undefined): UsageReport {
  const silent = calls.filter((call) => call.usage === undefined).length;
  const missing =
    silent === 0
      ? []
      : [
          `${silent === 1 ? "One answer reports" : `${silent} answers report`} no usage: a stream of Chat Completions reports it only with \`stream_options: {"include_usage": true}\`, and only if the stream isn't cut off.`,
        ];
  const sound = soundLines(calls.flatMap((call) => saidBy(call, isMetered)));
  return callsReport({ ...sound, format: openai.name, missing: [...missing, ...sound.missing] });
}

function saidBy(call: Call, isMetered: IsMetered | undefined): Said[] {
  const { id, model, provider, usage, isChat, tools, tier, created } = call;
  if (usage === undefined) return [];
  return [
    {
      about: { provider, model, tier, at: instantInSeconds(created), ...meteredBy(id, isMetered) },
      counts: () => ({
        ...countsOfOpenAi(usage),
        ...(toolsOfXai(usage, isChat) ?? toolsOfModel(model, tools)),
        requests: 1,
      }),
      cost: () => costOfOpenAi(usage, provider),
    },
  ];
}
