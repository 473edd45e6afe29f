import { type JsonObject, objectIn, textIn } from "../json-text.ts";
import type { UsageLine } from "../usage.ts";
import { growthOf, lineOfSession, type Tokens, tokensOf } from "./codex-tokens.ts";

type Thread = {
  readonly id: string;
  /** The last figures of each counter: a new one begins where the figures are lower than before. */
  readonly counters: Tokens[];
  /** A turn was begun whose end isn't told. */
  isOpen: boolean;
};

/** What `codex exec --json` printed so far: its figures go on counting over a thread, also over a resumed one. */
export type ExecStream = { readonly threads: Map<string, Thread>; current: string };

/** Takes in the stream's next event. Throws a UsageError ("bad-usage") for counts that make no sense. */
export function noteExecEvent(stream: ExecStream, event: JsonObject): void {
  const type = textIn(event, "type");
  if (type === "thread.started") stream.current = textIn(event, "thread_id");
  if (type !== "thread.started" && type !== "turn.started" && type !== "turn.completed") return;
  const id = stream.current;
  const thread = stream.threads.get(id) ?? { id, counters: [], isOpen: true };
  stream.threads.set(id, thread);
  const usage = type === "turn.completed" ? objectIn(event, "usage") : undefined;
  thread.isOpen = usage === undefined;
  if (usage) noteFigures(thread.counters, tokensOf(usage));
}

/** A line a counter; the stream names no model. */
export function linesOfExec(stream: ExecStream): UsageLine[] {
  return [...stream.threads.values()].flatMap(({ id, counters }) =>
    counters.map((tokens, index) => ({
      ...lineOfSession(id, [{ model: "", tokens, at: undefined }]),
      ...(index > 0 && { restarted: true }),
    })),
  );
}

/** Whether a turn was begun whose figures never came. */
export function isExecOpen(stream: ExecStream): boolean {
  return [...stream.threads.values()].some((thread) => thread.isOpen);
}

export function isExecEvent(event: JsonObject): boolean {
  const type = textIn(event, "type");
  if (type === "thread.started") return textIn(event, "thread_id") !== "";
  return type === "turn.completed" && objectIn(event, "usage") !== undefined;
}

function noteFigures(counters: Tokens[], tokens: Tokens): void {
  const last = counters.at(-1);
  if (last && growthOf(tokens, last)) counters.pop();
  counters.push(tokens);
}
