import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, isAbsolute, join, relative, sep } from "node:path";
import type { LoggedSession, LogScope, SessionLog } from "../usage/session-log.ts";
import { inHome } from "./default-places.ts";
import { MOST_FILES, readUsageFile } from "./files.ts";
import type { Environment } from "./inputs.ts";

/** Where a tool keeps the logs of its sessions, and how they are understood. */
type LogPlace = {
  readonly folder: (env: Environment) => string | undefined;
  readonly endings: readonly string[];
  /** The session a log belongs to, by the log's path in the folder; undefined for what is no log. */
  readonly sessionOf: (path: readonly string[]) => Pick<SessionLog, "session" | "isPart"> | undefined;
  readonly sessions: (logs: Iterable<SessionLog>, scope: LogScope) => Promise<LoggedSession[]>;
  /** Whether a project, as the log names it, is the job's. */
  readonly isOurs: (project: string, env: Environment) => boolean;
};

/** The logs of the tools whose usage file a later run in the same job writes over. */
const LOG_PLACES: readonly LogPlace[] = [
  {
    folder: (env) => join(env["CLAUDE_CONFIG_DIR"] || inHome(".claude", env) || "", "projects"),
    endings: [".jsonl"],
    // PROJECT/SESSION.jsonl, and what its agents did in PROJECT/SESSION/subagents/agent-ID.jsonl.
    sessionOf: ([project, session, ...rest]) =>
      project === undefined || session === undefined
        ? undefined
        : { session: rest.length > 0 ? session : basename(session, extname(session)), isPart: rest.length > 0 },
    sessions: async (logs, scope) => (await import("../usage/claude-code-log.ts")).claudeCodeSessions(logs, scope),
    isOurs: isInWorkFolder,
  },
  {
    folder: (env) => join(env["GEMINI_CLI_HOME"] || inHome("", env) || "", ".gemini", "tmp"),
    endings: [".jsonl", ".json"],
    // PROJECT/chats/session-TIME-ID.jsonl, and what its agents did in PROJECT/chats/SESSION/ID.jsonl.
    sessionOf: ([, chats, session, ...rest]) =>
      chats !== "chats" || session === undefined
        ? undefined
        : { session: rest.length > 0 ? session : basename(session, extname(session)), isPart: rest.length > 0 },
    sessions: async (logs, scope) => (await import("../usage/gemini-cli-log.ts")).geminiCliSessions(logs, scope),
    isOurs: (project, { GITHUB_WORKSPACE }) => project === "" || project === sha256(GITHUB_WORKSPACE ?? ""),
  },
];

/** Finds what tools logged of the sessions that used something in this job since an instant of this machine's clock. */
export function sessionFinder(env: Environment): (sinceMs: number) => Promise<readonly LoggedSession[]> {
  return async (sinceMs) => (await Promise.all(LOG_PLACES.map((place) => sessionsIn(place, env, sinceMs)))).flat();
}

async function sessionsIn(place: LogPlace, env: Environment, sinceMs: number): Promise<LoggedSession[]> {
  const root = place.folder(env) ?? "";
  if (!isAbsolute(root)) return [];
  // On a runner of its own every session is the job's; others may serve several jobs of one user at once.
  const isAlone = env["RUNNER_ENVIRONMENT"] === "github-hosted";
  const scope = { sinceMs, isOurs: (project: string) => isAlone || place.isOurs(project, env) };
  const logs = (await recentLogs(root, sinceMs)).filter(({ path }) => place.endings.includes(extname(path)));
  const known = logs.flatMap(({ path }) => {
    const session = place.sessionOf(relative(root, path).split(sep));
    return session === undefined ? [] : [{ path, ...session }];
  });
  if (known.length === 0) return [];
  return place.sessions(await Promise.all(known.slice(0, MOST_FILES).map(logOf)), scope);
}

async function logOf({ path, ...session }: Pick<SessionLog, "session" | "isPart"> & { readonly path: string }) {
  const file = await readUsageFile(path);
  return { ...session, text: file.kind === "read" ? file.text : undefined };
}

type Recent = { readonly path: string; readonly bornMs: number };

/** The files under a folder that were modified since, those that were made first come first. */
async function recentLogs(root: string, sinceMs: number): Promise<Recent[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = await Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const stats = entry.isFile() ? await stat(path).catch(() => undefined) : undefined;
      // Some file systems keep whole seconds only.
      const isRecent = stats !== undefined && stats.mtimeMs >= Math.floor(sinceMs / 1000) * 1000;
      return isRecent ? [{ path, bornMs: stats.birthtimeMs }] : [];
    }),
  );
  return files.flat().sort((a, b) => a.bornMs - b.bornMs || (a.path < b.path ? -1 : 1));
}

/** Whether a folder is in the runner's work folder, in which a job has its workspace and its temporary folder. */
function isInWorkFolder(folder: string, { GITHUB_WORKSPACE }: Environment): boolean {
  if (folder === "" || !GITHUB_WORKSPACE) return true;
  const path = relative(dirname(dirname(GITHUB_WORKSPACE)), folder);
  return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
