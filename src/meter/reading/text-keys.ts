import type { Api } from "./route.ts";

const NONE: ReadonlySet<string> = new Set();
const MESSAGES: ReadonlySet<string> = new Set(["text", "thinking", "partial_json"]);
const CHAT: ReadonlySet<string> = new Set(["content", "reasoning_content", "reasoning", "arguments", "refusal"]);
/** A stream's text is in deltas; it comes once more in the events that sum them up. */
const RESPONSES_STREAM: ReadonlySet<string> = new Set(["delta"]);
const RESPONSES: ReadonlySet<string> = new Set(["text", "arguments", "input"]);
const GEMINI: ReadonlySet<string> = new Set(["text"]);
const ANY: ReadonlySet<string> = new Set([...MESSAGES, ...CHAT, "input"]);

/** The keys under which an answer has the text that its model wrote. */
export function textKeysOf(api: Api | undefined, isStream: boolean): ReadonlySet<string> {
  switch (api) {
    case "messages":
      return MESSAGES;
    case "chat":
      return CHAT;
    case "responses":
      return isStream ? RESPONSES_STREAM : RESPONSES;
    case "gemini":
      return GEMINI;
    case "converse":
    case "invoke":
      return ANY;
    default:
      return NONE;
  }
}
