import { type JsonObject, objectsOf } from "./json-text.ts";
import type { IsMetered } from "./reader.ts";
import type { Text } from "./text.ts";
import type { UsageLine } from "./usage.ts";
import { UsageError } from "./usage-error.ts";

/** The log that a tool keeps of its sessions, on the machine it runs on. */
export type SessionLog = {
  /** Undefined if it can't be read. */
  readonly text: Text | undefined;
  /** The session's id, as the file's place says it. */
  readonly session: string;
  /** The log of a part of the session, which its place puts under the session's id. */
  readonly isPart: boolean;
};

/** Which part of the logs is meant. */
export type LogScope = {
  /** What was used from here on, milliseconds since 1970. */
  readonly sinceMs: number;
  /** Whether logs of work on this project are included: by its folder, or the tool's name for it. */
  readonly isOurs: (project: string) => boolean;
  /** Whether a meter of the run recorded an answer; without it nothing is said about that. */
  readonly isMetered?: IsMetered | undefined;
};

/** A session that used something, as its log has it. */
export type LoggedSession = {
  /** The name of the reader that reads what the tool itself says of the session. */
  readonly format: string;
  readonly id: string;
  /** When the first of it was used, milliseconds since 1970. */
  readonly startedMs: number;
  /** What its requests are known to have used, which is a minimum; empty if the log can't be understood. */
  readonly lines: readonly UsageLine[];
};

/** The records of a log in order; `unreadable` is called if they, or the rest of them, can't be read. */
export function* recordsOf({ text }: SessionLog, unreadable: () => void): Generator<JsonObject> {
  if (text === undefined) return unreadable();
  try {
    yield* objectsOf(text, { skipped: 0, cutOff: false }, "lines");
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    unreadable();
  }
}

/** The session as its lines have it: none if nothing was used, no lines where they can't be understood. */
export function loggedSession(
  session: Omit<LoggedSession, "lines">,
  isUnreadable: boolean,
  linesOf: () => readonly UsageLine[],
): LoggedSession[] {
  try {
    const lines = linesOf();
    if (isUnreadable) return [{ ...session, lines: [] }];
    return lines.length === 0 ? [] : [{ ...session, lines }];
  } catch (error) {
    if (error instanceof UsageError) return [{ ...session, lines: [] }];
    throw error;
  }
}
