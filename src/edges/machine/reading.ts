import type { MeteredAnswers } from "../../commands/operation/ports.ts";
import type { IsMetered } from "../../usage/reader.ts";
import type { LoggedSession } from "../../usage/session-log.ts";
import type { TextRef } from "../../usage/text.ts";
import type { UsageReport } from "../../usage/usage.ts";
import { UsageError, type UsageErrorCode } from "../../usage/usage-error.ts";
import { textOfFile } from "./file-text.ts";
import type { LogReading } from "./log-reading.ts";

/** Something to read, as plain data for another process: a usage text, or the logs of a tool's sessions. */
export type Reading =
  | { readonly kind: "usage"; readonly text: TextRef; readonly metered?: MeteredAnswers | undefined }
  | LogReading;

/** The result of a reading. */
export type Answer =
  | { readonly kind: "report"; readonly report: UsageReport }
  | { readonly kind: "sessions"; readonly sessions: readonly LoggedSession[] }
  | { readonly kind: "unusable"; readonly code: UsageErrorCode; readonly message: string };

/** More than any run leaves; this many still pass quickly from one process to another. */
const MAX_LINES = 20_000;

/** Reads with the code that knows all tools' formats, which a gate never needs. */
export async function answerTo(reading: Reading): Promise<Answer> {
  try {
    const answer = reading.kind === "usage" ? await reportOn(reading) : await sessionsIn(reading);
    if (linesIn(answer) > MAX_LINES) throw new UsageError("too-much", `It has more than ${MAX_LINES} sessions.`);
    return answer;
  } catch (error) {
    if (error instanceof UsageError) return { kind: "unusable", code: error.code, message: error.message };
    // JavaScript's limits, such as the depth of calls or the length of a string.
    if (!(error instanceof RangeError)) throw error;
    return { kind: "unusable", code: "too-much", message: `It is too large to be read (${error.message}).` };
  }
}

async function reportOn({ text, metered }: Extract<Reading, { kind: "usage" }>): Promise<Answer> {
  const { readUsage } = await import("../../usage/read-usage.ts");
  const read = "printed" in text ? text.printed : textOfFile(text.path, text.size);
  const report = readUsage(read, await isMeteredOf(metered));
  return { kind: "report", report };
}

/** Only a metered run needs the code. */
async function isMeteredOf(metered: MeteredAnswers | undefined): Promise<IsMetered | undefined> {
  return metered && (await import("./metered-answers.ts")).isMeteredOf(metered);
}

async function sessionsIn(reading: LogReading): Promise<Answer> {
  const { readLogs } = await import("./log-reading.ts");
  return { kind: "sessions", sessions: await readLogs(reading, await isMeteredOf(reading.metered)) };
}

function linesIn(answer: Answer): number {
  if (answer.kind === "report") return answer.report.lines.length;
  return answer.kind === "sessions" ? answer.sessions.reduce((sum, { lines }) => sum + 1 + lines.length, 0) : 0;
}

/** The most bytes that a reading goes through. */
export function bytesIn(reading: Reading): number {
  const texts = reading.kind === "usage" ? [reading.text] : reading.logs.flatMap(({ text }) => text ?? []);
  return texts.reduce((sum, text) => sum + ("printed" in text ? text.printed.length : text.size), 0);
}
