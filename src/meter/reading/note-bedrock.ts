import { type JsonObject, objectIn } from "../../usage/json-text.ts";
import { keep, type Notes, only } from "./notes.ts";

const CONVERSE_KEYS = [
  "usage",
  "metrics",
  "serviceTier",
  "performanceConfig",
  "trace",
  "stopReason",
  "modelId",
] as const;

/** Notes what Converse answers, or one event of its stream. */
export function noteConverse(notes: Notes, event: JsonObject): void {
  const metadata = objectIn(event, "metadata");
  const start = objectIn(event, "messageStart");
  if (metadata) {
    keep(notes, { metadata: only(metadata, ...CONVERSE_KEYS) }, "");
    notes.isOver = true;
  } else if (start) keep(notes, { messageStart: only(start, "role") }, "");
  else if (objectIn(event, "usage")) {
    keep(notes, { ...only(event, ...CONVERSE_KEYS), output: { message: {} } }, "");
    notes.isOver = true;
  } else if (Object.keys(event).some((key) => key.endsWith("Exception"))) notes.hasFailed = true;
}
