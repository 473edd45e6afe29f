import type { Instant } from "../../values/month.ts";
import { type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { instantIn, laterOf } from "../reader.ts";
import { attempted, type Odd } from "../sound-lines.ts";
import { UsageError } from "../usage-error.ts";
import {
  differenceOf,
  type Figures,
  figuresOfUsage,
  inputOf,
  isNothing,
  largerOf,
  NO_FIGURES,
  type Service,
  serviceOfUsage,
  sumOf,
} from "./claude-code-figures.ts";
import { type Result, resultOf } from "./claude-code-result.ts";

/** One request to a model, as far as the stream shows it. */
export type Message = {
  /** The answer's id; empty where the stream doesn't have it. */
  readonly id: string;
  readonly model: string;
  readonly figures: Figures;
  /** How it was served, where the stream says so. */
  readonly service: Service | undefined;
};

/** Results that each continue the previous one's count: the last one has everything. */
export type Run = {
  result: Result;
  /** What the turns are known to have used, each by itself. */
  turns: Figures;
  at: Instant | undefined;
  readonly messages: Message[];
};

/** What is known about one session. */
export type Session = {
  readonly id: string;
  readonly runs: Run[];
  /** Messages that no result has included yet, by their id. */
  readonly pending: Map<string, Message>;
  readonly seenResults: Set<string>;
  /** Where a stream event's figures belong that doesn't name its message, by the parent tool. */
  readonly open: Map<string, string>;
  initModel: string;
  /** The last time an element names. */
  at: Instant | undefined;
  /** A result said that nothing was used, or failed with less than what was seen. */
  brokenOff: boolean;
  /** Parts that make no sense and were left out. */
  readonly odd: Odd[];
  /** What is wrong with the first message that makes no sense. */
  oddMessage: UsageError | undefined;
};

// Claude Code's own words where no model answered.
const NO_MODEL = "<synthetic>";

/** Sorts the elements of one or several Claude Code outputs by session. */
export function sessionsOf(elements: Iterable<JsonObject>): Session[] {
  const sessions = new Map<string, Session>();
  let current = "";
  for (const element of elements) {
    const id = textIn(element, "session_id") || current;
    // The first lines may come without an id: they are the beginning of the session named next.
    const nameless = current === "" && id !== "" ? sessions.get("") : undefined;
    if (nameless && !sessions.has(id)) {
      sessions.delete("");
      sessions.set(id, { ...nameless, id });
    }
    current = id;
    const session = sessions.get(id) ?? newSession(id);
    sessions.set(id, session);
    note(session, element);
  }
  return [...sessions.values()];
}

function newSession(id: string): Session {
  return {
    id,
    runs: [],
    pending: new Map(),
    seenResults: new Set(),
    open: new Map(),
    initModel: "",
    at: undefined,
    brokenOff: false,
    odd: [],
    oddMessage: undefined,
  };
}

function note(session: Session, element: JsonObject): void {
  const type = textIn(element, "type");
  session.at = laterOf(session.at, instantIn(own(element, "timestamp")));
  if (type === "system" && textIn(element, "subtype") === "init") session.initModel ||= textIn(element, "model");
  if (type === "assistant") noteAssistant(session, element);
  if (type === "stream_event") noteEvent(session, element);
  if (type === "result") noteResult(session, element);
}

function noteAssistant(session: Session, element: JsonObject): void {
  const message = objectIn(element, "message");
  if (message) noteMessage(session, message, textIn(element, "uuid"));
}

function noteEvent(session: Session, element: JsonObject): void {
  const event = objectIn(element, "event");
  if (!event) return;
  const parent = textIn(element, "parent_tool_use_id");
  const message = objectIn(event, "message");
  if (textIn(event, "type") === "message_start" && message) {
    session.open.set(parent, noteMessage(session, message, textIn(element, "uuid")));
  }
  const usage = objectIn(event, "usage");
  const id = session.open.get(parent);
  const known = id === undefined ? undefined : session.pending.get(id);
  if (textIn(event, "type") === "message_delta" && usage && id !== undefined && known) {
    const figures = largerOf(known.figures, figuresSeen(session, usage));
    session.pending.set(id, { ...known, figures, service: serviceOfUsage(usage) ?? known.service });
  }
}

function noteMessage(session: Session, message: JsonObject, uuid: string): string {
  const given = textIn(message, "id");
  const id = given || uuid || `#${session.pending.size}`;
  const model = textIn(message, "model");
  const usage = objectIn(message, "usage") ?? {};
  const known = session.pending.get(id);
  const figures = largerOf(known?.figures ?? NO_FIGURES, figuresSeen(session, usage));
  const service = serviceOfUsage(usage) ?? known?.service;
  if (model !== NO_MODEL) session.pending.set(id, { id: given, model, figures, service });
  return id;
}

/** What a message says; nothing if that makes no sense: a result has the figures that count. */
function figuresSeen(session: Session, usage: JsonObject): Figures {
  const figures = attempted(() => figuresOfUsage(usage));
  if (!(figures instanceof UsageError)) return figures;
  session.oddMessage ??= figures;
  return NO_FIGURES;
}

function noteResult(session: Session, element: JsonObject): void {
  const uuid = textIn(element, "uuid");
  if (uuid !== "" && session.seenResults.has(uuid)) return;
  session.seenResults.add(uuid);
  const result = resultOf(element);
  session.odd.push(...result.odd);
  if (result.models.size === 0 && isNothing(result.usage) && !result.total) {
    // An interrupted run says it cost nothing: what its stream shows stays open.
    session.brokenOff = true;
    return;
  }
  const messages = [...session.pending.values()];
  session.pending.clear();
  session.open.clear();
  const last = session.runs.at(-1);
  if (last && goesOn(last.result, result)) {
    last.result = result;
    last.turns = sumOf([last.turns, result.turn]);
    last.at = session.at;
    last.messages.push(...messages);
  } else {
    session.runs.push({ result, turns: result.turn, at: session.at, messages });
  }
  session.brokenOff = result.failed && showsMore(messages, result);
}

/**
 * Whether a later result's figures contain the earlier one's. They do when what they are larger by covers the later
 * turn itself; in doubt both count, since money spent unseen is worse than money booked twice.
 */
function goesOn(earlier: Result, later: Result): boolean {
  if (earlier.models.size === 0 || later.models.size === 0) return false;
  if ((later.total ?? 0) < (earlier.total ?? 0)) return false;
  for (const [model, figures] of earlier.models) {
    if (!differenceOf(later.models.get(model) ?? NO_FIGURES, figures)) return false;
  }
  const growth = differenceOf(sumOf(later.models.values()), sumOf(earlier.models.values()));
  return growth !== undefined && differenceOf(growth, { ...later.turn, thinking: 0, searches: 0 }) !== undefined;
}

function showsMore(messages: readonly Message[], result: Result): boolean {
  const seen = sumOf(messages.map((message) => message.figures));
  const counted = result.models.size === 0 ? result.usage : sumOf(result.models.values());
  return inputOf(seen) > inputOf(counted);
}

/** Whether an element is Claude Code's; Cursor's, Qwen Code's and other tools' look alike and count otherwise. */
export function isClaudeCode(element: JsonObject): boolean {
  const type = textIn(element, "type");
  if (type === "result") return hasAny(element, ["total_cost_usd", "modelUsage"]);
  if (type === "assistant") return isMessage(objectIn(element, "message") ?? {});
  if (type === "stream_event") return textIn(objectIn(element, "event") ?? {}, "type") !== "";
  if (type !== "system" || textIn(element, "subtype") !== "init") return false;
  return hasAny(element, ["claude_code_version", "mcp_servers"]) && !hasAny(element, ["qwen_code_version"]);
}

function isMessage(message: JsonObject): boolean {
  const usage = objectIn(message, "usage");
  if (usage === undefined || textIn(message, "model") === "") return false;
  return hasAny(usage, ["cache_creation_input_tokens"]) && !hasAny(usage, ["total_tokens"]);
}

function hasAny(object: JsonObject, keys: readonly string[]): boolean {
  return keys.some((key) => own(object, key) !== undefined);
}
