import { type JsonObject, objectIn, textIn } from "../json-text.ts";
import type { Said } from "../sound-lines.ts";
import { plainName } from "../usage.ts";
import { UsageError } from "../usage-error.ts";
import { factsOf, growthOf, oddPart, soundTokensOf, type Tokens } from "./codex-tokens.ts";

type Thread = {
  readonly id: string;
  /** The last figures of each counter: a new one begins where the figures are lower than before. */
  readonly counters: Tokens[];
  /** The last figures make no sense, and none came after them. */
  odd: UsageError | undefined;
  /** A turn was started whose end isn't reported. */
  isOpen: boolean;
};

/** What `codex exec --json` printed so far: its figures keep counting over a thread, even a resumed one. */
export type ExecStream = { readonly threads: Map<string, Thread>; current: string };

/** Processes the stream's next event. */
export function noteExecEvent(stream: ExecStream, event: JsonObject): void {
  const type = textIn(event, "type");
  if (type === "thread.started") stream.current = textIn(event, "thread_id");
  if (type !== "thread.started" && type !== "turn.started" && type !== "turn.completed") return;
  const id = stream.current;
  const thread = stream.threads.get(id) ?? { id, counters: [], odd: undefined, isOpen: true };
  stream.threads.set(id, thread);
  const usage = type === "turn.completed" ? objectIn(event, "usage") : undefined;
  thread.isOpen = usage === undefined;
  if (usage) noteFigures(thread, soundTokensOf(usage));
}

/** One line per counter; the stream names no model. */
export function saidByExec(stream: ExecStream): Said[] {
  return [...stream.threads.values()].flatMap(({ id, counters, odd }) => [
    ...counters.map((tokens, index) => ({
      about: { session: id, counting: countingOf(id), restarted: index > 0 },
      counts: () => ({ ...factsOf(tokens), requests: 1, aggregate: true }),
    })),
    ...(odd ? [oddPart(odd)] : []),
  ]);
}

function countingOf(thread: string): "delta" | "cumulative" {
  return plainName(thread) === "" ? "delta" : "cumulative";
}

/** Whether a turn was started whose figures never came. */
export function isExecOpen(stream: ExecStream): boolean {
  return [...stream.threads.values()].some((thread) => thread.isOpen);
}

export function isExecEvent(event: JsonObject): boolean {
  const type = textIn(event, "type");
  if (type === "thread.started") return textIn(event, "thread_id") !== "";
  return type === "turn.completed" && objectIn(event, "usage") !== undefined;
}

function noteFigures(thread: Thread, tokens: Tokens | UsageError): void {
  if (tokens instanceof UsageError) {
    thread.odd = tokens;
    return;
  }
  // These contain what the odd figures counted.
  thread.odd = undefined;
  const last = thread.counters.at(-1);
  if (last && growthOf(tokens, last)) thread.counters.pop();
  thread.counters.push(tokens);
}
