import { callsReport } from "../calls-report.ts";
import { hasNumber, objectsInList } from "../count-in.ts";
import { type JsonObject, objectIn, textIn } from "../json-text.ts";
import { type IsMetered, meteredBy, type Reader } from "../reader.ts";
import { attempted, type Said, soundLines } from "../sound-lines.ts";
import type { UsageReport } from "../usage.ts";
import { UsageError } from "../usage-error.ts";
import { countsOf, type Figures, figuresOfUsage, inputOf, serviceOfUsage, sumOf } from "./claude-code-figures.ts";

/**
 * The Anthropic Messages API: bodies and streams. `input_tokens` counts neither what was read from a cache nor what was
 * written to one; compaction and advisors are billed with the `iterations` and are outside the figures above them; in a
 * stream the last `message_delta` has the final figures, of the input, too. Fetching pages and running code in addition
 * to a search are free.
 */
export const anthropic: Reader = {
  name: "anthropic",
  title: "Anthropic Messages API (response bodies and streams)",
  recognize: (object) => isBody(object) || isStart(object) || isDelta(object),
  read: (objects, isMetered) => reportOf(messagesOf(objects), isMetered),
};

type Message = {
  readonly id: string;
  readonly model: string;
  readonly host: string;
  readonly usage: JsonObject;
  readonly ended: boolean;
};

// Other hosts mark the ids they give; the names are the price table's.
const HOSTS: readonly (readonly [string, string])[] = [
  ["msg_bdrk_", "aws"],
  ["msg_vrtx_", "google"],
];

function isBody(object: JsonObject): boolean {
  return textIn(object, "type") === "message" && textIn(object, "role") === "assistant" && hasTokens(object);
}

function isStart(object: JsonObject): boolean {
  const message = textIn(object, "type") === "message_start" ? objectIn(object, "message") : undefined;
  return message !== undefined && textIn(message, "role") === "assistant";
}

function isDelta(object: JsonObject): boolean {
  return textIn(object, "type") === "message_delta" && objectIn(object, "delta") !== undefined && hasTokens(object);
}

function hasTokens(object: JsonObject): boolean {
  return hasNumber(objectIn(object, "usage"), "input_tokens", "output_tokens");
}

/** Each message once, by its id; the last sighting of it counts. */
function messagesOf(objects: Iterable<JsonObject>): Message[] {
  const messages = new Map<string, Message>();
  let open = "";
  for (const object of objects) {
    if (isBody(object)) {
      const id = textIn(object, "id") || `#${messages.size}`;
      messages.set(id, { ...messageOf(object), ended: true });
    } else if (isStart(object)) {
      const message = objectIn(object, "message") ?? {};
      open = textIn(message, "id") || `#${messages.size}`;
      messages.set(open, { ...messageOf(message), ended: false });
    } else if (textIn(object, "type") === "message_delta") {
      // A stream whose start is missing still reports its tokens.
      if (!messages.has(open)) open = `#${messages.size}`;
      const known = messages.get(open) ?? messageOf({});
      messages.set(open, { ...known, usage: updated(known.usage, objectIn(object, "usage") ?? {}), ended: true });
    } else if (textIn(object, "type") === "message_stop") {
      open = "";
    }
  }
  return [...messages.values()];
}

function messageOf(message: JsonObject): Message {
  const id = textIn(message, "id");
  const host = HOSTS.find(([mark]) => id.startsWith(mark))?.[1] ?? "";
  return { id, model: textIn(message, "model"), host, usage: objectIn(message, "usage") ?? {}, ended: false };
}

/** Later figures over earlier ones; gateways that know a figure only at one end say zero or nothing at the other. */
function updated(earlier: JsonObject, later: JsonObject): JsonObject {
  const known = Object.entries(later).filter(([, value]) => value !== null && value !== 0);
  return { ...earlier, ...Object.fromEntries(known) };
}

function reportOf(messages: readonly Message[], isMetered: IsMetered | undefined): UsageReport {
  const missing = messages.every((message) => message.ended)
    ? []
    : ["A stream broke off before its last figures: the output counted is a minimum."];
  const sound = soundLines(messages.flatMap((message) => saidBy(message, isMetered)));
  return callsReport({ ...sound, format: anthropic.name, missing: [...missing, ...sound.missing] });
}

/** What a message says: its iterations if they are complete, otherwise the figures above them. */
function saidBy({ id, model, host, usage }: Message, isMetered: IsMetered | undefined): Said[] {
  const service = { ...serviceOfUsage(usage), ...meteredBy(id, isMetered) };
  const about = (name: string) => ({ provider: host, model: name, ...service });
  const figures = attempted(() => iterationsIn(usage, model));
  // What can't be read at all is the figures above: they say why.
  if (figures instanceof UsageError || figures.length === 0)
    return [{ about: about(model), counts: () => requestOf(figuresOfUsage(usage)) }];
  return figures.map(([name, one]) => ({ about: about(name), counts: () => requestOf(one) }));
}

/** A message's iterations, each with its model; none if the figures above them are larger. */
function iterationsIn(usage: JsonObject, model: string): (readonly [string, Figures])[] {
  const whole = figuresOfUsage(usage);
  const iterations = objectsInList(usage, "iterations").map(
    (iteration) => [textIn(iteration, "model") || model, figuresOfUsage(iteration)] as const,
  );
  const parts = sumOf(iterations.map(([, figures]) => figures));
  if (inputOf(parts) < inputOf(whole) || parts.output < whole.output) return [];
  const unsaid = Math.max(0, whole.searches - parts.searches);
  return iterations.map(([name, figures], index) =>
    index === 0 ? [name, { ...figures, searches: figures.searches + unsaid }] : [name, figures],
  );
}

function requestOf(figures: Figures) {
  return { ...countsOf(figures), requests: 1 };
}
