import type { Instant } from "../../values/month.ts";
import { objectsInList } from "../count-in.ts";
import { isObject, type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { instantIn } from "../reader.ts";

/** A span as far as it concerns usage; ids are unique across traces, and empty if there are none. */
export type Span = {
  readonly id: string;
  readonly parent: string;
  /** When it ended, or else began. */
  readonly at: Instant | undefined;
  readonly attributes: JsonObject;
};

/** The spans in an object: an OTLP export, one span as an exporter prints it, or nothing but its attributes. */
export function spansIn(object: JsonObject): Span[] {
  if (Array.isArray(own(object, "resourceSpans"))) {
    return objectsInList(object, "resourceSpans")
      .flatMap((resource) => objectsInList(resource, "scopeSpans"))
      .flatMap((scope) => objectsInList(scope, "spans"))
      .map(spanOf);
  }
  const isSpan = Array.isArray(own(object, "attributes")) || objectIn(object, "attributes") !== undefined;
  return [isSpan ? spanOf(object) : { id: "", parent: "", at: undefined, attributes: object }];
}

function spanOf(span: JsonObject): Span {
  const context = objectIn(span, "context") ?? objectIn(span, "spanContext") ?? {};
  const trace = textOf(span, "traceId") || textOf(context, "trace_id", "traceId");
  const id = textOf(span, "spanId", "id") || textOf(context, "span_id", "spanId");
  const parent =
    textOf(span, "parentSpanId", "parentId", "parent_id") ||
    textOf(objectIn(span, "parentSpanContext") ?? {}, "spanId");
  const unique = (one: string) => (one === "" ? "" : `${trace} ${one}`);
  return { id: unique(id), parent: unique(parent), at: timeOf(span), attributes: attributesOf(span) };
}

// OTLP has nanoseconds, as text; exporters that print have ISO text or seconds with nanoseconds, JavaScript's also
// microseconds with a duration.
const TIMES = ["endTimeUnixNano", "end_time", "endTime", "startTimeUnixNano", "start_time", "startTime"] as const;

function timeOf(span: JsonObject): Instant | undefined {
  const begun = own(span, "timestamp");
  const lasted = own(span, "duration");
  const isPrinted = typeof begun === "number" && typeof lasted === "number";
  const printed = isPrinted ? instantIn((begun + lasted) / 1_000) : undefined;
  const times = TIMES.map((key) => instantOfTime(own(span, key), key.endsWith("Nano")));
  return printed ?? times.find((time) => time !== undefined);
}

function instantOfTime(time: unknown, isNano: boolean): Instant | undefined {
  if (isNano) return instantIn(Number(time) / 1_000_000);
  if (!Array.isArray(time)) return instantIn(time);
  const [seconds, nano] = time as readonly unknown[];
  return typeof seconds === "number" && typeof nano === "number"
    ? instantIn(seconds * 1_000 + nano / 1_000_000)
    : undefined;
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
