import { addedUp } from "../added-up.ts";
import type { JsonObject } from "../json-text.ts";
import { inPieces } from "../pieces.ts";
import type { IsMetered, Reader } from "../reader.ts";
import { soundLines } from "../sound-lines.ts";
import { headOf, tailOf } from "../text.ts";
import type { UsageReport } from "../usage.ts";
import { type ExecStream, isExecEvent, isExecOpen, noteExecEvent, saidByExec } from "./codex-exec.ts";
import { isRolloutOpen, isRolloutRecord, newRollout, noteRecord, saidByRollout } from "./codex-rollout.ts";

/** How far into a text Codex's own first line may be, in characters. */
const HEAD = 16_384;
/** How far before the end of a text its last line may be: another program may have printed after it. */
const TAIL = 65_536;

/**
 * Codex: the stream of `codex exec --json`, which names no model; the session's file (`rollout-….jsonl`), which does;
 * and what `codex exec` prints for people, whose one number has no price.
 */
export const codex: Reader = {
  name: "codex",
  title: "Codex (codex exec --json, or the session's rollout-….jsonl)",
  recognize: (object) => isExecEvent(object) || isRolloutRecord(object),
  read: reportOf,
  readText: (text) => (/^OpenAI Codex v\d/m.test(headOf(text, HEAD)) ? plainReport(tailOf(text, TAIL)) : undefined),
};

function reportOf(objects: Iterable<JsonObject>, isMetered?: IsMetered): UsageReport {
  const stream: ExecStream = { threads: new Map(), current: "" };
  const rollout = newRollout();
  for (const object of objects) {
    noteExecEvent(stream, object);
    noteRecord(rollout, object);
  }
  const exec = soundLines(saidByExec(stream));
  const session = soundLines(saidByRollout(rollout, isMetered));
  // What a meter didn't see is no part of a counter that it may be compared with.
  const [others, counted] = [true, false].map((isOther) =>
    session.lines.filter(({ metered }) => (metered === false) === isOther),
  );
  const lines = [...exec.lines, ...inPieces(counted ?? [], rollout.session), ...addedUp(others ?? [])];
  const missing = [
    ...[...exec.missing, ...session.missing],
    ...(isExecOpen(stream) ? ["Codex was interrupted, or failed: the usage of its last turn isn't reported."] : []),
    ...(isRolloutOpen(rollout) ? ["Codex was interrupted: the usage of its last request isn't reported."] : []),
  ];
  if (lines.length === 0 && missing.length === 0) missing.push("Codex counted no tokens: its usage is unknown.");
  return { format: "codex", lines, complete: missing.length === 0, notes: missing };
}

function plainReport(tail: string): UsageReport {
  const total = [...tail.matchAll(/^tokens used:?\s+([\d,]+)\s*$/gm)].at(-1)?.[1];
  const said =
    total === undefined
      ? "Codex was interrupted: it doesn't say how many tokens it used."
      : `Codex used ${total} tokens, not counting cached ones; it doesn't say how many of them were output.`;
  const advice = "Use the output of codex exec --json, or the session's file: those can be priced.";
  return { format: "codex", lines: [], complete: false, notes: [`${said} ${advice}`] };
}
