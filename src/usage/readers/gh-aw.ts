import { callsReport } from "../calls-report.ts";
import { countIn, hasNumber } from "../count-in.ts";
import { type JsonObject, own, textIn } from "../json-text.ts";
import { instantIn, type Reader, reportedCostOf } from "../reader.ts";
import { isEmptyUsage, type UsageLine, type UsageReport, usageLine } from "../usage.ts";

/** An AI credit is a cent. */
const CREDITS_A_DOLLAR = 100;

/**
 * GitHub Agentic Workflows: `token-usage.jsonl`, a line a call, where a request can stand twice, and
 * `agent_usage.json`, the sum of it. Input comes without what went through the cache, unless a line says otherwise.
 */
export const ghAw: Reader = {
  name: "gh-aw",
  title: "GitHub Agentic Workflows (token-usage.jsonl or agent_usage.json)",
  recognise: (object) => isCall(object) || isSum(object),
  read: (objects) => reportOf(objects),
};

function reportOf(objects: Iterable<JsonObject>): UsageReport {
  const calls = new Map<string, UsageLine>();
  const sums: UsageLine[] = [];
  for (const object of objects) {
    const id = textIn(object, "request_id");
    const key = id === "" ? `#${calls.size}` : `${textIn(object, "event")}:${id}`;
    if (isSum(object)) sums.push(sumLineOf(object));
    else if (isCall(object) && !calls.has(key)) calls.set(key, callOf(object));
  }
  const lines = [...calls.values(), ...sums].filter((line) => !isEmptyUsage(line) || line.reported_cost);
  const missing = lines.length === 0 ? ["The workflow's record counts no tokens: what it used is unknown."] : [];
  return callsReport({ format: "gh-aw", lines, missing });
}

function callOf(call: JsonObject): UsageLine {
  return usageLine({
    ...factsOf(call),
    model: textIn(call, "model"),
    ...creditsOf(own(call, "ai_credits_this_response")),
  });
}

function sumLineOf(sum: JsonObject): UsageLine {
  return usageLine({
    ...factsOf(sum),
    model: textIn(sum, "primary_model") || textIn(sum, "model"),
    ...creditsOf(own(sum, "ai_credits")),
    aggregate: true,
  });
}

function factsOf(record: JsonObject) {
  const [read, written] = [countIn(record, "cache_read_tokens"), countIn(record, "cache_write_tokens")];
  const cached = own(record, "input_tokens_include_cache") === true ? 0 : read + written;
  const output = countIn(record, "output_tokens");
  const reasoning = countIn(record, "reasoning_tokens");
  // More reasoning than output: this provider counts it apart.
  const isApart = reasoning > output;
  return {
    provider: textIn(record, "provider").replace(/^copilot$/, "github-copilot"),
    at: instantIn(own(record, "timestamp")),
    input: countIn(record, "input_tokens") + cached,
    cache_read: read,
    cache_write_5m: written,
    output: isApart ? output + reasoning : output,
    reasoning,
    requests: 1,
  };
}

/** Credits are what GitHub bills, whatever the model's own maker would ask. */
function creditsOf(credits: unknown): Pick<UsageLine, "reported_cost" | "billed"> {
  if (credits === undefined || credits === null) return {};
  const dollars = typeof credits === "number" ? credits / CREDITS_A_DOLLAR : credits;
  return { reported_cost: reportedCostOf("ai_credits", dollars), billed: true };
}

function isCall(object: JsonObject): boolean {
  const isNamed = ["request_id", "ai_credits_this_response", "event", "path"].some((key) => Object.hasOwn(object, key));
  return isNamed && hasNumber(object, "input_tokens", "output_tokens") && isGhAws(object, ["provider", "model"]);
}

/** The sum has credits, or a kind of count nobody else has. */
function isSum(object: JsonObject): boolean {
  return hasNumber(object, "ai_credits", "effective_tokens") && isGhAws(object, ["input_tokens", "output_tokens"]);
}

function isGhAws(object: JsonObject, keys: readonly string[]): boolean {
  return own(object, "type") === undefined && keys.every((key) => Object.hasOwn(object, key));
}
