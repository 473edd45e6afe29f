import type { Note } from "../../books/draft.ts";
import type { RunResult } from "../../books/entry.ts";
import type { Given } from "../../inputs/options.ts";
import type { RuleInputs } from "../../inputs/settings-of.ts";
import type { Outcome } from "../outcome/outcome.ts";
import { type ReleaseOrder, releaseHold } from "../release.ts";
import type { Ports } from "./ports.ts";

/** Whether any agent of the job ever started, as `agent-outcome` says; true if nothing says otherwise. */
export type AgentStart = { readonly hasStarted: boolean; readonly notes: readonly Note[] };

const STARTED: AgentStart = { hasStarted: true, notes: [] };

/**
 * Reads `agent-outcome`. GitHub gives every step that didn't run the outcome `skipped` before post steps run. No
 * outcome at all means a step of a composite action that broke off, or an id that no step has. In a job that succeeded
 * it is the latter, and whether an agent ran is unknown.
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/StepsRunner.cs
 */
export function agentStart({ agentOutcome: outcomes }: Pick<Given, "agentOutcome">, result?: RunResult): AgentStart {
  if (outcomes === undefined || outcomes.some((outcome) => outcome !== "skipped")) return STARTED;
  if (outcomes.length > 0) return { hasStarted: false, notes: [] };
  if (result === "success") {
    const text =
      "agent-outcome is empty although the job succeeded: no step has that id. Write steps.ID.outcome with the id of the agent's step.";
    return { hasStarted: true, notes: [{ level: "warning", text }] };
  }
  const text = "agent-outcome is empty, so no agent started. If one did, agent-outcome has the wrong step id.";
  return { hasStarted: false, notes: [{ level: "notice", text }] };
}

/** How many agents are known to have run. */
export function agentsIn({ agentOutcome = [] }: Pick<Given, "agentOutcome">): number {
  return agentOutcome.filter((outcome) => outcome !== "skipped").length;
}

/** The warning if usage was found although no agent started according to `agent-outcome`: it is booked. */
export const USED_ALL_THE_SAME: Note = {
  level: "warning",
  text: "agent-outcome says that no agent started, but usage was found; it is booked. Name every step that runs an agent in agent-outcome, one per line.",
};

/** How to release the hold of a job in which no agent started. */
type UnstartedOrder = Pick<ReleaseOrder, "id" | "hold" | "onError"> & { readonly notes: readonly Note[] };

/** Releases the hold of a job in which no agent started: a hold that isn't open needs no release. */
export async function releaseUnstarted(
  ports: Ports,
  inputs: RuleInputs,
  { notes, ...order }: UnstartedOrder,
): Promise<Outcome> {
  const words = { sentence: "No agent started", isExpected: true };
  const outcome = await releaseHold(ports, inputs, { ...order, reason: "no agent started", words });
  return { ...outcome, outputs: { cost: "0", ...outcome.outputs }, notes: [...notes, ...outcome.notes] };
}
