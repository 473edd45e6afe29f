import { BudgetError } from "../../values/errors.ts";
import { dayOf, epochOf, later } from "../../values/month.ts";
import { countForgotten } from "../alerts/in-time.ts";
import { IDS_SURELY_REMEMBERED_MS } from "../booked-ids.ts";
import { BOUNDS_OF_FILES, boundsOf } from "../bounds.ts";
import { type Draft, withNote, withState } from "../draft.ts";
import { howClosed } from "../holds.ts";
import { withinRoom } from "../messages/room.ts";
import type { HistoryLine, State } from "../state.ts";
import { encodeState } from "./encode.ts";

/** Above this share of the most bytes no new hold is opened, so that every open one can still be booked. */
const WITH_NEW_HOLD = 11 / 12;

/** Above this share memory is dropped. */
const ROOMY = 10 / 12;

/** Line breaks and the decimals of dollars make less than a third more of it. */
const SURELY_ROOMY_JSON = ROOMY * 0.75;

const HOUR_MS = 3_600_000;
const PROFILE_UNUSED_MS = 30 * 24 * HOUR_MS;
const MESSAGES_KEPT = 10;
/** What was settled just now may be requested again. */
const SETTLED_KEPT = 20;

/** How many bytes the state's file has. */
export function bytesOf(state: State): number {
  return lengthOf(encodeState(state));
}

function lengthOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** What may be forgotten, in this order, a piece at a time; none of it is money, an open hold or a line of history. */
type Memory = {
  readonly what: string;
  /** The state without the next pieces; undefined if none is left. */
  readonly without: (state: State, draft: Draft) => { readonly state: State; readonly pieces: number } | undefined;
};

const MEMORIES: readonly Memory[] = [
  { what: "resolved alerts", without: withoutResolved },
  { what: "pull requests", without: withoutPulls },
  { what: "sessions", without: withoutSessions },
  { what: "settled holds", without: withoutSettled },
  { what: "profiles", without: withoutUnusedProfiles },
  { what: "chosen ids", without: withoutOldIds },
  { what: "months' details", without: withoutDetails },
  { what: "messages", without: withoutMessages },
];

/**
 * The draft with a state that fits into its file: beyond 10/12 of the most bytes, 400,000 in files, memory is dropped,
 * in a fixed order, with a warning. Throws a BudgetError if even without it the state would have more than the most
 * bytes, 480,000.
 */
export function fitted(draft: Draft): Draft {
  if (isSurelyRoomy(draft)) return draft;
  const { state, dropped, bytes } = smaller(draft);
  const most = mostBytes(draft);
  if (bytes > most) {
    const why = most === BOUNDS_OF_FILES.bytes ? "GitHub shows at most 512,000 bytes of a file" : `${most} is the most`;
    throw new BudgetError(
      "state-unreadable",
      `The state would have ${bytes} bytes, and ${why}: nothing was written. Look for keys or tags that are many kilobytes long.`,
    );
  }
  if (dropped.length === 0) return draft;
  const text = `The state grew beyond ${ROOMY * most} bytes: to keep it readable, ${dropped.join(", ")} were forgotten. Money, open holds and history are complete.`;
  return withNote(withState(draft, { ...state, forgot_at: draft.circumstances.now }), "warning", text);
}

/** Whether the state has room for one more hold than it had, with all memory dropped that may be. */
export function hasRoomForHold(draft: Draft): boolean {
  return isSurelyRoomy(draft) || smaller(draft).bytes <= WITH_NEW_HOLD * mostBytes(draft);
}

function isSurelyRoomy(draft: Draft): boolean {
  const lengths = Object.entries(draft.state).map(([key, value]) => key.length + 6 + jsonLength(value));
  return lengths.reduce((sum, length) => sum + length, 0) < SURELY_ROOMY_JSON * mostBytes(draft);
}

/** Of the lists of a state: most of them are the same when a decision measures it again. */
const measured = new WeakMap<object, number>();

function jsonLength(value: unknown): number {
  if (typeof value !== "object" || value === null) return String(value).length;
  const length = measured.get(value) ?? lengthOf(JSON.stringify(value));
  measured.set(value, length);
  return length;
}

function mostBytes({ circumstances: { settings } }: Draft): number {
  return boundsOf(settings).bytes;
}

type Smaller = { readonly state: State; readonly bytes: number; readonly dropped: readonly string[] };

function smaller(draft: Draft): Smaller {
  let { state } = draft;
  let bytes = bytesOf(state);
  const dropped: string[] = [];
  for (const { what, without } of MEMORIES) {
    let pieces = 0;
    while (bytes > ROOMY * mostBytes(draft)) {
      const next = without(state, draft);
      if (next === undefined) break;
      state = next.state;
      bytes = bytesOf(state);
      pieces += next.pieces;
    }
    if (pieces > 0) dropped.push(`${pieces} ${what}`);
  }
  return { state, bytes, dropped };
}

/** Half of a list at a time: what is left is measured again. */
function halfOf(length: number): number {
  return Math.ceil(length / 2);
}

/** The newest alert stays, so that no number is given twice. */
function withoutResolved(state: State, { circumstances }: Draft): ReturnType<Memory["without"]> {
  const { alerts = [] } = state;
  const kept = alerts.filter((alert, index) => alert.resolved_at === undefined || index === alerts.length - 1);
  const gone = alerts.filter((alert) => !kept.includes(alert));
  if (gone.length === 0) return undefined;
  const forgotten = countForgotten(state, gone, circumstances.settings.escalateMs);
  return { state: { ...state, alerts: kept, ...forgotten }, pieces: gone.length };
}

/** The comment of a forgotten one stays as it is. */
function withoutPulls(state: State): ReturnType<Memory["without"]> {
  const kept = Object.entries(state.pulls ?? {});
  const pieces = halfOf(kept.length);
  if (pieces === 0) return undefined;
  const left = kept.slice(pieces);
  return { state: { ...state, pulls: left.length === 0 ? undefined : Object.fromEntries(left) }, pieces };
}

function withoutSessions(state: State): ReturnType<Memory["without"]> {
  const byAge = Object.entries(state.sessions).sort(([, a], [, b]) => epochOf(keptAt(a)) - epochOf(keptAt(b)));
  const pieces = halfOf(byAge.length);
  return pieces === 0 ? undefined : { state: { ...state, sessions: Object.fromEntries(byAge.slice(pieces)) }, pieces };
}

function keptAt({ at, kept_at }: State["sessions"][string]): string {
  return kept_at ?? at;
}

function withoutSettled(state: State): ReturnType<Memory["without"]> {
  const settled = state.closed_holds.filter((one) => howClosed(one) === "settled").slice(0, -SETTLED_KEPT);
  const gone = new Set(settled.slice(0, halfOf(settled.length)));
  if (gone.size === 0) return undefined;
  return { state: { ...state, closed_holds: state.closed_holds.filter((one) => !gone.has(one)) }, pieces: gone.size };
}

function withoutUnusedProfiles(state: State, { circumstances }: Draft): ReturnType<Memory["without"]> {
  const since = dayOf(later(circumstances.now, -PROFILE_UNUSED_MS), "UTC");
  const used = Object.entries(state.profiles).filter(([, { at }]) => at !== undefined && at >= since);
  const pieces = Object.keys(state.profiles).length - used.length;
  return pieces === 0 ? undefined : { state: { ...state, profiles: Object.fromEntries(used) }, pieces };
}

function withoutOldIds(state: State, { circumstances }: Draft): ReturnType<Memory["without"]> {
  const { booked_ids: ids = [] } = state;
  const recent = ids.filter(({ at }) => epochOf(circumstances.now) - epochOf(at) < IDS_SURELY_REMEMBERED_MS);
  const pieces = ids.length - recent.length;
  return pieces === 0 ? undefined : { state: { ...state, booked_ids: recent }, pieces };
}

/** Old months keep what they spent, and on how many executions; the details are in the ledger. */
function withoutDetails(state: State): ReturnType<Memory["without"]> {
  const whole = state.history.filter((line) => line.short !== true);
  const gone = new Set(whole.slice(0, halfOf(whole.length)));
  if (gone.size === 0) return undefined;
  const history = state.history.map((line) => (gone.has(line) ? shortened(line) : line));
  return { state: { ...state, history }, pieces: gone.size };
}

function shortened(line: HistoryLine): HistoryLine {
  const { models: _, daily_spent: __, tokens_used: ___, budgets: ____, adjustments: _____, ...others } = line;
  const { top_runs: ______, ...rest } = others;
  return { ...rest, short: true };
}

/** What waits for the longest queue goes first, there the oldest that matters little. */
function withoutMessages(state: State): ReturnType<Memory["without"]> {
  const { outbox, deliveries = [] } = state;
  const [kept, left] = [withinRoom(outbox, MESSAGES_KEPT), withinRoom(deliveries, MESSAGES_KEPT)];
  const pieces = kept.dropped.length + left.dropped.length;
  if (pieces === 0) return undefined;
  const less = { outbox: kept.kept, ...(left.dropped.length > 0 && { deliveries: left.kept }) };
  return { state: { ...state, ...less }, pieces };
}
