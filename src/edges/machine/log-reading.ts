import { createHash } from "node:crypto";
import { dirname, isAbsolute, relative, sep } from "node:path";
import type { MeteredAnswers } from "../../commands/operation/ports.ts";
import type { IsMetered } from "../../usage/reader.ts";
import type { LoggedSession, LogScope, SessionLog } from "../../usage/session-log.ts";
import type { FileRef } from "../../usage/text.ts";
import { textOfFile } from "./file-text.ts";

/** The tools whose logs are read, by the names of their formats. */
export type LogTool = "claude-code" | "gemini-cli";

/** A log by its place; without a text if it can't be read. */
export type LogRef = Pick<SessionLog, "session" | "isPart"> & { readonly text: FileRef | undefined };

/** The logs of a tool to read, as plain data, and which part of them counts. */
export type LogReading = {
  readonly kind: "sessions";
  readonly tool: LogTool;
  readonly logs: readonly LogRef[];
  /** Usage since this time, milliseconds since 1970. */
  readonly sinceMs: number;
  /** The job's workspace, if only what was done in the runner's work folder counts; undefined if everything counts. */
  readonly workspace: string | undefined;
  readonly metered?: MeteredAnswers | undefined;
};

type Tool = {
  readonly sessions: (logs: Iterable<SessionLog>, scope: LogScope) => Promise<LoggedSession[]>;
  /** Whether a project, as the log names it, belongs to a job with this workspace. */
  readonly isOurs: (project: string, workspace: string) => boolean;
};

const TOOLS: Readonly<Record<LogTool, Tool>> = {
  "claude-code": {
    sessions: async (logs, scope) => (await import("../../usage/claude-code-log.ts")).claudeCodeSessions(logs, scope),
    isOurs: isInWorkFolder,
  },
  "gemini-cli": {
    sessions: async (logs, scope) => (await import("../../usage/gemini-cli-log.ts")).geminiCliSessions(logs, scope),
    isOurs: (project, workspace) => project === "" || project === sha256(workspace),
  },
};

/** The sessions that used something, as the logs have them. */
export function readLogs(reading: LogReading, isMetered?: IsMetered): Promise<LoggedSession[]> {
  const { tool, logs, sinceMs, workspace } = reading;
  const { sessions, isOurs } = TOOLS[tool];
  const texts = logs.map(({ text, ...log }) => ({ ...log, text: text && textOfFile(text.path, text.size) }));
  const isOne = (project: string) => workspace === undefined || isOurs(project, workspace);
  return sessions(texts, { sinceMs, isOurs: isOne, isMetered });
}

/** The sessions of logs that could not be read: what they used is unknown. */
export function unreadSessions({ tool, logs, sinceMs }: LogReading): LoggedSession[] {
  const ids = new Set(logs.map(({ session }) => session));
  return [...ids].map((id) => ({ format: tool, id, startedMs: sinceMs, lines: [] }));
}

/** Whether a folder is in the runner's work folder, in which a job has its workspace and its temporary folder. */
function isInWorkFolder(folder: string, workspace: string): boolean {
  if (folder === "" || workspace === "") return true;
  const path = relative(dirname(dirname(workspace)), folder);
  return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
