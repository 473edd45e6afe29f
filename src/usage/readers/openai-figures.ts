import type { NanoUsd } from "../../values/money.ts";
import { countIn, hasNumber, objectsInList, partIn } from "../count-in.ts";
import { type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { reportedCostOf } from "../reader.ts";

/** xAI's unit of money, as its API writes it: ten thousand million to the dollar. */
const TICKS_PER_USD = 10_000_000_000;

/**
 * The counts of a `usage` of Chat Completions or Responses, and of compatible services. Input contains what was cached
 * and output what was reasoned; xAI counts reasoning in addition to the output, which the total shows. Throws a
 * UsageError ("bad-usage").
 */
export function countsOfOpenAi(usage: JsonObject) {
  const input = countIn(usage, "prompt_tokens", "input_tokens");
  const said = countIn(usage, "completion_tokens", "output_tokens");
  const ofInput = partIn(usage, "prompt_tokens_details", "input_tokens_details");
  const ofOutput = partIn(usage, "completion_tokens_details", "output_tokens_details");
  const reasoning = countIn(ofOutput, "reasoning_tokens");
  const isBeside = reasoning > said || (reasoning > 0 && countIn(usage, "total_tokens") === input + said + reasoning);
  return {
    input,
    cache_read:
      countIn(ofInput, "cached_tokens") ||
      countIn(usage, "prompt_cache_hit_tokens", "cache_read_input_tokens", "cached_tokens", "num_cached_tokens"),
    cache_write_5m: countIn(ofInput, "cache_write_tokens") || countIn(usage, "cache_creation_input_tokens"),
    output: isBeside ? said + reasoning : said,
    reasoning,
    audio_input: countIn(ofInput, "audio_tokens"),
    audio_output: countIn(ofOutput, "audio_tokens"),
  };
}

/** What a response says it cost, and whether that is what its provider bills. Throws a UsageError ("bad-usage"). */
export function costOfOpenAi(
  usage: JsonObject,
  provider: string,
): { readonly reported_cost?: NanoUsd; readonly billed?: boolean } {
  if (hasNumber(usage, "cost_in_usd_ticks"))
    return { reported_cost: reportedCostOf("cost_in_usd_ticks", ticks(usage)), billed: true };
  if (hasNumber(usage, "cost")) {
    const upstream = own(usage, "is_byok") === true ? partIn(usage, "cost_details") : undefined;
    // With the user's own key the router bills only its fee, and the provider bills the rest.
    const rest = hasNumber(upstream, "upstream_inference_cost") ? Number(upstream?.["upstream_inference_cost"]) : 0;
    const cost = reportedCostOf("usage.cost", Number(own(usage, "cost")) + rest);
    return { reported_cost: cost, billed: provider === "openrouter" };
  }
  const parts = partIn(usage, "cost");
  if (hasNumber(parts, "total_cost"))
    return { reported_cost: reportedCostOf("usage.cost.total_cost", parts && own(parts, "total_cost")), billed: true };
  return {};
}

function ticks(usage: JsonObject): number {
  return Number(own(usage, "cost_in_usd_ticks")) / TICKS_PER_USD;
}

/**
 * The provider that answered, in the price table's words, if the form identifies it; otherwise empty, and the model
 * decides.
 */
export function providerOfOpenAi(object: JsonObject): string {
  const id = textIn(object, "id");
  if (id.startsWith("gen-") && textIn(object, "provider") !== "") return "openrouter";
  if (own(object, "x_groq") !== undefined) return "groq";
  if (own(object, "prompt_filter_results") !== undefined) return "azure";
  const isFiltered = objectsInList(object, "choices").some((choice) => objectIn(choice, "content_filter_results"));
  return isFiltered || own(object, "content_filters") !== undefined ? "azure" : "";
}
