import { isObject, type JsonObject } from "../../usage/json-text.ts";
import { type ReadObject, readObject } from "./bounded-json.ts";

// Length of the whole and of the headers, and their check sum.
const PRELUDE = 12;
const CHECK_SUM = 4;
/** A header's value that is text. */
const TEXT = 7;
/** Larger messages are passed over: an event of a model is a few words. */
const MAX_MESSAGE = 1_048_576;

export type FrameStream = {
  /** Takes a piece of the stream; returns the messages that end in it. */
  readonly push: (bytes: Uint8Array) => ReadObject[];
};

/**
 * The messages of Amazon's binary event stream (`application/vnd.amazon.eventstream`), as Bedrock's streams have them:
 * of ConverseStream `{ "<event type>": … }`, of InvokeModelWithResponseStream what the model's maker sends.
 */
export function frameStream(textKeys: ReadonlySet<string>): FrameStream {
  let held: Buffer = Buffer.alloc(0);
  let skip = 0;
  const push = (bytes: Uint8Array): ReadObject[] => {
    const values: ReadObject[] = [];
    held = Buffer.concat([held, bytes]);
    for (;;) {
      const skipped = Math.min(skip, held.length);
      skip -= skipped;
      held = held.subarray(skipped);
      if (skip > 0 || held.length < PRELUDE) return values;
      const length = held.readUInt32BE(0);
      // What can't be a message ends the reading: nothing after it can be found.
      if (length < PRELUDE + CHECK_SUM) skip = Number.POSITIVE_INFINITY;
      else if (length > MAX_MESSAGE) skip = length;
      else if (held.length < length) return values;
      else {
        values.push(messageOf(held.subarray(0, length), textKeys));
        skip = length;
      }
    }
  };
  return { push };
}

function messageOf(message: Buffer, textKeys: ReadonlySet<string>): ReadObject {
  const headersEnd = PRELUDE + message.readUInt32BE(4);
  const payload = message.subarray(headersEnd, message.length - CHECK_SUM);
  const type = eventType(message.subarray(PRELUDE, headersEnd));
  const chunk = type === "chunk" ? chunkOf(payload) : undefined;
  const { value, textLength } = readObject((chunk ?? payload).toString("latin1"), textKeys);
  if (chunk !== undefined || value === undefined || type === "") return { value, textLength };
  return { value: { [type]: value }, textLength };
}

/** What the model's maker sent, which a chunk has in Base64. */
function chunkOf(payload: Buffer): Buffer | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString("utf8"));
    const bytes: unknown = isObject(value) ? (value as JsonObject)["bytes"] : undefined;
    return typeof bytes === "string" ? Buffer.from(bytes, "base64") : undefined;
  } catch {
    return undefined;
  }
}

/** The event's type; an exception's, where it is one. Only headers of text are known to come. */
function eventType(headers: Buffer): string {
  let at = 0;
  while (at < headers.length) {
    const nameEnd = at + 1 + headers.readUInt8(at);
    if (headers.length < nameEnd + 3 || headers[nameEnd] !== TEXT) return "";
    const name = headers.toString("latin1", at + 1, nameEnd);
    const end = nameEnd + 3 + headers.readUInt16BE(nameEnd + 1);
    if (name === ":event-type" || name === ":exception-type") return headers.toString("latin1", nameEnd + 3, end);
    at = end;
  }
  return "";
}
