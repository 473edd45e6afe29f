import type { Note } from "../../books/draft.ts";
import type { LoggedSession } from "../../usage/session-log.ts";
import { digestsIn, type Gathered, gatherUsage, sessionKey, type UsageInputs } from "./gather-usage.ts";
import type { BookedBefore, Ports, UsageSince } from "./ports.ts";

/** What a job used: what its usage files say, and what the tools' own logs on this machine have of their sessions. */
export type JobUsage = {
  readonly used: Gathered;
  readonly logs: readonly LoggedSession[];
};

/**
 * Tools that say what their own sessions used, and nothing else. Any other file, as of a proxy or a script, may count
 * the calls of a session without naming it.
 */
const OF_SESSIONS: readonly string[] = [
  "claude-code",
  "codex",
  "copilot-cli",
  "cursor-cli",
  "gemini-cli",
  "grok-cli",
  "opencode",
  "qwen-code",
];

const TITLES: Readonly<Record<string, string>> = { "claude-code": "Claude Code", "gemini-cli": "Gemini CLI" };

/** What is known where no step of the job has booked anything. */
export const NOTHING_BOOKED: BookedBefore = { sessions: new Map() };

/** What a job used since its gate: its files as they are now, and the sessions that began after an instant. */
export async function gatherInJob(
  ports: Pick<Ports, "findUsage" | "readUsage" | "findSessions">,
  inputs: UsageInputs,
  { since, startedMs }: { readonly since: UsageSince; readonly startedMs: number },
): Promise<JobUsage> {
  return { used: await gatherUsage(ports, inputs, since), logs: await ports.findSessions(startedMs) };
}

/**
 * What a step that books used: what its usage files say beside what earlier steps of the job have booked; where that is
 * nothing, what the logs have of sessions that no file tells of.
 */
export async function gatherInStep(
  ports: Pick<Ports, "caller" | "findUsage" | "readUsage" | "findSessions">,
  inputs: UsageInputs,
  since: UsageSince,
): Promise<Gathered> {
  const all = await gatherUsage(ports, inputs, since);
  const { booked = NOTHING_BOOKED, startedMs } = ports.caller;
  const used = all.isStated ? all : withoutRepeats(all, booked);
  if (used.isStated || used.lines.length > 0) return used;
  const logs = await ports.findSessions(startedMs);
  const lost = lostSessions({ used: all, logs }, booked);
  if (lost.length > 0) return withLogged(used, lost);
  if (all.lines.length === 0) return all;
  // Where the tool keeps logs, and none is of another session, nothing more was used.
  if (logs.length > 0) return { ...used, found: true, source: all.source, isBookedBefore: true };
  const text =
    "The usage file hasn't changed since an earlier step of this job booked it: what this step's agent used isn't known.";
  return { ...used, notes: [...used.notes, { level: "warning", text }] };
}

/**
 * What a job used, with the sessions that no file tells of: a run writes over the file of the one before, and one that
 * was cancelled writes none. What another step has booked is left out. `agents` is how many are known to have run.
 */
export function withLostSessions(job: JobUsage, booked: BookedBefore, agents: number): Gathered {
  if (job.used.isStated) return job.used;
  const used = withoutBooked(job.used, booked);
  if (job.logs.length === 0) return withLostAgents(used, agents);
  return withLogged(used, lostSessions(job, booked));
}

/**
 * What a job used that the steps which booked something of it can't have known: sessions that they didn't name. Where one
 * of them booked figures without a session, only sessions that began after it. Undefined where there is nothing.
 */
export function laterUsage({ used, logs }: JobUsage, booked: BookedBefore): Gathered | undefined {
  if (used.isStated) return undefined;
  const { untilMs } = booked;
  const began = new Map(logs.map((log) => [keyOf(log), log.startedMs]));
  const isLater = (session: string) => untilMs === undefined || (began.get(session) ?? 0) >= untilMs;
  const lines = withoutRepeats(used, booked).lines.filter(({ session }) => session !== undefined && isLater(session));
  const lost = lostSessions({ used, logs }, booked);
  if (lines.length === 0 && lost.length === 0) return undefined;
  return withLogged({ ...used, lines, isMissing: false, incomplete: false, notes: [] }, lost);
}

/** The usage without what a file says as it did when another step booked it; a session that went on since stays. */
function withoutRepeats(used: Gathered, { sessions }: BookedBefore): Gathered {
  const digests = digestsIn(used.lines);
  const isRepeat = (session: string) => digests.has(session) && digests.get(session) === sessions.get(session);
  return without(used, isRepeat);
}

/** The usage without that of sessions another step has booked; a file that tells of those alone isn't the run's. */
function withoutBooked(used: Gathered, { sessions }: BookedBefore): Gathered {
  return without(used, (session) => sessions.has(session));
}

function without(used: Gathered, isLeftOut: (session: string) => boolean): Gathered {
  const lines = used.lines.filter(({ session }) => session === undefined || !isLeftOut(session));
  if (lines.length === used.lines.length) return used;
  const files = used.files.filter((file) => file.sessions.length === 0 || !file.sessions.every(isLeftOut));
  return { ...used, files, lines, found: files.length > 0 };
}

/** The sessions in the logs that no file tells of and no step has booked. */
function lostSessions({ used, logs }: JobUsage, { sessions, untilMs = 0 }: BookedBefore): LoggedSession[] {
  const isForeign = used.files.some(({ format }) => format !== undefined && !OF_SESSIONS.includes(format));
  if (isForeign) return [];
  const told = new Set(used.files.flatMap((file) => file.sessions));
  const lost = logs.filter((log) => !told.has(keyOf(log)) && !sessions.has(keyOf(log)) && log.startedMs >= untilMs);
  // A file that doesn't say whose it is tells of the session that wrote to it last.
  const nameless = used.files.filter((file) => file.sessions.length === 0 && !file.isSilent);
  for (const { format } of nameless) {
    const last = lost.filter((log) => log.format === format).reduce(laterOf, undefined);
    if (last !== undefined) lost.splice(lost.indexOf(last), 1);
  }
  return lost;
}

function laterOf(a: LoggedSession | undefined, b: LoggedSession): LoggedSession {
  return a !== undefined && a.startedMs > b.startedMs ? a : b;
}

function keyOf({ format, id }: LoggedSession): string {
  return sessionKey(format, id);
}

/** The usage with that of sessions which only the logs know. */
function withLogged(used: Gathered, lost: readonly LoggedSession[]): Gathered {
  if (lost.length === 0) return used;
  const formats = new Set(lost.map(({ format }) => format));
  const isUnreadable = lost.some(({ lines }) => lines.length === 0);
  return {
    ...used,
    lines: [...used.lines, ...lost.flatMap(({ lines }) => lines)],
    logged: lost.map(keyOf),
    incomplete: isUnreadable || isUnexplained(used, formats),
    cutShort: true,
    found: true,
    source: [...new Set([...(used.found ? used.source.split(", ") : []), ...formats])].join(", "),
    notes: [...used.notes, ...[...formats].map((format) => lostNote(used, format, lost))],
  };
}

/** Whether something is missing that these tools' sessions don't stand for: what a file of theirs doesn't say. */
function isUnexplained({ isMissing, files }: Gathered, formats: ReadonlySet<string>): boolean {
  const isUnclear = files.some(({ format, isSilent }) => format === undefined || (isSilent && !formats.has(format)));
  return isUnclear || (isMissing && files.some(({ isSilent }) => !isSilent));
}

function lostNote({ files }: Gathered, format: string, lost: readonly LoggedSession[]): Note {
  const title = TITLES[format] ?? format;
  const count = lost.filter((log) => log.format === format).length;
  const told = new Set(files.filter((file) => file.format === format).flatMap((file) => file.sessions)).size;
  const sessions = count === 1 ? "1 session" : `${count} sessions`;
  const what =
    told === 0
      ? `${title} left no usage for ${sessions} of this job.`
      : `${title} left no usage for ${sessions} of this job beside the ${told} in its file: each run overwrites the file of the one before. Book each agent in a separate step after it, with command: record.`;
  const isUnread = lost.some((log) => log.format === format && log.lines.length === 0);
  const unread = isUnread ? " Some of them can't be read, or not in time: the estimate is charged for the rest." : "";
  const text = `${what} What the logs on this runner show is booked; it is a minimum.${unread}`;
  return { level: "warning", text };
}

/** More agents ran than the files tell sessions of, and nothing on this machine knows the others. */
function withLostAgents(used: Gathered, agents: number): Gathered {
  const sessions = new Set(used.files.flatMap((file) => file.sessions)).size;
  const areNamed = used.lines.length > 0 && used.lines.every(({ session }) => session !== undefined);
  if (!areNamed || agents <= sessions) return used;
  const text = `${agents} agents ran, but the usage files have only ${sessions === 1 ? "1 session" : `${sessions} sessions`}: the estimate is charged for the rest. A run may overwrite the file of the one before: book each agent in a separate step after it, with command: record.`;
  return { ...used, incomplete: true, notes: [...used.notes, { level: "warning", text }] };
}
