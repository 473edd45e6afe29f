import type { Instant } from "../../values/month.ts";
import { type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { type IsMetered, instantIn, meteredBy } from "../reader.ts";
import type { Said } from "../sound-lines.ts";
import { UsageError } from "../usage-error.ts";
import {
  areSame,
  factsOf,
  growthOf,
  isNoTokens,
  oddPart,
  soundTokensOf,
  sumOfTokens,
  type Tokens,
} from "./codex-tokens.ts";

/** What was counted at one time: one request, or several where the file doesn't report each. */
type Counted = {
  /** The response's id, where the file has it. */
  readonly id: string;
  readonly model: string;
  readonly tier: string;
  readonly tokens: Tokens;
  readonly at: Instant | undefined;
  readonly isOne: boolean;
};

/** What a Codex session file says so far. */
export type Rollout = {
  session: string;
  /** The file begins with a copy of another session's records. */
  isFork: boolean;
  begunAt: Instant | undefined;
  model: string;
  tier: string;
  /** What the settings say: for turns that begin after them. */
  nextTier: string;
  total: Tokens | undefined;
  turn: "none" | "begun" | "counted" | "aborted";
  readonly counted: Counted[];
  /** Responses of this very session, where the version reports them. */
  readonly responses: Map<string, Counted>;
  /** Responses that no count has reported yet. */
  uncounted: Tokens[];
  /** Responses whose counts make no sense. */
  readonly odd: UsageError[];
  /** A count that makes no sense, until the next one, which contains it. */
  oddCount: UsageError | undefined;
};

/** The kinds of record in a session file that matter here; each has a `payload`. */
const RECORDS = ["session_meta", "turn_context", "event_msg", "token_usage_record"];

/** Records are copied at once when a session is forked; no answer of a model comes so early. */
const COPYING_MS = 2_000;

export function newRollout(): Rollout {
  return {
    ...{ session: "", isFork: false, begunAt: undefined, model: "", tier: "", nextTier: "" },
    ...{ total: undefined, turn: "none", counted: [], responses: new Map() },
    ...{ uncounted: [], odd: [], oddCount: undefined },
  };
}

/** Processes the file's next record. */
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

/** The requests in the order of time. */
export function saidByRollout(rollout: Rollout, isMetered?: IsMetered): Said[] {
  const { isFork, responses, odd, oddCount } = rollout;
  const counted = isFork && responses.size > 0 ? [...responses.values()] : rollout.counted;
  const errors = oddCount ? [...odd, oddCount] : odd;
  return [...counted.map((one) => saidOf(one, isMetered)), ...errors.map(oddPart)];
}

/** Whether the file ends in a turn that was only partly counted. */
export function isRolloutOpen(rollout: Rollout): boolean {
  return rollout.turn === "begun" || rollout.turn === "aborted";
}

export function isRolloutRecord(record: JsonObject): boolean {
  return RECORDS.includes(textIn(record, "type")) && objectIn(record, "payload") !== undefined;
}

function saidOf({ id, model, tier, at, tokens, isOne }: Counted, isMetered: IsMetered | undefined): Said {
  return {
    about: { model, tier, at, ...meteredBy(id, isMetered) },
    counts: () => ({ ...factsOf(tokens), requests: 1, aggregate: !isOne }),
  };
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

/** A response is reported by itself since 0.154: a compaction's is in no count. */
function noteResponse(rollout: Rollout, payload: JsonObject, at: Instant | undefined): void {
  const usage = objectIn(payload, "usage");
  if (!usage || textIn(payload, "thread_id") !== rollout.session) return;
  const id = textIn(payload, "response_id");
  const key = id || `#${rollout.responses.size}`;
  if (rollout.responses.has(key)) return;
  const tokens = soundTokensOf(usage);
  if (tokens instanceof UsageError) {
    rollout.odd.push(tokens);
    return;
  }
  rollout.responses.set(key, count(rollout, { id, tokens, at, isOne: true }));
  rollout.uncounted.push(tokens);
}

function count(rollout: Rollout, one: Omit<Counted, "model" | "tier">): Counted {
  const counted = { model: rollout.model, tier: rollout.tier, ...one };
  rollout.counted.push(counted);
  if (rollout.turn === "begun") rollout.turn = "counted";
  return counted;
}

function noteEvent(rollout: Rollout, payload: JsonObject, at: Instant | undefined): void {
  const type = textIn(payload, "type");
  if (type === "thread_settings_applied") noteSettings(rollout, objectIn(payload, "thread_settings") ?? {});
  if (type === "task_started" || type === "turn_started") {
    rollout.turn = "begun";
    rollout.tier = rollout.nextTier;
  }
  if (type === "task_complete" || type === "turn_complete") rollout.turn = "none";
  if (type === "turn_aborted") rollout.turn = "aborted";
  const info = type === "token_count" ? objectIn(payload, "info") : undefined;
  if (info) noteCount(rollout, info, at);
}

/** All settings as they are now: no tier in them is the standard one. A running turn keeps its own. */
function noteSettings(rollout: Rollout, settings: JsonObject): void {
  // Codex calls the priority tier fast:
  // https://github.com/openai/codex/blob/main/codex-rs/protocol/src/config_types.rs.
  rollout.nextTier = textIn(settings, "service_tier").replace(/^fast$/, "priority");
  rollout.model ||= textIn(settings, "model");
  if (rollout.turn === "none" || rollout.turn === "aborted") rollout.tier = rollout.nextTier;
}

/**
 * Counts the increase of the total: the event is repeated where nothing was used, and copied into the files of forked
 * sessions and subagents.
 */
function noteCount(rollout: Rollout, info: JsonObject, at: Instant | undefined): void {
  const last = soundIn(info, "last_token_usage");
  const total = soundIn(info, "total_token_usage");
  const now = total ?? last;
  if (now instanceof UsageError) {
    // In versions that report responses separately nothing remains.
    if (rollout.responses.size === 0 && !isCopy(rollout, at)) rollout.oddCount = now;
    return;
  }
  const request = last instanceof UsageError ? undefined : last;
  const before = rollout.total;
  if (total) rollout.total = now;
  if (!now || isCopy(rollout, at)) return;
  rollout.oddCount = undefined;
  // A fork's first total has the other session's in it.
  const first = rollout.isFork ? request : now;
  const grown = before && total ? (growthOf(now, before) ?? request ?? now) : first;
  const tokens = grown && notReported(rollout, grown);
  if (!tokens || isNoTokens(tokens)) return;
  const isOne = tokens === grown && (request === undefined || request.input >= tokens.input);
  count(rollout, { id: "", tokens, at, isOne });
}

function soundIn(info: JsonObject, key: string): Tokens | UsageError | undefined {
  const usage = objectIn(info, key);
  return usage && soundTokensOf(usage);
}

/** What a count has beyond the responses that were reported by themselves since the one before. */
function notReported(rollout: Rollout, grown: Tokens): Tokens | undefined {
  if (isNoTokens(grown)) return undefined;
  const reported = rollout.uncounted;
  if (reported.length === 0) return grown;
  rollout.uncounted = [];
  // A compaction before it may be among them.
  if (reported.some((one) => areSame(one, grown))) return undefined;
  const all = sumOfTokens(reported);
  return growthOf(all, grown) ? undefined : (growthOf(grown, all) ?? grown);
}

function isCopy({ isFork, begunAt }: Rollout, at: Instant | undefined): boolean {
  if (!isFork || begunAt === undefined || at === undefined) return false;
  return Date.parse(at) <= Date.parse(begunAt) + COPYING_MS;
}
