import type { Severity } from "../../books/notify-keys.ts";
import type { AlertSeverities } from "../../books/part-rule.ts";

// Apart from the schema, which only a policy file needs.

/** Percentages at which to warn; some say how much they matter. */
type Steps = readonly (number | { readonly at: number; readonly severity: Severity })[];

/** The percentages alone, ascending. */
export function percentsOf(steps: Steps): readonly number[] {
  return steps.map((one) => (typeof one === "number" ? one : one.at));
}

/** The severities that the policy itself names; undefined if it names none. */
export function severitiesOf(steps: Steps): AlertSeverities | undefined {
  const named = steps.flatMap((one) => (typeof one === "number" ? [] : [[one.at, one.severity] as const]));
  return named.length === 0 ? undefined : Object.fromEntries(named);
}
