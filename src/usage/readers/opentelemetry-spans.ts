import { objectsInList } from "../count-in.ts";
import { isObject, type JsonObject, objectIn, own, textIn } from "../json-text.ts";

/** A span as far as it concerns usage; ids are unique across traces, and empty where there are none. */
export type Span = { readonly id: string; readonly parent: string; readonly attributes: JsonObject };

/** The spans in an object: an OTLP export, one span as an exporter prints it, or nothing but its attributes. */
export function spansIn(object: JsonObject): Span[] {
  if (Array.isArray(own(object, "resourceSpans"))) {
    return objectsInList(object, "resourceSpans")
      .flatMap((resource) => objectsInList(resource, "scopeSpans"))
      .flatMap((scope) => objectsInList(scope, "spans"))
      .map(spanOf);
  }
  const isSpan = Array.isArray(own(object, "attributes")) || objectIn(object, "attributes") !== undefined;
  return [isSpan ? spanOf(object) : { id: "", parent: "", attributes: object }];
}

function spanOf(span: JsonObject): Span {
  const context = objectIn(span, "context") ?? objectIn(span, "spanContext") ?? {};
  const trace = textOf(span, "traceId") || textOf(context, "trace_id", "traceId");
  const id = textOf(span, "spanId", "id") || textOf(context, "span_id", "spanId");
  const parent =
    textOf(span, "parentSpanId", "parentId", "parent_id") ||
    textOf(objectIn(span, "parentSpanContext") ?? {}, "spanId");
  const unique = (one: string) => (one === "" ? "" : `${trace} ${one}`);
  return { id: unique(id), parent: unique(parent), attributes: attributesOf(span) };
}

function textOf(object: JsonObject, ...keys: readonly string[]): string {
  return keys.map((key) => textIn(object, key)).find((text) => text !== "") ?? "";
}

/** OTLP has a list of keys and typed values, where whole numbers are text; others have an object. */
function attributesOf(span: JsonObject): JsonObject {
  const attributes = objectIn(span, "attributes");
  if (attributes) return attributes;
  return Object.fromEntries(
    objectsInList(span, "attributes").map((one) => [textIn(one, "key"), plainValue(own(one, "value"))]),
  );
}

function plainValue(value: unknown): unknown {
  if (!isObject(value)) return value;
  const whole = own(value, "intValue");
  if (whole !== undefined) return Number(whole);
  return own(value, "stringValue") ?? own(value, "doubleValue");
}
