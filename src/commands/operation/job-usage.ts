import type { Note } from "../../books/draft.ts";
import type { LoggedSession } from "../../usage/session-log.ts";
import type { MeterRead } from "../meter/meter-read.ts";
import { digestsIn, type Gathered, gatherUsage, sessionKey, type UsageInputs } from "./gather-usage.ts";
import type { BookedBefore, Ports, UsageSince } from "./ports.ts";

/** What a job used: its usage files, and the sessions in the tools' own logs on this machine. */
export type JobUsage = {
  readonly used: Gathered;
  readonly logs: readonly LoggedSession[];
};

/**
 * Tools that report only what their own sessions used. Any other file, such as a proxy's or a script's, may count the
 * calls of a session without naming it.
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

/** What is known if no step of the job has booked anything. */
export const NOTHING_BOOKED: BookedBefore = { sessions: new Map() };

/** No usage at all. */
export const NOTHING_GATHERED: Gathered = {
  ...{ lines: [], files: [], logged: [], notes: [], source: "none" },
  ...{ found: false, incomplete: false, cutShort: false, isMissing: false, isStated: false },
};

/** What a job used since its gate: its files as they are now, and the sessions that began after an instant. */
export async function gatherInJob(
  ports: Pick<Ports, "findUsage" | "readUsage" | "findSessions">,
  inputs: UsageInputs,
  { since, startedMs }: { readonly since: UsageSince; readonly startedMs: number },
): Promise<JobUsage> {
  return { used: await gatherUsage(ports, inputs, since), logs: await ports.findSessions(startedMs) };
}

/** What to book in a step, together with what the job's meter recorded since the last one that booked. */
export async function gatherInStep(
  ports: Pick<Ports, "caller" | "findUsage" | "readUsage" | "findSessions" | "metered">,
  inputs: UsageInputs,
  since: UsageSince,
): Promise<Gathered> {
  const files = await gatherFiles(ports, inputs, since);
  return ports.metered === null ? files : withMeter(files, await ports.metered());
}

/** Only a metered job needs the code. */
export async function withMeter(files: Gathered, read: MeterRead): Promise<Gathered> {
  const { joined } = await import("../meter/join.ts");
  return joined(files, read);
}

/** Whether a meter counted more than its record has. */
export async function isUnrecorded(read: MeterRead): Promise<boolean> {
  return (await import("../meter/unrecorded.ts")).unrecordedModels(read).length > 0;
}

/**
 * What to book in a step: what its usage files report beyond what earlier steps of the job booked; if that is nothing,
 * the sessions in the logs that no file reports.
 */
async function gatherFiles(
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
  // If the tool keeps logs and none belongs to another session, nothing more was used.
  if (logs.length > 0) return { ...used, found: true, source: all.source, isBookedBefore: true };
  const text =
    "The usage file hasn't changed since an earlier step of this job booked it: what this step's agent used isn't known.";
  return { ...used, notes: [...used.notes, { level: "warning", text }] };
}

/**
 * What a job used, with the sessions that no file reports: a run overwrites the file of the one before, and a cancelled
 * run writes none. What another step booked is left out. `agents` is how many are known to have run.
 */
export function withLostSessions(job: JobUsage, booked: BookedBefore, agents: number): Gathered {
  if (job.used.isStated) return job.used;
  const used = withoutBooked(job.used, booked);
  if (job.logs.length === 0) return withLostAgents(used, agents);
  return withLogged(used, lostSessions(job, booked));
}

/**
 * What a job used that its booking steps can't have known: sessions that they didn't name. If one of them booked
 * figures without a session, only sessions that began after it. Undefined if there are none.
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

/** The usage without sessions that are unchanged since another step booked them; a session that has continued stays. */
function withoutRepeats(used: Gathered, { sessions }: BookedBefore): Gathered {
  const digests = digestsIn(used.lines);
  const isRepeat = (session: string) => digests.has(session) && digests.get(session) === sessions.get(session);
  return without(used, isRepeat);
}

/** The usage without sessions that another step booked; a file that reports only those isn't the run's. */
function withoutBooked(used: Gathered, { sessions }: BookedBefore): Gathered {
  return without(used, (session) => sessions.has(session));
}

function without(used: Gathered, isLeftOut: (session: string) => boolean): Gathered {
  const lines = used.lines.filter(({ session }) => session === undefined || !isLeftOut(session));
  if (lines.length === used.lines.length) return used;
  const files = used.files.filter((file) => file.sessions.length === 0 || !file.sessions.every(isLeftOut));
  return { ...used, files, lines, found: files.length > 0 };
}

/** The sessions in the logs that no file reports and no step has booked. */
function lostSessions({ used, logs }: JobUsage, { sessions, untilMs = 0 }: BookedBefore): LoggedSession[] {
  const isForeign = used.files.some(({ format }) => format !== undefined && !OF_SESSIONS.includes(format));
  if (isForeign) return [];
  const reported = new Set(used.files.flatMap((file) => file.sessions));
  const lost = logs.filter((log) => !reported.has(keyOf(log)) && !sessions.has(keyOf(log)) && log.startedMs >= untilMs);
  // A file without a session id reports the session that wrote to it last.
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

/** The usage plus the sessions that only the logs have. */
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

/** Whether usage is missing that these tools' sessions don't cover. */
function isUnexplained({ isMissing, files }: Gathered, formats: ReadonlySet<string>): boolean {
  const isUnclear = files.some(({ format, isSilent }) => format === undefined || (isSilent && !formats.has(format)));
  return isUnclear || (isMissing && files.some(({ isSilent }) => !isSilent));
}

function lostNote({ files }: Gathered, format: string, lost: readonly LoggedSession[]): Note {
  const title = TITLES[format] ?? format;
  const count = lost.filter((log) => log.format === format).length;
  const reported = new Set(files.filter((file) => file.format === format).flatMap((file) => file.sessions)).size;
  const sessions = count === 1 ? "1 session" : `${count} sessions`;
  const what =
    reported === 0
      ? `${title} left no usage for ${sessions} of this job.`
      : `${title} left no usage for ${sessions} of this job apart from the ${reported} in its file: each run overwrites the file of the one before. Book each agent in a separate step after it, with command: record.`;
  const isUnread = lost.some((log) => log.format === format && log.lines.length === 0);
  const unread = isUnread ? " Some of them can't be read, or not in time: the estimate is charged for the rest." : "";
  const text = `${what} What the logs on this runner show is booked; it is a minimum.${unread}`;
  return { level: "warning", text };
}

/** More agents ran than the files have sessions, and nothing on this machine knows the others. */
function withLostAgents(used: Gathered, agents: number): Gathered {
  const sessions = new Set(used.files.flatMap((file) => file.sessions)).size;
  const areNamed = used.lines.length > 0 && used.lines.every(({ session }) => session !== undefined);
  if (!areNamed || agents <= sessions) return used;
  const text = `${agents} agents ran, but the usage files have only ${sessions === 1 ? "1 session" : `${sessions} sessions`}: the estimate is charged for the rest. A run may overwrite the file of the one before: book each agent in a separate step after it, with command: record.`;
  return { ...used, incomplete: true, notes: [...used.notes, { level: "warning", text }] };
}
