import type { NanoUsd } from "../../values/money.ts";
import { callsReport } from "../calls-report.ts";
import { countIn, hasNumber } from "../count-in.ts";
import { isObject, type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { instantIn, type Reader, reportedCostOf } from "../reader.ts";
import { type Said, soundLines } from "../sound-lines.ts";
import { isEmptyUsage, type UsageFacts, type UsageReport, usageLine } from "../usage.ts";
import { UsageError } from "../usage-error.ts";

/** xAI's unit of money, as its API writes it: ten thousand million to the dollar. */
const TICKS_PER_USD = 10_000_000_000;

/**
 * The two CLIs for Grok: xAI's own (`--output-format json` or streaming-json: the tokens of `end`, by model, input
 * without what was cached) and the community's (`--format json`: `step_finish`, added up). Both pass on what xAI bills.
 */
export const grokCli: Reader = {
  name: "grok-cli",
  title: "Grok CLI (--output-format json or streaming-json; --format json)",
  recognize: (object) => isPiece(object) || isEnd(object) || isStep(object),
  read: (objects) => reportOf(objects),
};

function isPiece(object: JsonObject): boolean {
  return ["thought", "text"].includes(textIn(object, "type")) && typeof own(object, "data") === "string";
}

/** The last event of xAI's stream, or its single object, which also has the answer. */
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
  const said: Said[] = [];
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
    const found = isStep(object) ? saidByStep(object) : saidByEnd(object);
    if (found.length === 0 || own(object, "usage_is_incomplete") === true)
      missing.add("Grok doesn't report all the tokens it used.");
    said.push(...found);
  }
  if (open) missing.add("Grok was interrupted: its usage since then is unknown.");
  const sound = soundLines(said);
  const lines = sound.lines.filter((line) => !isEmptyUsage(line) || line.reported_cost !== undefined);
  return callsReport({ format: grokCli.name, lines, missing: [...sound.missing, ...missing], notes: sound.notes });
}

function saidByStep(step: JsonObject): Said[] {
  const usage = objectIn(step, "usage");
  if (!usage || !hasNumber(usage, "inputTokens", "outputTokens")) return [];
  const at = instantIn(own(step, "timestamp"));
  return [
    {
      about: { provider: "x-ai", counting: "step", session: textIn(step, "sessionID"), at, requests: 1 },
      counts: () => ({ input: countIn(usage, "inputTokens"), output: countIn(usage, "outputTokens") }),
      cost: () => billOf(own(usage, "costUsdTicks"), TICKS_PER_USD),
    },
  ];
}

function saidByEnd(end: JsonObject): Said[] {
  const models = Object.entries(objectIn(end, "modelUsage") ?? {}).filter(([, usage]) => isObject(usage));
  const isPartial = own(end, "cost_is_partial") === true;
  const whole = () => (isPartial ? {} : billOf(own(end, "total_cost_usd"), 1));
  const usage = objectIn(end, "usage");
  const said = models.map(([model, of]) => {
    const figures = of as JsonObject;
    const bill = () => (isPartial ? {} : billOf(own(figures, "costUSD"), 1));
    if (models.length > 1) return saidOf(model, figures, bill);
    // The figures of a single model lack the reasoning, which the sum has.
    return saidOf(model, { ...usage, ...figures }, () => ({ ...whole(), ...bill() }));
  });
  if (said.length === 0 && usage) said.push(saidOf("", usage, whole));
  return said.filter((one) => !saysNothing(one));
}

function saysNothing({ about, counts, cost }: Said): boolean {
  try {
    const line = usageLine({ ...about, ...counts(), ...cost?.() });
    return isEmptyUsage(line) && line.reported_cost === undefined;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

type Bill = { readonly reported_cost?: NanoUsd; readonly billed?: boolean };

function saidOf(model: string, usage: JsonObject, cost: () => Bill): Said {
  return { about: { provider: "x-ai", model, requests: 1 }, counts: () => countsOf(usage), cost };
}

function countsOf(usage: JsonObject): UsageFacts {
  const read = countIn(usage, "cacheReadInputTokens", "cache_read_input_tokens");
  const written = countIn(usage, "cacheCreationInputTokens", "cache_creation_input_tokens");
  const output = countIn(usage, "outputTokens", "output_tokens");
  const calls = countIn(usage, "modelCalls");
  return {
    input: countIn(usage, "inputTokens", "input_tokens") + read + written,
    cache_read: read,
    cache_write_5m: written,
    output,
    reasoning: Math.min(output, countIn(usage, "reasoningTokens", "reasoning_tokens")),
    requests: Math.max(1, calls),
    aggregate: calls !== 1,
  };
}

function billOf(amount: unknown, perUsd: number): Bill {
  if (typeof amount !== "number") return {};
  return { reported_cost: reportedCostOf("the cost that Grok reports", amount / perUsd), billed: true };
}
