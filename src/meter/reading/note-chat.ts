import { objectsInList } from "../../usage/count-in.ts";
import { type JsonObject, objectIn, own, textIn } from "../../usage/json-text.ts";
import { keep, MAX_ITEMS, type Notes, only } from "./notes.ts";

/** Notes a chat completion or embeddings, or one chunk of a stream. */
export function noteChat(notes: Notes, answer: JsonObject): void {
  if (objectIn(answer, "error") !== undefined && !Array.isArray(own(answer, "choices"))) notes.hasFailed = true;
  const choices = objectsInList(answer, "choices").map(choiceOf);
  const groq = objectIn(answer, "x_groq");
  const figures: JsonObject = {
    ...only(answer, "id", "object", "model", "created", "service_tier", "provider", "usage"),
    ...(groq && { x_groq: only(groq, "usage") }),
    ...(own(answer, "prompt_filter_results") !== undefined && { prompt_filter_results: [] }),
    ...(Array.isArray(own(answer, "choices")) && { choices }),
  };
  const known = notes.figures.at(-1);
  if (!isPiece(answer) || known === undefined || saysMore(figures, known)) keep(notes, figures, textIn(answer, "id"));
}

function isPiece(answer: JsonObject): boolean {
  if (textIn(answer, "object") === "chat.completion.chunk") return true;
  return objectsInList(answer, "choices").some((choice) => objectIn(choice, "delta")) || choicesAreEmpty(answer);
}

/** As in the chunk that has only the usage, and in Azure's first one. */
function choicesAreEmpty(answer: JsonObject): boolean {
  const choices = own(answer, "choices");
  return Array.isArray(choices) && choices.length === 0;
}

function choiceOf(choice: JsonObject): JsonObject {
  const key = objectIn(choice, "delta") ? "delta" : "message";
  const said = objectIn(choice, key);
  const ran = said === undefined ? [] : objectsInList(said, "executed_tools").slice(0, MAX_ITEMS);
  return {
    ...only(choice, "usage"),
    ...(objectIn(choice, "content_filter_results") && { content_filter_results: {} }),
    ...(said && { [key]: ran.length === 0 ? {} : { executed_tools: ran.map(() => ({})) } }),
  };
}

const NAMES = ["id", "model", "service_tier", "provider"] as const;

/** Whether a chunk has figures, or says something that the chunk before it doesn't. */
function saysMore(figures: JsonObject, known: JsonObject): boolean {
  if (objectIn(figures, "usage") || objectIn(figures, "x_groq") || own(figures, "prompt_filter_results")) return true;
  if (NAMES.some((name) => textIn(figures, name) !== "" && textIn(figures, name) !== textIn(known, name))) return true;
  const choices = objectsInList(figures, "choices");
  const wereFiltered = objectsInList(known, "choices").some(isFiltered);
  return choices.some(
    (choice) =>
      objectIn(choice, "usage") ||
      own(objectIn(choice, "delta") ?? {}, "executed_tools") ||
      (isFiltered(choice) && !wereFiltered),
  );
}

function isFiltered(choice: JsonObject): boolean {
  return objectIn(choice, "content_filter_results") !== undefined;
}
