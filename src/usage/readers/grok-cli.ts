import type { NanoUsd } from "../../budget/money.ts";
import { callsReport } from "../calls-report.ts";
import { countIn, hasNumber } from "../count-in.ts";
import { isObject, type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { type Reader, reportedCostOf } from "../reader.ts";
import { isEmptyUsage, type UsageLine, type UsageReport, usageLine } from "../usage.ts";

/** xAI's unit of money, as its API writes it: ten thousand million to the dollar. */
const TICKS_PER_USD = 10_000_000_000;

/**
 * The two CLIs for Grok: xAI's own (`--output-format json` or streaming-json: the tokens of `end`, by model, input
 * without what was cached) and the community's (`--format json`: `step_finish`, added up). Both pass on what xAI bills.
 */
export const grokCli: Reader = {
  name: "grok-cli",
  title: "Grok CLI (--output-format json or streaming-json; --format json)",
  recognise: (object) => isPiece(object) || isEnd(object) || isStep(object),
  read: (objects) => reportOf(objects),
};

function isPiece(object: JsonObject): boolean {
  return ["thought", "text"].includes(textIn(object, "type")) && typeof own(object, "data") === "string";
}

/** The last event of xAI's stream, or its single object, which has the answer beside. */
function isEnd(object: JsonObject): boolean {
  const isOne = textIn(object, "type") === "end" || (!Object.hasOwn(object, "type") && Object.hasOwn(object, "text"));
  const isSpent = hasNumber(objectIn(object, "usage"), "input_tokens") || textIn(object, "sessionId") !== "";
  return isOne && isSpent && textIn(object, "stopReason") !== "";
}

function isStep(object: JsonObject): boolean {
  const isOne = textIn(object, "type") === "step_finish" || textIn(object, "type") === "step_start";
  return isOne && hasNumber(object, "stepNumber");
}

function reportOf(objects: Iterable<JsonObject>): UsageReport {
  const lines: UsageLine[] = [];
  const missing = new Set<string>();
  const seen = new Set<string>();
  let open = false;
  for (const object of objects) {
    if (isPiece(object) || textIn(object, "type") === "step_start") open = true;
    if (!isEnd(object) && textIn(object, "type") !== "step_finish") continue;
    open = false;
    const id = textIn(object, "requestId");
    if (id !== "" && seen.has(id)) continue;
    seen.add(id);
    const found = isStep(object) ? linesOfStep(object) : linesOfEnd(object);
    if (found.length === 0 || own(object, "usage_is_incomplete") === true)
      missing.add("Grok doesn't tell all of the tokens it used.");
    lines.push(...found);
  }
  if (open) missing.add("Grok was interrupted: what it used since is unknown.");
  return callsReport({ format: grokCli.name, lines, missing: [...missing] });
}

function linesOfStep(step: JsonObject): UsageLine[] {
  const usage = objectIn(step, "usage");
  if (!hasNumber(usage, "inputTokens", "outputTokens")) return [];
  return [
    usageLine({
      provider: "x-ai",
      counting: "step",
      session: textIn(step, "sessionID"),
      input: countIn(usage, "inputTokens"),
      output: countIn(usage, "outputTokens"),
      requests: 1,
      ...billOf(usage && own(usage, "costUsdTicks"), TICKS_PER_USD),
    }),
  ];
}

function linesOfEnd(end: JsonObject): UsageLine[] {
  const models = Object.entries(objectIn(end, "modelUsage") ?? {}).filter(([, usage]) => isObject(usage));
  const isPartial = own(end, "cost_is_partial") === true;
  const whole = isPartial ? {} : billOf(own(end, "total_cost_usd"), 1);
  const usage = objectIn(end, "usage");
  const lines = models.map(([model, figures]) => {
    const bill = isPartial ? {} : billOf(own(figures as JsonObject, "costUSD"), 1);
    const only = models.length === 1;
    // The figures of a single model lack the reasoning, which the sum has.
    return lineOf(model, { ...(only ? usage : {}), ...(figures as JsonObject) }, only ? { ...whole, ...bill } : bill);
  });
  if (lines.length === 0 && usage) lines.push(lineOf("", usage, whole));
  return lines.filter((line) => !isEmptyUsage(line));
}

type Bill = { readonly reported_cost?: NanoUsd; readonly billed?: boolean };

function lineOf(model: string, usage: JsonObject, bill: Bill): UsageLine {
  const read = countIn(usage, "cacheReadInputTokens", "cache_read_input_tokens");
  const written = countIn(usage, "cacheCreationInputTokens", "cache_creation_input_tokens");
  const output = countIn(usage, "outputTokens", "output_tokens");
  const calls = countIn(usage, "modelCalls");
  return usageLine({
    provider: "x-ai",
    model,
    input: countIn(usage, "inputTokens", "input_tokens") + read + written,
    cache_read: read,
    cache_write_5m: written,
    output,
    reasoning: Math.min(output, countIn(usage, "reasoningTokens", "reasoning_tokens")),
    requests: Math.max(1, calls),
    aggregate: calls !== 1,
    ...bill,
  });
}

function billOf(amount: unknown, perUsd: number): Bill {
  if (typeof amount !== "number") return {};
  return { reported_cost: reportedCostOf("the cost that Grok tells", amount / perUsd), billed: true };
}
