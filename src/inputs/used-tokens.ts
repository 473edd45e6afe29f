import type { Given } from "./options.ts";

/**
 * What inputs say one model used; with a finished cost it may have no name: `input` counts all tokens that went in,
 * `cachedInput` those of them read from a cache.
 */
export type UsedTokens = {
  readonly model: string | undefined;
  readonly provider: string | undefined;
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
};

type Problem = { readonly input: string; readonly text: string };

type TokenInputs = Pick<Given, "model" | "provider" | "inputTokens" | "cachedInputTokens" | "outputTokens" | "cost">;

/** The lines of `model`, `input-tokens` and the related inputs combined, and the problems of combining them. */
export function usedTokensOf(given: TokenInputs): {
  readonly used: readonly UsedTokens[];
  readonly problems: readonly Problem[];
} {
  const { inputTokens, cachedInputTokens, outputTokens, model = [], provider = [] } = given;
  const problems: Problem[] = [];
  if (provider.length > 1 && provider.length !== model.length) {
    problems.push({
      input: "provider",
      text: `has ${lines(provider.length)} for ${models(model.length)}: write one line, or one per model`,
    });
  }
  if (inputTokens === undefined && cachedInputTokens === undefined && outputTokens === undefined) {
    return { used: [], problems };
  }
  if (model.length === 0 && given.cost === undefined)
    problems.push({ input: "model", text: "is missing: name the model that used the tokens" });
  const rows = model.length > 0 ? model : [undefined];
  const counts = {
    "input-tokens": inputTokens,
    "cached-input-tokens": cachedInputTokens,
    "output-tokens": outputTokens,
  };
  for (const [input, values] of Object.entries(counts)) {
    // Tokens that weren't given aren't known to be zero: only the cache may be omitted.
    if (values === undefined && input !== "cached-input-tokens") {
      problems.push({ input, text: "is missing next to the other token counts: write 0 if there were none" });
    } else if (values !== undefined && values.length !== rows.length) {
      problems.push({
        input,
        text: `has ${lines(values.length)} for ${models(rows.length)}: write one line per model`,
      });
    }
  }
  if (given.cost !== undefined && rows.length > 1) {
    problems.push({ input: "cost", text: `is one amount for ${models(rows.length)}: record each model separately` });
  }
  const used = rows.map((name, index) => ({
    model: name,
    provider: provider[provider.length === 1 ? 0 : index],
    input: inputTokens?.[index] ?? 0,
    cachedInput: cachedInputTokens?.[index] ?? 0,
    output: outputTokens?.[index] ?? 0,
  }));
  if (problems.length === 0 && used.some((line) => line.cachedInput > line.input)) {
    problems.push({
      input: "cached-input-tokens",
      text: "is more than input-tokens: write how many of those were read from the cache",
    });
  }
  return { used: problems.length === 0 ? used : [], problems };
}

function lines(number: number): string {
  return number === 1 ? "1 line" : `${number} lines`;
}

function models(number: number): string {
  return number === 1 ? "1 model" : `${number} models`;
}
