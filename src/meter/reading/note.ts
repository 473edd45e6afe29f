import { type JsonObject, objectIn, own, textIn } from "../../usage/json-text.ts";
import { noteConverse, noteCounted } from "./note-bedrock.ts";
import { noteChat } from "./note-chat.ts";
import { noteGemini } from "./note-gemini.ts";
import { noteMessage } from "./note-messages.ts";
import { noteResponse } from "./note-responses.ts";
import type { Notes } from "./notes.ts";
import type { Api } from "./route.ts";

type Note = (notes: Notes, object: JsonObject) => void;

const NOTES: Readonly<Record<Api, Note>> = {
  messages: noteMessage,
  chat: noteChat,
  responses: noteResponse,
  gemini: (notes, object) => noteGemini(notes, objectIn(object, "response") ?? object),
  converse: noteConverse,
  invoke: noteAny,
  embeddings: (notes, object) => (objectIn(object, "usageMetadata") ? noteGemini : noteChat)(notes, object),
};

/** Notes one object of an answer: its body, or one event of its stream. */
export function note(notes: Notes, api: Api | undefined, object: JsonObject): void {
  NOTES[api ?? "invoke"](notes, object);
}

/** What a model's maker sends, in its own form, and what Bedrock counted itself. */
function noteAny(notes: Notes, event: JsonObject): void {
  const type = textIn(event, "type");
  const usage = objectIn(event, "usage") ?? {};
  if (/^(?:message|content_block|error$|ping$)/.test(type)) noteMessage(notes, event);
  else if (Array.isArray(own(event, "choices"))) noteChat(notes, event);
  else if (objectIn(event, "usageMetadata")) noteGemini(notes, event);
  else if (type.startsWith("response.") || textIn(event, "object") === "response") noteResponse(notes, event);
  else if (own(usage, "prompt_tokens") !== undefined) noteChat(notes, event);
  else if (own(usage, "input_tokens") !== undefined) noteResponse(notes, { ...event, object: "response" });
  else noteConverse(notes, event);
  noteCounted(notes, event);
}
