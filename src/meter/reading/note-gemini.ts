import { objectsInList } from "../../usage/count-in.ts";
import { type JsonObject, objectIn, own, textIn } from "../../usage/json-text.ts";
import { keep, type Notes, only } from "./notes.ts";

const GEMINI_KEYS = ["responseId", "modelVersion", "createTime", "usageMetadata"] as const;

/** A stream's chunks all have figures: those without anything else replace each other. */
export function noteGemini(notes: Notes, chunk: JsonObject): void {
  if (objectIn(chunk, "error") !== undefined) notes.hasFailed = true;
  const candidates = objectsInList(chunk, "candidates").map((candidate) =>
    only(candidate, "finishReason", "groundingMetadata"),
  );
  const feedback = objectIn(chunk, "promptFeedback");
  const figures: JsonObject = {
    ...only(chunk, ...GEMINI_KEYS),
    ...(candidates.length > 0 && { candidates }),
    ...(feedback && { promptFeedback: only(feedback, "blockReason") }),
  };
  if (objectIn(chunk, "usageMetadata") === undefined) return;
  const known = notes.figures.at(-1);
  const isPlain = known !== undefined && !objectsInList(known, "candidates").some(isSaying);
  if (isPlain && textIn(known, "responseId") === textIn(chunk, "responseId")) {
    notes.figures.pop();
    const usageMetadata = { ...objectIn(known, "usageMetadata"), ...objectIn(chunk, "usageMetadata") };
    keep(notes, { ...known, ...figures, usageMetadata }, textIn(chunk, "responseId"));
  } else keep(notes, figures, textIn(chunk, "responseId"));
  if (candidates.some((candidate) => textIn(candidate, "finishReason") !== "") || feedback) notes.isFinished = true;
}

function isSaying(candidate: JsonObject): boolean {
  return own(candidate, "groundingMetadata") !== undefined || textIn(candidate, "finishReason") !== "";
}
