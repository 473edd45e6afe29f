/** What the first part of a path at the meter says: where its requests go. */
export const WORDS = [
  "anthropic",
  "openai",
  "chatgpt",
  "gemini",
  "code-assist",
  "openrouter",
  "copilot",
  "copilot-provider",
  "bedrock",
] as const;
export type Word = (typeof WORDS)[number];

/** The form of a request and its answer. `invoke` is Bedrock's InvokeModel, whose bodies are the model maker's. */
export type Api = "messages" | "chat" | "responses" | "gemini" | "converse" | "invoke" | "embeddings";

/**
 * What is done with a request: its usage is read ("metered"); it costs nothing ("free"); it is a batch, whose usage no
 * answer on this way reports; it asks for an answer that is made in the background ("poll"); or it isn't known here
 * ("unknown"): what its answer says is read, and it is counted if that is nothing.
 */
export type RouteKind = "metered" | "free" | "batch" | "poll" | "unknown";

export type Route = {
  readonly word: Word;
  /** The price table's name; empty where the answer or the model says it. */
  readonly provider: string;
  /** Left out where there is nothing to read. */
  readonly api?: Api;
  readonly kind: RouteKind;
  /** The id of the answer that is asked for. */
  readonly polled?: string;
  /** Where the path names the model. */
  readonly modelInPath?: string;
  /** The answer is a stream by its path. */
  readonly streamInPath?: true;
};

const PROVIDERS: Readonly<Record<Word, string>> = {
  anthropic: "anthropic",
  openai: "openai",
  chatgpt: "openai",
  gemini: "google",
  "code-assist": "google",
  openrouter: "openrouter",
  copilot: "github-copilot",
  "copilot-provider": "",
  bedrock: "aws",
};

const POSTED: readonly (readonly [RegExp, Api])[] = [
  [/\/messages$/i, "messages"],
  [/\/(?:chat\/)?completions$/i, "chat"],
  [/\/responses(?:\/compact)?$/i, "responses"],
  [/\/embeddings$/i, "embeddings"],
];

// Google's own words come after a colon. Embeddings in one request are no batch: they are answered at once.
const GOOGLE = /^(?:.*\/(?:models|tunedModels)\/([^/:]+))?.*:(generateContent|streamGenerateContent|\w+)$/;
const BEDROCK = /\/model\/([^/]+)\/(converse|converse-stream|invoke|invoke-with-response-stream)$/i;

/** A response by its id, or its end: both answer with the response as it is then. */
const POLLED = /\/responses\/([^/]+)(\/cancel)?$/i;

const BATCH =
  /\/(?:messages\/batches|batches|model-invocation-jobs?)$|:(?:batchGenerateContent|asyncBatchEmbedContent)$/i;

// What agents send besides requests to a model: counting tokens, files, signing in, telemetry, what an account may do.
const FREE = new RegExp(
  [
    ...["/messages/count_tokens", "/responses/input_tokens", "/models", "/moderations", "/files", "/uploads", "/oauth"],
    ...["/count-tokens", "/api/event_logging", "/api/hello", "/api/claude_code", "/api/claude_cli", "/agents/sessions"],
    ...[
      "/telemetry",
      "/token",
      "/user",
      "/wham",
      "/plugins",
      "/mcp",
      "/analytics-events",
      "/apply-guardrail",
      "/auto",
      "/analytics",
      "/accounts",
    ],
  ]
    .map((part) => `${part}(?:/|$)`)
    .join("|"),
);
const FREE_VERBS = new Set([
  ...["countTokens", "computeTokens", "loadCodeAssist", "onboardUser", "listExperiments", "retrieveUserQuota"],
  ...["recordCodeAssistMetrics", "recordConversationOffered", "recordConversationInteraction", "fetchAdminControls"],
  ...["setCodeAssistGlobalUserSetting", "getCodeAssistGlobalUserSetting", "migrate"],
]);

/** What sends no body to a provider, or takes something away. */
const READING = new Set(["GET", "HEAD", "OPTIONS", "DELETE"]);

/** Of two ways to take a path, the first of these is what is done. */
const FIRST: readonly RouteKind[] = ["batch", "metered", "poll", "unknown", "free"];

/**
 * What is done with a request by its method and its path, which begins after the word and may have a query. Reading
 * (GET) costs nothing with any provider. A path counts as any provider may take it: escaped, in capitals, with
 * parameters or with empty parts.
 */
export function routeOf(word: Word, method: string, path: string): Route {
  const [plain = ""] = path.split("?");
  const forms = new Set([plain, decoded(plain)].map(cleaned));
  const rests = [...forms].map((form) => restOf(method, form));
  const [rest] = rests.sort((a, b) => FIRST.indexOf(a.kind) - FIRST.indexOf(b.kind));
  return { word, provider: PROVIDERS[word], kind: "unknown", ...rest };
}

type Rest = Omit<Route, "word" | "provider">;

function cleaned(path: string): string {
  return path
    .replace(/;[^/]*/g, "")
    .replace(/\/{2,}/g, "/")
    .replace(/\/+$/, "");
}

function restOf(method: string, path: string): Rest {
  const [, polled, cancels] = POLLED.exec(path) ?? [];
  if (polled !== undefined && (cancels === undefined ? method === "GET" : method === "POST"))
    return { kind: "poll", api: "responses", polled: decoded(polled) };
  if (READING.has(method)) return { kind: "free" };
  if (BATCH.test(path)) return { kind: "batch" };
  return bedrockRoute(path) ?? googleRoute(path) ?? postedRoute(path);
}

function postedRoute(path: string): Rest {
  const api = POSTED.find(([form]) => form.test(path))?.[1];
  if (api !== undefined) return { kind: "metered", api };
  return { kind: FREE.test(path) ? "free" : "unknown" };
}

function bedrockRoute(path: string): Rest | undefined {
  const [, model = "", verb = ""] = BEDROCK.exec(path) ?? [];
  if (verb === "") return undefined;
  const api = /^converse/i.test(verb) ? "converse" : "invoke";
  return { kind: "metered", api, modelInPath: decoded(model), ...(/stream$/i.test(verb) && { streamInPath: true }) };
}

function googleRoute(path: string): Rest | undefined {
  const [, model, verb] = GOOGLE.exec(path) ?? [];
  if (verb === undefined) return undefined;
  const named = model === undefined ? {} : { modelInPath: decoded(model) };
  if (/^(?:stream)?generateContent$/i.test(verb))
    return { kind: "metered", api: "gemini", ...named, ...(/^stream/i.test(verb) && { streamInPath: true }) };
  // Claude and others on Vertex AI: the body and the answer are the maker's.
  if (/^(?:stream)?rawPredict$/i.test(verb))
    return { kind: "metered", api: "invoke", ...named, ...(/^stream/i.test(verb) && { streamInPath: true }) };
  if (/^(?:batchEmbedContents|embedContent)$/i.test(verb)) return { kind: "metered", api: "embeddings", ...named };
  return { kind: FREE_VERBS.has(verb) ? "free" : "unknown" };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
