import type { Note } from "../books/draft.ts";
import { settleId } from "../books/holds.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import { BudgetError } from "../values/errors.ts";
import type { Gate, GateAnswer } from "./guard.ts";
import type { MeterRead } from "./meter/meter-read.ts";
import { agentStart, agentsIn, releaseUnstarted, USED_ALL_THE_SAME } from "./operation/agent-outcome.ts";
import { sessionKey } from "./operation/gather-usage.ts";
import {
  gatherInJob,
  isUnrecorded,
  type JobUsage,
  laterUsage,
  NOTHING_BOOKED,
  NOTHING_GATHERED,
  withLostSessions,
  withMeter,
} from "./operation/job-usage.ts";
import type { BookedBefore, Ports } from "./operation/ports.ts";
import { type Outcome, withNotes } from "./outcome/outcome.ts";
import { bookUsage } from "./record.ts";
import { releaseHold } from "./release.ts";

/**
 * The post part: books what the job used, however the job ended; releases the hold if no agent started. After a denied
 * main part it books only the usage it finds, with a warning. Null if there is nothing to report.
 */
export async function guardPost(of: Ports, inputs: InputsOf<"guard">, gate: Gate): Promise<Outcome | null> {
  const { memory, answer, before } = gate;
  const ports = { ...of, caller: { ...of.caller, jobHold: memory.hold } };
  const startedMs = before?.atMs ?? memory.sinceMs;
  const job = await gatherInJob(ports, inputs, {
    since: { sinceMs: memory.sinceMs, noted: before?.files ?? [] },
    startedMs,
  });
  const { settledHold, booked = NOTHING_BOOKED } = ports.caller;
  const isSettled = settledHold === memory.hold;
  const files = isSettled ? job.used : withLostSessions(job, booked, agentsIn(inputs));
  const read = await ports.metered?.();
  const used = read === undefined ? files : await withMeter(files, { ...read, lines: read.whole });
  const order = {
    id: settleId(memory.hold),
    isChosenId: false,
    origin: "post" as const,
    hold: undefined,
    profile: memory.profile,
    tags: memory.tags,
    result: inputs.result,
    mustExist: answer === "allowed",
    sinceMs: memory.sinceMs,
    gathered: used,
    later: isSettled && ports.caller.booked !== undefined ? await laterThan(job, booked, read) : undefined,
  };
  const { hasStarted, notes } = agentStart(inputs, inputs.result);
  if (used.found) {
    const warnings = [...(hasStarted || isSettled ? notes : [USED_ALL_THE_SAME]), ...notesWithoutYes(answer)];
    return withNotes(covering(job, await bookUsage(ports, inputs, order), booked), warnings);
  }
  if (answer === "allowed" && !hasStarted && !isSettled) {
    return released(ports, inputs, { id: order.id, notes });
  }
  if (answer === "allowed" || (answer === "unheld" && hasStarted)) {
    return withNotes(covering(job, await bookUsage(ports, inputs, order), booked), notes);
  }
  return answer === "denied" ? null : releaseQuietly(ports, inputs);
}

/** What the steps that settled the hold can't have booked: sessions since then, and what the meter recorded since. */
async function laterThan(job: JobUsage, booked: BookedBefore, read: MeterRead | undefined) {
  const files = laterUsage(job, booked);
  if (read === undefined || (read.lines.length === 0 && !(await isUnrecorded(read)))) return files;
  return withMeter(files ?? NOTHING_GATHERED, read);
}

/** A post part books for all sessions since its main part: an earlier gate of the job ignores them. */
function covering({ logs }: JobUsage, outcome: Outcome, booked: BookedBefore): Outcome {
  if (outcome.booked === undefined) return outcome;
  const logged = logs.map(({ format, id }) => [sessionKey(format, id), ""] as const);
  return { ...outcome, booked: { ...booked, sessions: new Map([...logged, ...outcome.booked.sessions]) } };
}

/** What to report about usage that was booked although the gate hadn't said yes. */
function notesWithoutYes(answer: GateAnswer): Note[] {
  switch (answer) {
    case "denied":
      return [
        {
          level: "warning",
          text: "This run was denied but used tokens anyway; they are booked. Stop the job, or skip its steps, when the budget says no.",
        },
      ];
    case "unknown":
      return [
        {
          level: "warning",
          text: "This run got no answer from the budget; what it used is booked.",
        },
      ];
    default:
      return [];
  }
}

/** Releases a hold by id; on failure a warning says that it expires as a charge. */
async function released(
  ports: Ports,
  inputs: InputsOf<"guard">,
  order: { readonly id: string; readonly notes: readonly Note[] },
): Promise<Outcome> {
  const outcome = await releaseUnstarted(ports, inputs, { ...order, hold: undefined, onError: "deny" });
  if (outcome.failure === null) return outcome;
  const text = `No agent started, and the hold ${ports.caller.jobHold} could not be released; it expires as a charge. ${outcome.failure}`;
  return withNotes({ ...outcome, failure: null }, [{ level: "warning", text }]);
}

/** A hold whose commit was never answered may be in the books, although the run was not allowed by it. */
async function releaseQuietly(ports: Ports, inputs: InputsOf<"guard">): Promise<Outcome | null> {
  try {
    const order = { hold: undefined, reason: "the gate had no answer", onError: "allow" } as const;
    const outcome = await releaseHold(ports, inputs, order);
    return outcome.closedHold === undefined ? null : outcome;
  } catch (error) {
    if (error instanceof BudgetError) return null;
    throw error;
  }
}
