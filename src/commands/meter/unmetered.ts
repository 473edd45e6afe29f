import type { Note } from "../../books/draft.ts";
import type { Given } from "../../inputs/options.ts";
import type { Policy } from "../../inputs/policy/policy.ts";

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
