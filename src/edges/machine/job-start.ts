import { type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Environment } from "../action/inputs.ts";

/** The times of a file or folder; undefined if it doesn't exist. */
export type TimesOf = (path: string) => Pick<Stats, "birthtimeMs" | "ctimeMs" | "mtimeMs"> | undefined;

/**
 * When the job began, milliseconds since 1970 of this machine's clock, and never later than `nowMs`: the runner empties
 * its temporary folder at the job's start and, before the first step, creates in it the event's file, that file's
 * folder, and the folder of the files for outputs. The event's file is rewritten in place before every step, and
 * creating or deleting something in a folder changes its modification time: only the creation times stay. The middle
 * one of the three counts: the agent may have deleted one, and one may be from an earlier job if the runner could not
 * delete it.
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/TempDirectoryManager.cs (InitializeTempDirectory),
 * ExecutionContext.cs (WriteWebhookPayload), FileCommandManager.cs (Initialize).
 */
export function jobStartedMs(env: Environment, nowMs: number, timesOf: TimesOf = timesOnDisk): number {
  const { GITHUB_EVENT_PATH: event, GITHUB_ENV: file } = env;
  const ofEvent = event ? [event, dirname(event)] : [];
  const made = [...ofEvent, ...(file ? [dirname(file)] : [])].flatMap((path) => madeMs(timesOf(path)));
  // If the file system doesn't keep that, the folder's last change comes closest: usually the creation of the event's
  // file.
  const changed = ofEvent.flatMap((path) => changedMs(timesOf(path)));
  const startedMs = made.length > 0 ? made.sort((a, b) => a - b)[(made.length - 1) >> 1] : Math.min(...changed);
  return Math.min(nowMs, startedMs ?? nowMs);
}

function changedMs(times: ReturnType<TimesOf>): number[] {
  return times === undefined ? [] : [times.mtimeMs, times.birthtimeMs].filter((time) => time > 0);
}

/** The creation time in a list; empty if the file system doesn't keep it: Node.js then returns 0 or the last change. */
function madeMs(times: ReturnType<TimesOf>): number[] {
  const isKept = times !== undefined && times.birthtimeMs > 0 && times.birthtimeMs !== times.ctimeMs;
  return isKept ? [times.birthtimeMs] : [];
}

function timesOnDisk(path: string): ReturnType<TimesOf> {
  return statSync(path, { throwIfNoEntry: false });
}
