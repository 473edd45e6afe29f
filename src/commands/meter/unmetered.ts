import type { Note } from "../../books/draft.ts";
import type { Given } from "../../inputs/options.ts";
import type { Policy } from "../../inputs/policy/policy.ts";
import type { GateOutcome, Outcome } from "../outcome/outcome.ts";

/** That a run that could not be metered was not started, and what became of its hold. */
export function notStartedNote({ kind }: Pick<GateOutcome, "kind">, released: Outcome | undefined): Note {
  if (released?.closedHold !== undefined)
    return { level: "warning", text: "Nothing was started, and what was set aside for the run is released." };
  const hold = "What was set aside for the run could not be released: it is charged when its hold expires.";
  return { level: "warning", text: kind === "unheld" ? "Nothing was started." : `Nothing was started. ${hold}` };
}

/** What only a meter does; `run` at a terminal watches usage files in place of one, up to max-cost. */
const OF_METERS = [
  ["overrun", "overrun"],
  ["overrun-alert", "overrunAlert"],
  ["meter-models", "meterModels"],
  ["max-cost", "maxCost"],
] as const;
const WATCHED: readonly string[] = ["overrun-alert", "max-cost"];

type Asked = Pick<Given, "overrun" | "overrunAlert" | "meterModels" | "maxCost">;

/** A warning where a run without a meter asks for what only a meter does; policy is undefined where it isn't known. */
export function unmeteredNotes(inputs: Asked, policy: Policy | undefined, edge: "action" | "terminal"): Note[] {
  const asked = OF_METERS.filter(([key, name]) => inputs[name] !== undefined || policy?.[key] !== undefined);
  const names = asked.map(([key]) => key).filter((key) => edge === "action" || !WATCHED.includes(key));
  if (names.length === 0) return [];
  const most = names.includes("max-cost") ? " max-cost then only bounds the output of that name." : "";
  const text = `This run has no meter, which ${names.join(", ")} ${names.length === 1 ? "needs" : "need"}: set meter: true.${most}`;
  return [{ level: "warning", text }];
}
