import type { Note } from "../books/draft.ts";
import { settleId } from "../books/holds.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import { BudgetError } from "../values/errors.ts";
import { check } from "./check.ts";
import { agentStart, agentsIn, releaseUnstarted, USED_ALL_THE_SAME } from "./operation/agent-outcome.ts";
import { sessionKey } from "./operation/gather-usage.ts";
import { gatherInJob, type JobUsage, laterUsage, NOTHING_BOOKED, withLostSessions } from "./operation/job-usage.ts";
import type { BookedBefore, NotedFile, Ports } from "./operation/ports.ts";
import { type Outcome, withNotes } from "./outcome/outcome.ts";
import { bookUsage } from "./record.ts";
import { releaseHold } from "./release.ts";

/** What a gate's main part keeps for its post part, as text: the runner evaluates the inputs again before post. */
export type GateMemory = {
  readonly hold: string;
  readonly repository: string;
  readonly branch: string;
  readonly path: string;
  readonly profile: string;
  readonly tags: Readonly<Record<string, string>>;
  /** When the main part began, milliseconds since 1970. */
  readonly sinceMs: number;
};

/**
 * The answer to the main part: `unheld` if it was allowed although the books gave no answer, `unknown` if it wasn't
 * allowed and doesn't know whether its hold was written.
 */
export type GateAnswer = "allowed" | "unheld" | "denied" | "unknown";

/** What the post part knows of the main part. */
export type Gate = {
  readonly memory: GateMemory;
  readonly answer: GateAnswer;
  /**
   * When the main part ended, milliseconds since 1970, and the usage files at that time; undefined if it was cut short.
   */
  readonly before?: { readonly atMs: number; readonly files: readonly NotedFile[] } | undefined;
};

/** The main part: a check. `answer` is what the post part needs to know about it. */
export async function guard(
  ports: Ports,
  inputs: InputsOf<"guard">,
  holdId: string,
): Promise<{ readonly outcome: Outcome; readonly answer: GateAnswer }> {
  const outcome = await check(ports, inputs, { holdId, isGate: true });
  const { kind } = outcome.gate ?? { kind: "denied" };
  return { outcome, answer: kind === "held" ? "allowed" : kind };
}

/** How long the post part tries: a job that ends must not hang on its books. */
export const POST_PATIENCE_MS = 60_000;

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
  const used = isSettled ? job.used : withLostSessions(job, booked, agentsIn(inputs));
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
    later: isSettled && ports.caller.booked !== undefined ? laterUsage(job, booked) : undefined,
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
