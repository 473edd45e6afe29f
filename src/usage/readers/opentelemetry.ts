import { callsReport } from "../calls-report.ts";
import { countIn, hasNumber } from "../count-in.ts";
import { type JsonObject, own, textIn } from "../json-text.ts";
import { type Reader, reportedCostOf } from "../reader.ts";
import { type UsageLine, type UsageReport, usageLine } from "../usage.ts";
import { type Span, spansIn } from "./opentelemetry-spans.ts";

/**
 * OpenTelemetry spans with `gen_ai.*` attributes (OTLP as JSON, exporters that print a span an object, or bare
 * attributes). An agent's span sums its requests up: of spans within spans only the innermost with usage count.
 */
export const opentelemetry: Reader = {
  name: "opentelemetry",
  title: "OpenTelemetry spans with gen_ai.usage attributes (OTLP JSON, or objects of attributes)",
  recognise: (object) => isTelemetry(object) && spansIn(object).some(hasUsage),
  read: (objects) => reportOf(objects),
};

const INPUT = ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"] as const;
const OUTPUT = ["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"] as const;
const CACHE_READ = [
  ...["gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens"],
  ...["gen_ai.usage.input_tokens.cached", "gen_ai.usage.details.cache_read_tokens"],
] as const;
const CACHE_WRITE = [
  ...["gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens"],
  ...["gen_ai.usage.input_tokens.cache_write", "gen_ai.usage.details.cache_write_tokens"],
] as const;
const REASONING = [
  ...["gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.output_tokens.reasoning"],
  ...["gen_ai.usage.reasoning_tokens", "gen_ai.usage.details.reasoning_tokens"],
] as const;
const COST = ["gen_ai.usage.cost", "operation.cost"] as const;

// What begins so is sold by whom, in the price table's words; what is none of them is left to the model's name.
const PROVIDERS: readonly (readonly [RegExp, string])[] = [
  [/^(?:azure|az\.)/, "azure"],
  [/^(?:aws|amazon)/, "aws"],
  [/^(?:gcp|google|vertex|gemini)/, "google"],
  [/^(?:x_?ai)\b/, "x-ai"],
  [/^mistral/, "mistral"],
  [/^openai/, "openai"],
  [/^anthropic/, "anthropic"],
  [/^(?:deepseek|groq|cohere|perplexity|openrouter)/, ""],
];

// Spans of these operations sum up what others used.
const SUMS: ReadonlySet<string> = new Set(["invoke_agent", "invoke_workflow", "create_agent", "execute_tool"]);

/** A look at what costs nothing first: most objects are other tools'. */
function isTelemetry(object: JsonObject): boolean {
  const isSpan = Object.hasOwn(object, "attributes") || Object.hasOwn(object, "resourceSpans");
  return isSpan || hasNumber(object, ...INPUT, ...OUTPUT);
}

function hasUsage({ attributes }: Span): boolean {
  return hasNumber(attributes, ...INPUT, ...OUTPUT);
}

function reportOf(objects: Iterable<JsonObject>): UsageReport {
  const parents = new Map<string, string>();
  const used = new Map<string, Span>();
  for (const object of objects) {
    for (const span of spansIn(object)) {
      if (span.id !== "") parents.set(span.id, span.parent);
      // Two libraries may each have traced one request.
      const key = textIn(span.attributes, "gen_ai.response.id") || span.id || `#${used.size}`;
      if (hasUsage(span)) used.set(key, span);
    }
  }
  const spans = [...used.values()];
  const sums = ancestorsOf(spans, parents);
  const areOnlySums = spans.every(isSum);
  const counted = spans.filter((span) => !sums.has(span.id) && (span.id !== "" || areOnlySums || !isSum(span)));
  return callsReport({ format: opentelemetry.name, lines: counted.map(lineOf) });
}

/** Every span that has a span with usage somewhere within. */
function ancestorsOf(spans: readonly Span[], parents: ReadonlyMap<string, string>): Set<string> {
  const ancestors = new Set<string>();
  for (const span of spans) {
    for (let at = span.parent; at !== "" && !ancestors.has(at); at = parents.get(at) ?? "") ancestors.add(at);
  }
  return ancestors;
}

function isSum({ attributes }: Span): boolean {
  return SUMS.has(textIn(attributes, "gen_ai.operation.name"));
}

function lineOf(span: Span): UsageLine {
  const { attributes } = span;
  const read = countIn(attributes, ...CACHE_READ);
  const written = countIn(attributes, ...CACHE_WRITE);
  const input = countIn(attributes, ...INPUT);
  const output = countIn(attributes, ...OUTPUT);
  const reasoning = countIn(attributes, ...REASONING);
  const costKey = COST.find((key) => hasNumber(attributes, key));
  return usageLine({
    provider: providerOf(attributes),
    model: textIn(attributes, "gen_ai.response.model") || textIn(attributes, "gen_ai.request.model"),
    // The convention counts what was cached with the input; instrumentations older than it don't.
    input: read + written > input ? input + read + written : input,
    cache_read: read,
    cache_write_5m: written,
    output: reasoning > output ? output + reasoning : output,
    reasoning,
    requests: 1,
    aggregate: isSum(span),
    ...(costKey === undefined ? {} : { reported_cost: reportedCostOf(costKey, own(attributes, costKey)) }),
  });
}

function providerOf(attributes: JsonObject): string {
  const name = (textIn(attributes, "gen_ai.provider.name") || textIn(attributes, "gen_ai.system")).toLowerCase();
  const known = PROVIDERS.find(([form]) => form.test(name));
  return known === undefined ? "" : known[1] || name;
}
