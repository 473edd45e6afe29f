import { type JsonObject, objectIn, textIn } from "../../usage/json-text.ts";
import { keep, type Notes, only } from "./notes.ts";

/** Notes a message, or one event of its stream. */
export function noteMessage(notes: Notes, event: JsonObject): void {
  const type = textIn(event, "type");
  const start = type === "message_start" ? objectIn(event, "message") : undefined;
  if (start !== undefined) keep(notes, { type, message: messageIn(start) }, textIn(start, "id"));
  else if (type === "message") keep(notes, messageIn(event), textIn(event, "id"));
  else if (type === "message_delta" && objectIn(event, "usage"))
    keep(notes, { type, delta: {}, ...only(event, "usage") }, "");
  else if (type === "message_stop") notes.isOver = true;
  else if (type === "error") notes.hasFailed = true;
}

function messageIn(message: JsonObject): JsonObject {
  return only(message, "type", "role", "id", "model", "usage");
}
