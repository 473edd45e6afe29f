import { BudgetError } from "../budget/budget-error.ts";
import { settleId } from "../budget/holds.ts";
import type { Inputs } from "../config/parse-inputs.ts";
import { check } from "./check.ts";
import { gatherUsage } from "./gather-usage.ts";
import type { Outcome } from "./outcome.ts";
import type { Ports } from "./ports.ts";
import { bookUsage } from "./record.ts";
import { release } from "./release.ts";

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
 * What the main part was answered: `unheld` where it was let in though the books gave no answer, `unknown` where it
 * wasn't and can't tell whether its hold was written.
 */
export type GateAnswer = "allowed" | "unheld" | "denied" | "unknown";

/** The main part: a check. `answer` is what the post part has to know of it. */
export async function guard(
  ports: Ports,
  inputs: Inputs,
  holdId: string,
): Promise<{ readonly outcome: Outcome; readonly answer: GateAnswer }> {
  const outcome = await check(ports, inputs, holdId);
  const isHeld = outcome.outputs.hold !== undefined;
  if (isHeld) return { outcome, answer: "allowed" };
  if (outcome.outputs.allowed === "true") return { outcome, answer: "unheld" };
  return { outcome, answer: UNSURE.includes(outcome.outputs.reason ?? "") ? "unknown" : "denied" };
}

const UNSURE = ["state-unreachable", "state-contended"];

/** How long the post part tries: a job that ends must not hang on its books. */
export const POST_PATIENCE_MS = 60_000;

/**
 * The post part: books what the job used, whatever became of it. After a denied main it books only what it finds, with
 * a warning. Null where there is nothing to say.
 */
export async function guardPost(
  ports: Ports,
  inputs: Inputs,
  { memory, answer }: { readonly memory: GateMemory; readonly answer: GateAnswer },
): Promise<Outcome | null> {
  const remembered = { ...inputs, profile: memory.profile, tags: memory.tags, hold: memory.hold };
  const order = {
    id: settleId(memory.hold),
    isChosenId: false,
    origin: "post" as const,
    hold: memory.hold,
    mustExist: answer === "allowed",
    sinceMs: memory.sinceMs,
  };
  if (answer === "allowed" || answer === "unheld") return bookUsage(ports, remembered, order);
  const used = await gatherUsage(ports, remembered, memory.sinceMs);
  if (used.found) return withWarning(await bookUsage(ports, remembered, order), afterDenial(answer));
  return answer === "unknown" ? letGoQuietly(ports, remembered) : null;
}

function afterDenial(answer: GateAnswer): string {
  return answer === "denied"
    ? "This run was denied and used tokens all the same: it is booked. Let the job stop, or skip its steps, where the budget says no."
    : "Nobody could tell this run whether the money was there; what it used is booked.";
}

/** A hold whose commit was never answered may stand in the books, though the run was not let in by it. */
async function letGoQuietly(ports: Ports, inputs: Inputs): Promise<Outcome | null> {
  try {
    const outcome = await release(ports, { ...inputs, reason: "the gate had no answer", onError: "allow" });
    return outcome.outputs.hold === undefined ? null : outcome;
  } catch (error) {
    if (error instanceof BudgetError) return null;
    throw error;
  }
}

function withWarning(outcome: Outcome, text: string): Outcome {
  return { ...outcome, notes: [{ level: "warning", text }, ...outcome.notes] };
}
