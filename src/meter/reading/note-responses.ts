import { objectsInList } from "../../usage/count-in.ts";
import { type JsonObject, objectIn, own, textIn } from "../../usage/json-text.ts";
import { keep, MAX_ITEMS, type Notes, only } from "./notes.ts";

const ENDS = /^response\.(?:completed|incomplete|failed|done)$/;

/** Notes a response, or one event of its stream. */
export function noteResponse(notes: Notes, event: JsonObject): void {
  const type = textIn(event, "type");
  const response = type.startsWith("response.") ? objectIn(event, "response") : undefined;
  if (response !== undefined) {
    keep(notes, { type, response: responseIn(response) }, textIn(response, "id"));
    notes.pending = ENDS.test(type) ? "no" : "stream";
    if (ENDS.test(type)) notes.isOver = true;
    if (type === "response.failed") notes.hasFailed = true;
  } else if (type === "error") notes.hasFailed = true;
  else if (type === "" && textIn(event, "object") !== "") {
    const status = textIn(event, "status");
    keep(notes, responseIn(event), textIn(event, "id"));
    notes.hasFailed = status === "failed";
    notes.pending = status === "queued" || status === "in_progress" ? "stored" : "no";
  }
}

function responseIn(response: JsonObject): JsonObject {
  const items = objectsInList(response, "output").slice(0, MAX_ITEMS);
  const tools = objectsInList(response, "tools").slice(0, MAX_ITEMS);
  return {
    ...only(response, "id", "object", "model", "created_at", "service_tier", "usage"),
    ...(own(response, "content_filters") !== undefined && { content_filters: [] }),
    ...(Array.isArray(own(response, "output")) && { output: items.map(itemOf) }),
    ...(tools.length > 0 && { tools: tools.map((tool) => only(tool, "type")) }),
  };
}

function itemOf(item: JsonObject): JsonObject {
  const action = objectIn(item, "action");
  return { ...only(item, "type", "container_id"), ...(action && { action: only(action, "type") }) };
}
