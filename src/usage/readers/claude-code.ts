import { addedUp } from "../added-up.ts";
import { totalOf } from "../calls-report.ts";
import type { IsMetered, Reader } from "../reader.ts";
import { sentencesOn, soundLines } from "../sound-lines.ts";
import type { UsageReport } from "../usage.ts";
import { isNothing, sumOf } from "./claude-code-figures.ts";
import { saidByMessages, saidByRun } from "./claude-code-lines.ts";
import { isClaudeCode, type Message, type Session, sessionsOf } from "./claude-code-session.ts";

/**
 * Claude Code: the action's execution file, `claude -p --output-format json` (with `--verbose`, too) and stream-json.
 * `modelUsage` of the last result is what counts: `usage` is the main loop's alone, and assistant elements repeat
 * themselves with counts that don't change.
 */
export const claudeCode: Reader = {
  name: "claude-code",
  title: "Claude Code (execution file, --output-format json or stream-json)",
  recognize: isClaudeCode,
  read: (objects, isMetered) => reportOf(sessionsOf(objects), isMetered),
};

function reportOf(sessions: readonly Session[], isMetered: IsMetered | undefined): UsageReport {
  const runs = sessions.flatMap((session) => session.runs.flatMap((run) => saidByRun(session, run, isMetered)));
  const sound = soundLines([...runs, ...sessions.flatMap((session) => saidByMessages(session, isMetered))]);
  const lines = addedUp(sound.lines);
  const odd = sessions.flatMap((session) => session.odd);
  const [first] = [...odd.map(({ error }) => error), ...sessions.map((session) => session.oddMessage)].filter(isThere);
  if (first !== undefined && lines.length === 0) throw first;
  const { missing, notes } = sentencesOn(odd);
  const unknown = [...interruptions(sessions), ...sound.missing, ...missing];
  return {
    format: "claude-code",
    lines,
    ...totalOf(sessions.flatMap((session) => session.runs.map((run) => run.result.total))),
    complete: unknown.length === 0,
    notes: [...unknown, ...sound.notes, ...notes],
  };
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function interruptions(sessions: readonly Session[]): string[] {
  const unfinished = sessions.filter((session) => shows(session.pending.values()));
  const brokenOff = sessions.filter((session) => session.brokenOff && !unfinished.includes(session));
  const silent = sessions.every((session) => session.runs.length === 0 && !session.brokenOff);
  if (unfinished.length > 0)
    return ["Claude Code was interrupted: it used tokens that no result reports. The output counted is a minimum."];
  if (brokenOff.length > 0) return ["Claude Code was interrupted and reports only part of its usage, or none."];
  if (silent) return ["Claude Code wrote no result: its usage is unknown."];
  return [];
}

function shows(messages: Iterable<Message>): boolean {
  return !isNothing(sumOf([...messages].map((message) => message.figures)));
}
