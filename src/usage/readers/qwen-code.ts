import { addedUp } from "../added-up.ts";
import { countIn, hasNumber } from "../count-in.ts";
import { isObject, type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import type { Reader } from "../reader.ts";
import { type Said, soundLines } from "../sound-lines.ts";
import {
  isEmptyUsage,
  type OwnCounts,
  plainName,
  type UsageFacts,
  type UsageLine,
  type UsageReport,
  usageLine,
} from "../usage.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Qwen Code: `--output-format json` (an array, whose result has its models) and stream-json. It prints what looks like
 * Claude Code's elements, but its input contains what was cached, and a result counts all of the session so far:
 * https://github.com/QwenLM/qwen-code/blob/main/packages/cli/src/nonInteractive/io/BaseJsonOutputAdapter.ts.
 */
export const qwenCode: Reader = {
  name: "qwen-code",
  title: "Qwen Code (--output-format json or stream-json)",
  recognize: (element) => isInit(element) || hasItsUsage(element),
  read: (elements) => reportOf(elements),
};

/** What a result counts, by model: the session's own model where the result names none. */
type Result = ReadonlyMap<string, JsonObject>;

type Session = {
  readonly id: string;
  model: string;
  /** Results that don't contain the one before them: the last has it all. */
  readonly results: Result[];
  /** Answers that a result contains, and those that came after it, by id. */
  readonly answers: Map<string, JsonObject>;
  readonly pending: Map<string, JsonObject>;
  isOpen: boolean;
};

function isInit(element: JsonObject): boolean {
  return textIn(element, "type") === "system" && textIn(element, "qwen_code_version") !== "";
}

/**
 * Claude Code has no total of tokens; one that is no more than input and output says that the cached ones are in it.
 */
function hasItsUsage(element: JsonObject): boolean {
  const type = textIn(element, "type");
  if (type !== "assistant" && type !== "result") return false;
  const usage = objectIn(type === "result" ? element : (objectIn(element, "message") ?? {}), "usage");
  if (usage === undefined || !hasNumber(usage, "total_tokens") || Object.hasOwn(element, "total_cost_usd"))
    return false;
  return Number(own(usage, "input_tokens")) + Number(own(usage, "output_tokens")) === own(usage, "total_tokens");
}

function reportOf(elements: Iterable<JsonObject>): UsageReport {
  const sessions = new Map<string, Session>();
  for (const element of elements) {
    const id = textIn(element, "session_id");
    const session = sessions.get(id) ?? newSession(id);
    sessions.set(id, session);
    note(session, element);
  }
  const all = [...sessions.values()];
  const sound = soundLines(all.flatMap((session) => [...saidByResults(session), ...saidByPending(session)]));
  const lines = addedUp(sound.lines.filter((line) => !isEmptyUsage(line)));
  const isOpen = lines.length === 0 || all.some((session) => session.isOpen);
  const open = isOpen ? ["Qwen Code was interrupted, or failed: its usage since its last answer is unknown."] : [];
  const missing = [...sound.missing, ...open];
  return { format: qwenCode.name, lines, complete: missing.length === 0, notes: [...missing, ...sound.notes] };
}

function newSession(id: string): Session {
  return { id, model: "", results: [], answers: new Map(), pending: new Map(), isOpen: true };
}

function note(session: Session, element: JsonObject): void {
  const type = textIn(element, "type");
  if (isInit(element)) {
    session.model ||= textIn(element, "model");
    session.isOpen = true;
  }
  if (type === "assistant") noteAnswer(session, element);
  if (type === "result") noteResult(session, element);
}

function noteAnswer(session: Session, element: JsonObject): void {
  const message = objectIn(element, "message") ?? {};
  session.pending.set(textIn(message, "id") || textIn(element, "uuid") || `#${session.pending.size}`, message);
  session.model ||= textIn(message, "model");
  session.isOpen = true;
}

function noteResult(session: Session, element: JsonObject): void {
  const named = Object.entries(objectIn(objectIn(element, "stats") ?? {}, "models") ?? {}).filter(isModel);
  const usage = objectIn(element, "usage");
  const result: Result = new Map(named.length > 0 || !usage ? named : [[session.model, usage]]);
  // A subagent's failure is a result that counts nothing: it ends nothing.
  if (sizeOf(result) === 0) return;
  const last = session.results.at(-1);
  if (last && sizeOf(result) >= sizeOf(last)) session.results.pop();
  session.results.push(result);
  for (const [id, message] of session.pending) session.answers.set(id, message);
  session.pending.clear();
  session.isOpen = false;
}

function isModel(entry: [string, unknown]): entry is [string, JsonObject] {
  return isObject(entry[1]);
}

function saidByResults(session: Session): Said[] {
  const own = ownOf(session);
  const isNamed = plainName(session.id) !== "";
  return session.results.flatMap((result, index) =>
    [...result].map(([model, figures]) => ({
      about: {
        model,
        ...(isNamed ? { session: session.id, counting: "cumulative" as const, own, restarted: index > 0 } : {}),
      },
      counts: () => countsOf(figures),
    })),
  );
}

/** What no result includes: each answer separately. */
function saidByPending(session: Session): Said[] {
  return [...session.pending.values()].map((message) => ({
    about: { model: textIn(message, "model") || session.model },
    counts: () => ({ ...countsOf(objectIn(message, "usage") ?? {}), aggregate: false }),
  }));
}

/** What the run itself used, as far as its answers say; where they say nothing, all of it may be its own. */
function ownOf({ results, answers }: Session): OwnCounts {
  const said = [...answers.values()].map((message) => countedIn(objectIn(message, "usage") ?? {}));
  const known = said.some((line) => !isEmptyUsage(line))
    ? said
    : results.flatMap((result) => [...result.values()].map(countedIn));
  const sum = (count: (line: UsageLine) => number) => known.reduce((total, line) => total + count(line), 0);
  return {
    input: sum((line) => line.input),
    cache_read: sum((line) => line.cache_read),
    cache_write: 0,
    output: sum((line) => line.output),
  };
}

function sizeOf(result: Result): number {
  return [...result.values()].map(countedIn).reduce((size, line) => size + line.input + line.output, 0);
}

/** What figures count; nothing if they make no sense. */
function countedIn(figures: JsonObject): UsageLine {
  try {
    return usageLine(countsOf(figures));
  } catch (error) {
    if (error instanceof UsageError) return usageLine({});
    throw error;
  }
}

/**
 * Reasoning is included in the answer's tokens or added to them, depending on the provider: the total shows which.
 * Throws a UsageError ("bad-usage") for counts that make no sense.
 */
function countsOf(figures: JsonObject): UsageFacts {
  const tokens = objectIn(figures, "tokens");
  const input = tokens ? countIn(tokens, "prompt") + countIn(tokens, "tool") : countIn(figures, "input_tokens");
  const answer = tokens ? countIn(tokens, "candidates") : countIn(figures, "output_tokens");
  const total = tokens ? countIn(tokens, "total") : countIn(figures, "total_tokens");
  const output = Math.max(answer, total - input);
  const requests = countIn(objectIn(figures, "api"), "totalRequests");
  return {
    input,
    cache_read: tokens ? countIn(tokens, "cached") : countIn(figures, "cache_read_input_tokens"),
    output,
    reasoning: Math.min(output, tokens ? countIn(tokens, "thoughts") : output - answer),
    requests: Math.max(1, requests),
    aggregate: requests !== 1,
  };
}
