import type { NanoUsd } from "../../values/money.ts";
import { isObject, type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { reportedCostOf, totalCostOf } from "../reader.ts";
import { attempted, type Odd } from "../sound-lines.ts";
import { UsageError } from "../usage-error.ts";
import {
  count,
  type Figures,
  figuresOfUsage,
  isNothing,
  type ModelFigures,
  NO_FIGURES,
  type Service,
  serviceOfUsage,
  sumOf,
  writesOf,
} from "./claude-code-figures.ts";

/** What one `result` element says. */
export type Result = {
  readonly models: ReadonlyMap<string, ModelFigures>;
  /** What this turn alone is known to have used: the main loop's, or all of it where the tool says so. */
  readonly turn: Figures;
  readonly usage: Figures;
  readonly service: Service | undefined;
  readonly total: NanoUsd | undefined;
  readonly failed: boolean;
  readonly odd: readonly Odd[];
};

// The hosts as the price tables call them; for Anthropic's own API the model identifies the provider.
const HOSTS: ReadonlyMap<string, string> = new Map([
  ["bedrock", "aws"],
  ["vertex", "google"],
  ["foundry", "azure"],
]);

/** A `result` element's figures; what makes no sense in them is left out and noted. */
export function resultOf(element: JsonObject): Result {
  const odd: Odd[] = [];
  const usage = objectIn(element, "usage") ?? {};
  const sinceLast = objectIn(element, "model_usage_since_last_result");
  const whole = objectIn(element, "modelUsage");
  const models = modelsOf(whole ?? {}, odd);
  const main = attempted(() => figuresOfUsage(usage));
  const claim = own(element, "total_cost_usd") ?? undefined;
  const total = claim === undefined ? undefined : attempted(() => reportedCostOf("total_cost_usd", claim));
  // The main loop's own figures matter if there are none by model.
  if (main instanceof UsageError && models.size === 0) odd.push({ fate: total ? "claimed" : "lost", error: main });
  if (total instanceof UsageError) odd.push({ fate: "unclaimed", error: total });
  const figures = main instanceof UsageError ? NO_FIGURES : main;
  const subtype = textIn(element, "subtype");
  return {
    models,
    turn: sinceLast === undefined ? figures : sumOf(modelsOf(sinceLast, []).values()),
    usage: figures,
    service: serviceOfUsage(usage),
    total: total instanceof UsageError ? undefined : total,
    failed: own(element, "is_error") === true || (subtype !== "" && subtype !== "success"),
    odd,
  };
}

function modelsOf(modelUsage: JsonObject, odd: Odd[]): Map<string, ModelFigures> {
  const models = new Map<string, ModelFigures>();
  for (const [key, usage] of Object.entries(modelUsage)) {
    if (!isObject(usage)) continue;
    const counted = attempted(() => figuresOfModel(usage));
    const cost = attempted(() => costOfModel(key, usage));
    const claim = cost instanceof UsageError ? undefined : cost;
    if (counted instanceof UsageError) odd.push({ fate: claim ? "claimed" : "lost", error: counted });
    else if (cost instanceof UsageError) odd.push({ fate: "unclaimed", error: cost });
    const figures = counted instanceof UsageError ? NO_FIGURES : counted;
    if (isNothing(figures) && !claim) continue;
    const name = nameOf(key, usage);
    const before = models.get(name);
    models.set(name, {
      ...(before ? sumOf([before, figures]) : figures),
      provider: HOSTS.get(textIn(usage, "provider")) ?? "",
      cost: before?.cost && claim ? totalCostOf([before.cost, claim]) : (claim ?? before?.cost),
      isSplit: ["cacheCreationEphemeral5mInputTokens", "cacheCreationEphemeral1hInputTokens"].some(
        (part) => own(usage, part) !== undefined,
      ),
    });
  }
  return models;
}

/** A model's name; where the key is a platform's own name for it, what the tool knows it as. */
function nameOf(key: string, usage: JsonObject): string {
  const canonical = textIn(usage, "canonicalModel");
  return canonical === "" || /claude/i.test(key) ? key : canonical;
}

function figuresOfModel(usage: JsonObject): Figures {
  const output = count(usage, "outputTokens");
  return {
    fresh: count(usage, "inputTokens"),
    read: count(usage, "cacheReadInputTokens"),
    ...writesOf({
      all: count(usage, "cacheCreationInputTokens"),
      write5m: count(usage, "cacheCreationEphemeral5mInputTokens"),
      write1h: count(usage, "cacheCreationEphemeral1hInputTokens"),
    }),
    output,
    thinking: Math.min(output, count(usage, "thinkingTokens")),
    searches: count(usage, "webSearchRequests"),
  };
}

function costOfModel(model: string, usage: JsonObject): NanoUsd | undefined {
  const cost = own(usage, "costUSD") ?? undefined;
  return cost === undefined ? undefined : reportedCostOf(`costUSD of ${model}`, cost);
}
