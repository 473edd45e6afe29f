import { callsReport } from "../calls-report.ts";
import type { JsonObject } from "../json-text.ts";
import type { Reader } from "../reader.ts";
import { type Said, soundLines } from "../sound-lines.ts";
import type { UsageReport } from "../usage.ts";
import { UsageError } from "../usage-error.ts";
import { costIn, hasTokens, isSumOfOthers, namesIn, responseOf, tokensIn } from "./opentelemetry-attributes.ts";
import { type Span, spansIn } from "./opentelemetry-spans.ts";

/**
 * OpenTelemetry spans with `gen_ai.*` attributes, the AI SDK's or OpenInference's (OTLP as JSON, exporters that print a
 * span an object, or bare attributes). An agent's span sums its requests up: of spans within spans only the innermost
 * with usage count.
 */
export const opentelemetry: Reader = {
  name: "opentelemetry",
  title: "OpenTelemetry spans with gen_ai.usage, ai.usage or llm.token_count attributes (OTLP JSON, or objects)",
  recognize: (object) => isTelemetry(object) && spansIn(object).some(hasUsage),
  read: (objects) => reportOf(objects),
};

/** A cheap check first: most objects belong to other tools. */
function isTelemetry(object: JsonObject): boolean {
  const isSpan = Object.hasOwn(object, "attributes") || Object.hasOwn(object, "resourceSpans");
  return isSpan || hasTokens(object);
}

function hasUsage({ attributes }: Span): boolean {
  return hasTokens(attributes);
}

function reportOf(objects: Iterable<JsonObject>): UsageReport {
  const parents = new Map<string, string>();
  const used = new Map<string, Span>();
  for (const object of objects) {
    for (const span of spansIn(object)) {
      if (span.id !== "") parents.set(span.id, span.parent);
      if (hasUsage(span)) used.set(span.id || `#${used.size}`, span);
    }
  }
  const spans = [...used.values()];
  const sums = ancestorsOf(spans, parents);
  const areOnlySums = spans.every(isSum);
  const counted = spans.filter((span) => !sums.has(span.id) && (span.id !== "" || areOnlySums || !isSum(span)));
  return callsReport({ format: opentelemetry.name, ...soundLines(onceEach(counted).map(saidOf)) });
}

/** Every span that has a span with usage somewhere within. */
function ancestorsOf(spans: readonly Span[], parents: ReadonlyMap<string, string>): Set<string> {
  const ancestors = new Set<string>();
  for (const span of spans) {
    for (let at = span.parent; at !== "" && !ancestors.has(at); at = parents.get(at) ?? "") ancestors.add(at);
  }
  return ancestors;
}

/**
 * Two libraries may each have traced one request: the answer's id shows it, and the one that says more counts. A sum
 * bears the id of the last answer in it, and is ignored if that answer has a span.
 */
function onceEach(spans: readonly Span[]): Span[] {
  const answers = new Map<string, Span>();
  const others: Span[] = [];
  for (const span of spans) {
    const id = responseOf(span.attributes);
    const known = answers.get(id);
    if (id === "" || isSum(span)) others.push(span);
    else if (known === undefined || detailOf(span) > detailOf(known)) answers.set(id, span);
  }
  return [...answers.values(), ...others.filter((span) => !answers.has(responseOf(span.attributes)))];
}

/** Of two accounts of one request the fuller one has more kinds of tokens, then the cost. */
function detailOf({ attributes }: Span): number {
  try {
    const kinds = Object.values(tokensIn(attributes)).filter((count) => count !== 0).length;
    return 2 * kinds + (costIn(attributes).reported_cost === undefined ? 0 : 1);
  } catch (error) {
    if (error instanceof UsageError) return 0;
    throw error;
  }
}

function isSum({ attributes }: Span): boolean {
  return isSumOfOthers(attributes);
}

function saidOf(span: Span): Said {
  const { attributes, at } = span;
  return {
    about: { ...namesIn(attributes), at, requests: 1, aggregate: isSum(span) },
    counts: () => tokensIn(attributes),
    cost: () => costIn(attributes),
  };
}
