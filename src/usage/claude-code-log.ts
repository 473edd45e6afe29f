import { type JsonObject, objectIn, textIn } from "./json-text.ts";
import { claudeCode } from "./readers/claude-code.ts";
import { type LoggedSession, type LogScope, loggedSession, recordsOf, type SessionLog } from "./session-log.ts";
import { plainName } from "./usage.ts";

/** Claude Code's own words where no model answered. */
const NO_MODEL = "<synthetic>";

/** A part of an answer, as an element that the reader of Claude Code's output understands. */
type Part = {
  readonly session: string;
  readonly message: string;
  readonly atMs: number;
  readonly element: JsonObject;
};

type Seen = { startedMs: number; isUnreadable: boolean; readonly elements: JsonObject[] };

/**
 * The sessions in Claude Code's transcripts: a line for each part of an answer, of which the last says most. Agents
 * that a session starts belong to it. A message that several sessions have, as after a fork, counts in the first of
 * them. How the lines of one answer grow: https://github.com/ccusage/ccusage/issues/901.
 */
export function claudeCodeSessions(logs: Iterable<SessionLog>, scope: LogScope): LoggedSession[] {
  const sessions = new Map<string, Seen>();
  const owners = new Map<string, string>();
  for (const log of logs) {
    const unreadable = () => {
      seenOf(sessions, log.session, scope.sinceMs).isUnreadable = true;
    };
    for (const record of recordsOf(log, unreadable)) {
      const part = partOf(record, log, scope);
      if (part === undefined) continue;
      const { session, message, atMs, element } = part;
      const owner = (message === "" ? undefined : owners.get(message)) ?? session;
      owners.set(message, owner);
      if (owner === session) seenOf(sessions, session, atMs).elements.push(element);
    }
  }
  // Which session it was is known of all lines together: what is booked of one isn't a counter that continues.
  return [...sessions].flatMap(([id, { startedMs, isUnreadable, elements }]) =>
    loggedSession({ format: claudeCode.name, id, startedMs }, isUnreadable, () =>
      claudeCode.read(elements, scope.isMetered).lines.map(({ session: _, ...line }) => line),
    ),
  );
}

function seenOf(sessions: Map<string, Seen>, id: string, atMs: number): Seen {
  const seen = sessions.get(id) ?? { startedMs: atMs, isUnreadable: false, elements: [] };
  seen.startedMs = Math.min(seen.startedMs, atMs);
  sessions.set(id, seen);
  return seen;
}

/** A record's part of an answer; undefined if it has none, or none that counts. */
function partOf(record: JsonObject, log: SessionLog, { sinceMs, isOurs }: LogScope): Part | undefined {
  const message = objectIn(record, "message") ?? {};
  const [id, model, usage] = [textIn(message, "id"), textIn(message, "model"), objectIn(message, "usage")];
  if (textIn(record, "type") !== "assistant" || usage === undefined || model === NO_MODEL) return undefined;
  const timestamp = textIn(record, "timestamp");
  const at = Date.parse(timestamp);
  const atMs = Number.isNaN(at) ? sinceMs : at;
  if (atMs < sinceMs || !isOurs(textIn(record, "cwd"))) return undefined;
  const session = plainName((log.isPart ? "" : textIn(record, "sessionId")) || log.session);
  const uuid = textIn(record, "uuid");
  const element = { type: "assistant", session_id: session, uuid, timestamp, message: { id, model, usage } };
  return { session, message: id || uuid, atMs, element };
}
