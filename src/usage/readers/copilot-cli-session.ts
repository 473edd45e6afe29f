import type { Instant } from "../../values/month.ts";
import { hasNumber } from "../count-in.ts";
import { isObject, type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { instantIn, laterOf } from "../reader.ts";

/** What one model is said to have used, by its events' names, and how many requests it was. */
export type Used = { readonly model: string; readonly facts: JsonObject; readonly requests: number };

/** A request that was printed by itself. */
export type Request = Used & { readonly at: Instant | undefined };

/** What was used from one start or resumption to the next shutdown. */
export type Stretch = {
  readonly at: Instant | undefined;
  readonly models: readonly Used[];
  /** What the session says it was billed, in nano-AI-units; 0 where it doesn't. */
  readonly units: number;
  readonly requests: readonly Request[];
  /** Its figures continue those of the stretch before it. */
  readonly isRunningTotal: boolean;
};

export type Session = {
  id: string;
  at: Instant | undefined;
  readonly stretches: Stretch[];
  /** Single requests since the last shutdown. */
  requests: Request[];
  /** What the session was billed so far, as checkpoints since the last shutdown say. */
  checkpoint: number | undefined;
  /** Versions that write checkpoints keep counting when a session is resumed. */
  hasCheckpoints: boolean;
  /** The model of the last answer. */
  model: string;
  /** Whether a model answered since the last shutdown or checkpoint. */
  open: boolean;
  /** What was printed of a run ends with its result. */
  hasEnded: boolean;
};

export function isCopilotEvent(object: JsonObject): boolean {
  const data = objectIn(object, "data");
  const type = textIn(object, "type");
  if (data === undefined) return false;
  if (type === "session.shutdown") return objectIn(data, "modelMetrics") !== undefined;
  if (type === "session.usage_checkpoint") return hasNumber(data, "totalNanoAiu");
  if (type === "session.start") return textIn(data, "copilotVersion") !== "";
  return type === "assistant.usage" && textIn(data, "model") !== "" && hasNumber(data, "inputTokens", "outputTokens");
}

/** The sessions of one file, or of what several runs printed. */
export function sessionsOf(objects: Iterable<JsonObject>): Session[] {
  const sessions: Session[] = [];
  // Only what counts is remembered: a file may have hundreds of thousands of events.
  const seen = new Set<string>();
  for (const object of objects) {
    const type = textIn(object, "type");
    const data = objectIn(object, "data");
    const last = sessions.at(-1);
    const named = type === "session.start" ? textIn(data ?? {}, "sessionId") : "";
    const isNext = last === undefined || last.hasEnded || (named !== "" && last.id !== "" && named !== last.id);
    const session = isNext ? newSession() : last;
    if (isNext) sessions.push(session);
    session.id ||= named;
    if (type === "result" && data === undefined) {
      session.id ||= textIn(object, "sessionId");
      session.hasEnded = true;
    }
    const id = textIn(object, "id");
    if (data === undefined || (id !== "" && seen.has(id))) continue;
    if (COUNTS.has(type)) seen.add(id);
    note(session, { type, data, at: instantIn(own(object, "timestamp")) });
  }
  return sessions;
}

const COUNTS: ReadonlySet<string> = new Set(["session.shutdown", "session.usage_checkpoint", "assistant.usage"]);

function newSession(): Session {
  return {
    ...{ id: "", at: undefined, stretches: [], requests: [], checkpoint: undefined },
    ...{ hasCheckpoints: false, model: "", open: false, hasEnded: false },
  };
}

type Event = { readonly type: string; readonly data: JsonObject; readonly at: Instant | undefined };

function note(session: Session, { type, data, at }: Event): void {
  if (COUNTS.has(type)) session.at = laterOf(session.at, at);
  if (type === "assistant.turn_start") session.open = true;
  if (type === "assistant.message") {
    session.open = true;
    session.model = textIn(data, "model") || session.model;
  }
  if (type === "assistant.usage") session.requests.push({ model: textIn(data, "model"), facts: data, requests: 1, at });
  if (type === "session.shutdown") noteShutdown(session, data, at);
  const units = type === "session.usage_checkpoint" ? unitsIn(data) : undefined;
  if (units === undefined) return;
  session.hasCheckpoints = true;
  session.open = false;
  session.checkpoint = units;
}

/** The session's bill in nano-AI-units; undefined if it has none, or one that is no amount. */
function unitsIn(data: JsonObject): number | undefined {
  const units = own(data, "totalNanoAiu");
  return typeof units === "number" && units >= 0 && units <= Number.MAX_SAFE_INTEGER ? units : undefined;
}

function noteShutdown(session: Session, data: JsonObject, at: Instant | undefined): void {
  const models = Object.entries(objectIn(data, "modelMetrics") ?? {}).flatMap(([model, metrics]) => {
    const usage = isObject(metrics) ? objectIn(metrics, "usage") : undefined;
    if (!isObject(metrics) || usage === undefined) return [];
    return [{ model, facts: { ...metrics, ...usage }, requests: requestsIn(metrics) }];
  });
  session.stretches.push({
    ...{ at, models, requests: session.requests, isRunningTotal: session.hasCheckpoints },
    units: unitsIn(data) ?? session.checkpoint ?? 0,
  });
  session.requests = [];
  session.checkpoint = undefined;
  session.open = false;
}

/** How many requests a model's metrics are of; 0 where they don't say. */
function requestsIn(metrics: JsonObject): number {
  const count = own(objectIn(metrics, "requests") ?? {}, "count");
  return typeof count === "number" && Number.isSafeInteger(count) && count > 0 ? count : 0;
}
