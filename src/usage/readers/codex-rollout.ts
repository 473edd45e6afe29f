import type { Instant } from "../../budget/month.ts";
import { type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { instantIn } from "../reader.ts";
import type { UsageLine } from "../usage.ts";
import { type Counted, growthOf, isNoTokens, lineOfSession, type Tokens, tokensOf } from "./codex-tokens.ts";

/** What a Codex session file says so far. */
export type Rollout = {
  session: string;
  /** The file begins with a copy of another session's records. */
  isFork: boolean;
  begunAt: Instant | undefined;
  model: string;
  total: Tokens | undefined;
  turn: "none" | "begun" | "counted" | "aborted";
  readonly counted: Counted[];
  /** Responses of this very session, where the version tells whose they are. */
  readonly responses: Map<string, Counted>;
};

/** The kinds of record in a session file that matter here; each has a `payload`. */
const RECORDS = ["session_meta", "turn_context", "event_msg", "token_usage_record"];

/** Records are copied at once when a session is forked; no answer of a model comes so early. */
const COPYING_MS = 2_000;

export function newRollout(): Rollout {
  return {
    ...{ session: "", isFork: false, begunAt: undefined, model: "", total: undefined, turn: "none" },
    counted: [],
    responses: new Map(),
  };
}

/** Takes in the file's next record. Throws a UsageError ("bad-usage") for counts that make no sense. */
export function noteRecord(rollout: Rollout, record: JsonObject): void {
  const payload = objectIn(record, "payload");
  if (!payload) return;
  const at = instantIn(own(record, "timestamp"));
  const type = textIn(record, "type");
  if (type === "session_meta") noteSession(rollout, payload, at);
  if (type === "turn_context") rollout.model = textIn(payload, "model") || rollout.model;
  if (type === "token_usage_record") noteResponse(rollout, payload, at);
  if (type === "event_msg") noteEvent(rollout, payload, at);
}

/** A line a model. */
export function linesOfRollout(rollout: Rollout): UsageLine[] {
  const { session, isFork, responses } = rollout;
  const counted = isFork && responses.size > 0 ? [...responses.values()] : rollout.counted;
  const models = new Set(counted.map((one) => one.model));
  return [...models].map((model) => {
    const ofModel = counted.filter((one) => one.model === model);
    return lineOfSession(session, ofModel);
  });
}

/** Whether the file ends in a turn of which a part was never counted. */
export function isRolloutOpen(rollout: Rollout): boolean {
  return rollout.turn === "begun" || rollout.turn === "aborted";
}

export function isRolloutRecord(record: JsonObject): boolean {
  return RECORDS.includes(textIn(record, "type")) && objectIn(record, "payload") !== undefined;
}

function noteSession(rollout: Rollout, payload: JsonObject, at: Instant | undefined): void {
  const id = textIn(payload, "id") || textIn(payload, "session_id");
  if (rollout.session === "") {
    rollout.session = id;
    rollout.begunAt = at;
    rollout.isFork = (textIn(payload, "forked_from_id") || textIn(payload, "parent_thread_id")) !== "";
  } else if (id !== rollout.session) {
    rollout.isFork = true;
  }
}

function noteResponse(rollout: Rollout, payload: JsonObject, at: Instant | undefined): void {
  const usage = objectIn(payload, "usage");
  if (!usage || textIn(payload, "thread_id") !== rollout.session) return;
  const tokens = tokensOf(usage);
  const id = textIn(payload, "response_id") || `#${rollout.responses.size}`;
  rollout.responses.set(id, { model: rollout.model, tokens, longest: tokens.input, at });
}

function noteEvent(rollout: Rollout, payload: JsonObject, at: Instant | undefined): void {
  const type = textIn(payload, "type");
  if (type === "task_started" || type === "turn_started") rollout.turn = "begun";
  if (type === "task_complete" || type === "turn_complete") rollout.turn = "none";
  if (type === "turn_aborted") rollout.turn = "aborted";
  const info = type === "token_count" ? objectIn(payload, "info") : undefined;
  if (info) noteCount(rollout, info, at);
}

/**
 * Counts what the total grew by: the event is repeated where nothing was used, and copied into the files of forked
 * sessions and subagents.
 */
function noteCount(rollout: Rollout, info: JsonObject, at: Instant | undefined): void {
  const last = objectIn(info, "last_token_usage");
  const request = last && tokensOf(last);
  const total = objectIn(info, "total_token_usage");
  const now = total ? tokensOf(total) : request;
  const before = rollout.total;
  if (total) rollout.total = now;
  if (!now || isCopy(rollout, at)) return;
  // A fork's first total has the other session's in it.
  const first = rollout.isFork ? request : now;
  const tokens = before && total ? (growthOf(now, before) ?? request ?? now) : first;
  if (!tokens || isNoTokens(tokens)) return;
  if (rollout.turn === "begun") rollout.turn = "counted";
  const longest = Math.min(request?.input ?? tokens.input, tokens.input);
  rollout.counted.push({ model: rollout.model, tokens, longest, at });
}

function isCopy({ isFork, begunAt }: Rollout, at: Instant | undefined): boolean {
  if (!isFork || begunAt === undefined || at === undefined) return false;
  return Date.parse(at) <= Date.parse(begunAt) + COPYING_MS;
}
