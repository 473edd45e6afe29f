import { callsReport } from "../calls-report.ts";
import { countIn, hasNumber } from "../count-in.ts";
import { type JsonObject, own, textIn } from "../json-text.ts";
import { instantIn, type Reader, reportedCostOf } from "../reader.ts";
import { type Said, soundLines } from "../sound-lines.ts";
import { isEmptyUsage, type UsageFacts, type UsageLine, type UsageReport } from "../usage.ts";

/** An AI credit is a cent. */
const CREDITS_A_DOLLAR = 100;

/**
 * GitHub Agentic Workflows: `token-usage.jsonl`, one line per call, where a request can appear twice, and
 * `agent_usage.json`, the sum of it. Input comes without what went through the cache, unless a line says otherwise.
 */
export const ghAw: Reader = {
  name: "gh-aw",
  title: "GitHub Agentic Workflows (token-usage.jsonl or agent_usage.json)",
  recognize: (object) => isCall(object) || isSum(object),
  read: (objects) => reportOf(objects),
};

function reportOf(objects: Iterable<JsonObject>): UsageReport {
  const calls = new Map<string, Said>();
  const sums: Said[] = [];
  for (const object of objects) {
    const id = textIn(object, "request_id");
    const key = id === "" ? `#${calls.size}` : `${textIn(object, "event")}:${id}`;
    if (isSum(object)) sums.push(saidBySum(object));
    else if (isCall(object) && !calls.has(key)) calls.set(key, saidByCall(object));
  }
  const sound = soundLines([...calls.values(), ...sums]);
  const lines = sound.lines.filter((line) => !isEmptyUsage(line) || line.reported_cost);
  const isSilent = lines.length === 0 && sound.missing.length === 0;
  const silence = isSilent ? ["The workflow's record counts no tokens: its usage is unknown."] : [];
  return callsReport({ format: "gh-aw", lines, missing: [...sound.missing, ...silence], notes: sound.notes });
}

function saidByCall(call: JsonObject): Said {
  return {
    about: { ...namesIn(call), model: textIn(call, "model") },
    counts: () => countsOf(call),
    cost: () => creditsOf(own(call, "ai_credits_this_response")),
  };
}

function saidBySum(sum: JsonObject): Said {
  return {
    about: { ...namesIn(sum), model: textIn(sum, "primary_model") || textIn(sum, "model"), aggregate: true },
    counts: () => countsOf(sum),
    cost: () => creditsOf(own(sum, "ai_credits")),
  };
}

function namesIn(record: JsonObject): UsageFacts {
  return {
    provider: textIn(record, "provider").replace(/^copilot$/, "github-copilot"),
    at: instantIn(own(record, "timestamp")),
    requests: 1,
  };
}

function countsOf(record: JsonObject): UsageFacts {
  const [read, written] = [countIn(record, "cache_read_tokens"), countIn(record, "cache_write_tokens")];
  const cached = own(record, "input_tokens_include_cache") === true ? 0 : read + written;
  const output = countIn(record, "output_tokens");
  const reasoning = countIn(record, "reasoning_tokens");
  return {
    input: countIn(record, "input_tokens") + cached,
    cache_read: read,
    cache_write_5m: written,
    // More reasoning than output: this provider counts it separately.
    output: reasoning > output ? output + reasoning : output,
    reasoning,
  };
}

/** Credits are what GitHub bills, not what the model's own maker would charge. */
function creditsOf(credits: unknown): Pick<UsageLine, "reported_cost" | "billed"> {
  if (credits === undefined || credits === null) return {};
  const dollars = typeof credits === "number" ? credits / CREDITS_A_DOLLAR : credits;
  return { reported_cost: reportedCostOf("ai_credits", dollars), billed: true };
}

function isCall(object: JsonObject): boolean {
  const isNamed = ["request_id", "ai_credits_this_response", "event", "path"].some((key) => Object.hasOwn(object, key));
  return isNamed && hasNumber(object, "input_tokens", "output_tokens") && isGhAws(object, ["provider", "model"]);
}

/** The sum has credits, or a kind of count that no other format has. */
function isSum(object: JsonObject): boolean {
  return hasNumber(object, "ai_credits", "effective_tokens") && isGhAws(object, ["input_tokens", "output_tokens"]);
}

function isGhAws(object: JsonObject, keys: readonly string[]): boolean {
  return own(object, "type") === undefined && keys.every((key) => Object.hasOwn(object, key));
}
