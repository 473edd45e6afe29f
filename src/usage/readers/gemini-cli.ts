import type { Instant } from "../../values/month.ts";
import { countIn } from "../count-in.ts";
import { isObject, type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { instantIn, type Reader } from "../reader.ts";
import { type Said, soundLines } from "../sound-lines.ts";
import { isEmptyUsage, type UsageReport } from "../usage.ts";

/**
 * Gemini CLI: `-o json`, also where an action keeps it among other lines (`gemini-artifacts/stdout.log`), and
 * `-o stream-json`, which leaves thoughts out of its output: what the total has beyond the input is the output.
 */
export const geminiCli: Reader = {
  name: "gemini-cli",
  title: "Gemini CLI (-o json or stream-json, gemini-artifacts/stdout.log)",
  recognize: (object) => isAnswer(object) || isResult(object) || isInit(object),
  read: (objects) => reportOf(objects),
};

type Run = {
  readonly said: Said[];
  session: string;
  model: string;
  at: Instant | undefined;
  /** A run has started whose figures haven't come. */
  isOpen: boolean;
};

function reportOf(objects: Iterable<JsonObject>): UsageReport {
  const run: Run = { said: [], session: "", model: "", at: undefined, isOpen: true };
  for (const object of objects) note(run, object);
  const sound = soundLines(run.said);
  const lines = sound.lines.filter((line) => !isEmptyUsage(line));
  const isSilent = run.isOpen || lines.length === 0;
  const silence = isSilent ? ["Gemini CLI was interrupted, or failed: it doesn't report its usage."] : [];
  const missing = [...silence, ...sound.missing];
  return { format: "gemini-cli", lines, complete: missing.length === 0, notes: [...missing, ...sound.notes] };
}

function note(run: Run, object: JsonObject): void {
  run.session = textIn(object, "session_id") || run.session;
  run.at = instantIn(own(object, "timestamp")) ?? run.at;
  if (isInit(object)) {
    run.model = textIn(object, "model");
    run.isOpen = true;
  }
  if (!isAnswer(object) && !isResult(object)) return;
  const stats = objectIn(object, "stats") ?? {};
  const models = Object.entries(objectIn(stats, "models") ?? {});
  // Earlier versions of the stream have one sum over all models.
  const figures = models.length > 0 || isAnswer(object) ? models : [[run.model, stats] as const];
  for (const [model, of] of figures) if (isObject(of)) run.said.push(saidBy(run, model, of));
  run.isOpen = false;
}

function saidBy(run: Run, model: string, figures: JsonObject): Said {
  const tokens = objectIn(figures, "tokens");
  return {
    about: { provider: "google", model, session: run.session, at: run.at },
    counts: () => {
      const requests = countIn(objectIn(figures, "api") ?? {}, "totalRequests");
      const counts = tokens ? countsOf(tokens) : streamedCountsOf(figures);
      return { ...counts, requests: Math.max(1, requests), aggregate: requests !== 1 };
    },
  };
}

/** What a tool's results add to the prompt is counted separately; so are thoughts and the answer. */
function countsOf(tokens: JsonObject) {
  const input = countIn(tokens, "prompt") + countIn(tokens, "tool");
  const reasoning = countIn(tokens, "thoughts");
  const output = Math.max(countIn(tokens, "candidates") + reasoning, countIn(tokens, "total") - input);
  return { input, cache_read: countIn(tokens, "cached"), output, reasoning };
}

function streamedCountsOf(stats: JsonObject) {
  const input = countIn(stats, "input_tokens");
  const answer = countIn(stats, "output_tokens");
  const output = Math.max(answer, countIn(stats, "total_tokens") - input);
  return { input, cache_read: countIn(stats, "cached"), output, reasoning: output - answer };
}

function isInit(object: JsonObject): boolean {
  return textIn(object, "type") === "init" && textIn(object, "session_id") !== "" && textIn(object, "model") !== "";
}

function isResult(object: JsonObject): boolean {
  const stats = objectIn(object, "stats");
  return textIn(object, "type") === "result" && stats !== undefined && own(stats, "total_tokens") !== undefined;
}

function isAnswer(object: JsonObject): boolean {
  const stats = objectIn(object, "stats");
  const models = stats && objectIn(stats, "models");
  if (!models || own(object, "type") !== undefined) return false;
  const figures = Object.values(models);
  if (figures.length === 0) return ["response", "error"].some((key) => own(object, key) !== undefined);
  return figures.some((of) => isObject(of) && objectIn(of, "tokens") !== undefined);
}
