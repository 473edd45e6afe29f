import { addedUp } from "../added-up.ts";
import type { JsonObject } from "../json-text.ts";
import { inPieces } from "../pieces.ts";
import type { Reader } from "../reader.ts";
import { soundLines } from "../sound-lines.ts";
import { isEmptyUsage, type UsageLine, type UsageReport } from "../usage.ts";
import { saidByCheckpoint, saidByRequests, saidByShutdowns } from "./copilot-cli-lines.ts";
import { isCopilotEvent, type Session, sessionsOf } from "./copilot-cli-session.ts";

/**
 * GitHub Copilot CLI: a session's `events.jsonl`, or the same events as it prints them. A model's figures are in
 * `session.shutdown`, their input with what was cached, next to what GitHub bills; the file continues when the session
 * is resumed. Without a shutdown the printed `assistant.usage` counts, or the bill of `session.usage_checkpoint`.
 */
export const copilotCli: Reader = {
  name: "copilot-cli",
  title: "GitHub Copilot CLI (a session's events.jsonl, or what it prints)",
  recognize: isCopilotEvent,
  read: (objects) => reportOf(objects),
};

function reportOf(objects: Iterable<JsonObject>): UsageReport {
  const sessions = sessionsOf(objects);
  const parts = sessions.map(linesOf);
  const lines = parts.flatMap((part) => part.lines);
  const isInterrupted = lines.length === 0 || sessions.some(({ open, requests }) => open && requests.length === 0);
  const missing = [
    ...parts.flatMap((part) => part.missing),
    ...(isInterrupted ? ["Copilot CLI was interrupted before it recorded its usage."] : []),
  ];
  const isBillAlone = lines.some((line) => isEmptyUsage(line) && line.billed);
  const notes = [
    ...parts.flatMap((part) => part.notes),
    ...(isBillAlone ? ["Copilot CLI reports what GitHub bills for part of the session, but not its tokens."] : []),
  ];
  return { format: copilotCli.name, lines, complete: missing.length === 0, notes: [...missing, ...notes] };
}

type Part = {
  readonly lines: readonly UsageLine[];
  readonly missing: readonly string[];
  readonly notes: readonly string[];
};

function linesOf(session: Session): Part {
  const shutdowns = saidByShutdowns(session);
  const counted = soundLines([...shutdowns, ...saidByCheckpoint(session)]);
  const requests = soundLines(saidByRequests(session));
  const some = (line: UsageLine) => !isEmptyUsage(line) || line.reported_cost !== undefined;
  return {
    lines: [...inPieces(counted.lines.filter(some), session.id), ...addedUp(requests.lines.filter(some))],
    missing: [...counted.missing, ...requests.missing],
    notes: [...counted.notes, ...requests.notes],
  };
}
