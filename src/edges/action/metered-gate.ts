import { unmeteredNotes } from "../../commands/meter/unmetered.ts";
import type { Ports } from "../../commands/operation/ports.ts";
import { type Outcome, withNotes } from "../../commands/outcome/outcome.ts";
import type { InputsOf } from "../../inputs/commands/table.ts";
import { booksName } from "./caller.ts";
import type { Context } from "./context.ts";
import { type Environment, METERED_VARIABLE, savedState } from "./inputs.ts";
import type { Io } from "./io.ts";

type Step = { readonly env: Environment; readonly io: Io; readonly context: Context };

/** The gate's outcome, with a meter for its run if that is wanted; only such a run needs the code. */
export async function withMeter(
  step: Step,
  gate: { readonly ports: Ports; readonly inputs: InputsOf<"guard">; readonly hold: string },
  outcome: Outcome,
): Promise<Outcome> {
  const allowed = outcome.gate;
  if (allowed === undefined || !("hold" in allowed)) return outcome;
  const policy = allowed.run?.rules.policy;
  if (gate.inputs.meter !== true && policy?.meter !== true)
    return withNotes(outcome, unmeteredNotes(gate.inputs, policy, "action"));
  const { meterGate } = await import("./metering.ts");
  return meterGate({ ...step, ...gate, run: allowed.run }, outcome);
}

/** The post part's ports, with what the meter recorded that the main part started; it ends here. */
export async function afterMeter(step: Step, ports: Ports): Promise<Ports> {
  if (savedState(step.env, "meter") === undefined) return { ...ports, metered: null };
  const { endMeter } = await import("./meter-post.ts");
  return endMeter(step, ports);
}

/** Later steps of this job don't book again what was booked from the meter's record. */
export async function exportMetered({ env, io }: Step, ports: Ports, { meter }: Outcome): Promise<void> {
  if (meter === undefined) return;
  const { meteredText, recordIn } = await import("./meter-record.ts");
  io.exportVariable(METERED_VARIABLE, meteredText(meter.bytes, recordIn(env), booksName(ports.store.place)));
}
