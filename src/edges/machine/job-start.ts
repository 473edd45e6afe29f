import { type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Environment } from "../action/inputs.ts";

/** What is known of the times of a file or folder; undefined where it isn't there. */
export type TimesOf = (path: string) => Pick<Stats, "birthtimeMs" | "ctimeMs" | "mtimeMs"> | undefined;

/**
 * When the job began, milliseconds since 1970 of this machine's clock, and never later than `nowMs`: the runner empties
 * its temporary folder at the job's start, and makes anew in it, before the first step, the event's file, that file's
 * folder, and the folder of the files for outputs. The event's file is written again in place before every step, and
 * whoever makes or deletes something in a folder moves its time: only when each was made stays. Of the three the one in
 * the middle counts: the agent may have deleted one, and one may be an earlier job's that the runner could not delete.
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/TempDirectoryManager.cs (InitializeTempDirectory),
 * ExecutionContext.cs (WriteWebhookPayload), FileCommandManager.cs (Initialize).
 */
export function jobStartedMs(env: Environment, nowMs: number, timesOf: TimesOf = timesOnDisk): number {
  const { GITHUB_EVENT_PATH: event, GITHUB_ENV: file } = env;
  const ofEvent = event ? [event, dirname(event)] : [];
  const made = [...ofEvent, ...(file ? [dirname(file)] : [])].flatMap((path) => madeMs(timesOf(path)));
  // Where no file system keeps that, the folder's last change is nearest: mostly the event's file was put into it.
  const changed = ofEvent.flatMap((path) => changedMs(timesOf(path)));
  const startedMs = made.length > 0 ? made.sort((a, b) => a - b)[(made.length - 1) >> 1] : Math.min(...changed);
  return Math.min(nowMs, startedMs ?? nowMs);
}

function changedMs(times: ReturnType<TimesOf>): number[] {
  return times === undefined ? [] : [times.mtimeMs, times.birthtimeMs].filter((time) => time > 0);
}

/** When it was made, in a list; none where the file system doesn't keep that: Node.js then says 0, or the last change. */
function madeMs(times: ReturnType<TimesOf>): number[] {
  const isKept = times !== undefined && times.birthtimeMs > 0 && times.birthtimeMs !== times.ctimeMs;
  return isKept ? [times.birthtimeMs] : [];
}

function timesOnDisk(path: string): ReturnType<TimesOf> {
  return statSync(path, { throwIfNoEntry: false });
}
