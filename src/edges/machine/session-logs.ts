import { readdir, stat } from "node:fs/promises";
import { basename, extname, isAbsolute, join, relative, sep } from "node:path";
import type { MeteredAnswers } from "../../commands/operation/ports.ts";
import type { LoggedSession, SessionLog } from "../../usage/session-log.ts";
import type { Environment } from "../action/inputs.ts";
import type { ReadAll } from "./bounded-reader.ts";
import { inHome } from "./default-places.ts";
import { MAX_FILES, readUsageFile } from "./files.ts";
import { type LogReading, type LogRef, type LogTool, unreadSessions } from "./log-reading.ts";

/** Where a tool keeps the logs of its sessions. */
type LogPlace = {
  readonly tool: LogTool;
  readonly folder: (env: Environment) => string | undefined;
  readonly endings: readonly string[];
  /** The session a log belongs to, by the log's path in the folder; undefined for anything else. */
  readonly sessionOf: (path: readonly string[]) => Pick<SessionLog, "session" | "isPart"> | undefined;
};

/** The logs of the tools whose usage file a later run in the same job overwrites. */
const LOG_PLACES: readonly LogPlace[] = [
  {
    tool: "claude-code",
    folder: (env) => join(env["CLAUDE_CONFIG_DIR"] || inHome(".claude", env) || "", "projects"),
    endings: [".jsonl"],
    // PROJECT/SESSION.jsonl, and what its agents did in PROJECT/SESSION/subagents/agent-ID.jsonl.
    sessionOf: ([project, session, ...rest]) =>
      project === undefined || session === undefined
        ? undefined
        : { session: rest.length > 0 ? session : basename(session, extname(session)), isPart: rest.length > 0 },
  },
  {
    tool: "gemini-cli",
    folder: (env) => join(env["GEMINI_CLI_HOME"] || inHome("", env) || "", ".gemini", "tmp"),
    endings: [".jsonl", ".json"],
    // PROJECT/chats/session-TIME-ID.jsonl, and what its agents did in PROJECT/chats/SESSION/ID.jsonl.
    sessionOf: ([, chats, session, ...rest]) =>
      chats !== "chats" || session === undefined
        ? undefined
        : { session: rest.length > 0 ? session : basename(session, extname(session)), isPart: rest.length > 0 },
  },
];

/**
 * Finds what tools logged about the sessions that used something in this job since an instant of this machine's clock.
 */
export function sessionFinder(
  env: Environment,
  readAll: ReadAll,
): (sinceMs: number, metered?: MeteredAnswers) => Promise<readonly LoggedSession[]> {
  return async (sinceMs, metered) => {
    const found = (await Promise.all(LOG_PLACES.map((place) => logsIn(place, env, sinceMs)))).flat();
    const readings = found.map((reading) => ({ ...reading, metered }));
    const answers = await readAll(readings);
    return readings.flatMap((reading, index) => {
      const answer = answers[index];
      return answer?.kind === "sessions" ? answer.sessions : unreadSessions(reading);
    });
  };
}

async function logsIn(place: LogPlace, env: Environment, sinceMs: number): Promise<LogReading[]> {
  const root = place.folder(env) ?? "";
  if (!isAbsolute(root)) return [];
  const recent = (await recentLogs(root, sinceMs)).filter(({ path }) => place.endings.includes(extname(path)));
  const known = recent.flatMap(({ path }) => {
    const session = place.sessionOf(relative(root, path).split(sep));
    return session === undefined ? [] : [{ path, ...session }];
  });
  if (known.length === 0) return [];
  const logs = await Promise.all(known.slice(0, MAX_FILES).map(logOf));
  // On a dedicated runner every session is the job's; others may run several jobs of one user at once.
  const workspace = env["RUNNER_ENVIRONMENT"] === "github-hosted" ? undefined : (env["GITHUB_WORKSPACE"] ?? "");
  return [{ kind: "sessions", tool: place.tool, logs, sinceMs, workspace }];
}

async function logOf({ path, ...session }: Omit<LogRef, "text"> & { readonly path: string }): Promise<LogRef> {
  const file = await readUsageFile(path);
  return { ...session, text: file.kind === "read" ? file.text : undefined };
}

type Recent = { readonly path: string; readonly bornMs: number };

/** The files under a folder that were modified since, oldest first by creation. */
async function recentLogs(root: string, sinceMs: number): Promise<Recent[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = await Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const stats = entry.isFile() ? await stat(path).catch(() => undefined) : undefined;
      // Some file systems keep only whole seconds.
      const isRecent = stats !== undefined && stats.mtimeMs >= Math.floor(sinceMs / 1000) * 1000;
      return isRecent ? [{ path, bornMs: stats.birthtimeMs }] : [];
    }),
  );
  return files.flat().sort((a, b) => a.bornMs - b.bornMs || (a.path < b.path ? -1 : 1));
}
