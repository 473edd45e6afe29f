import type { PartFigures } from "../answer.ts";
import { COUNTING, type Wanted } from "../counting.ts";
import type { State } from "../state.ts";
import { partFigures } from "./figures.ts";
import type { Part } from "./parts.ts";

/** A sub-budget's verdicts on a run, worst first: no, a human may say yes, past its limit, past an alert, it fits. */
const GRADES = ["deny", "approve", "overage", "alert", "fit"] as const;
export type Grade = (typeof GRADES)[number];

/** One sub-budget's verdict on a run. */
export type Verdict = { readonly grade: Grade; readonly figures: PartFigures };

/**
 * The verdict of the tightest of the sub-budgets: the worst, and of several the one with the smallest share of its
 * limit left.
 */
export function tightestOf(state: State, parts: readonly Part[], wanted: Wanted): Verdict | undefined {
  const verdicts = parts.map((part) => verdictOf(state, part, wanted));
  const badness = ({ grade }: Verdict) => GRADES.indexOf(grade);
  return verdicts.sort((a, b) => badness(a) - badness(b) || shareLeft(a) - shareLeft(b))[0];
}

function shareLeft({ figures }: Verdict): number {
  return figures.remaining / Math.max(1, figures.limit);
}

function verdictOf(state: State, part: Part, wanted: Wanted): Verdict {
  const { rule } = part;
  const figures = partFigures(state, part);
  const used = figures.spent + figures.held + COUNTING[figures.unit].wanted(wanted, rule.count);
  if (used > figures.limit) {
    const isInOverage = used <= figures.limit + Math.floor((figures.limit / 100) * rule.overage);
    const grade = isInOverage || rule.onExceed === "warn" ? "overage" : rule.onExceed;
    return { grade, figures };
  }
  const isPastAlert = rule.alerts.some((alert) => figures.percentUsed >= alert);
  return { grade: isPastAlert ? "alert" : "fit", figures };
}
