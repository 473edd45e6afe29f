import { type NanoUsd, percentOf } from "../../../src/values/money.ts";
import { type Admission, type Amount, type Books, dayAt, heldIn, type Of, type Part, USD } from "./model-books.ts";
import { strictestOf } from "./parts-model.ts";

/** Kept back from every run that nobody approved. */
export const RESERVE = 3 * USD;
export const ENVIRONMENT = "ai-budget";
/** From this percentage of the month on runs of low priority wait. */
export const LOW_UNTIL = 60;

const REMEMBERED_MS = 66 * 24 * 3_600_000;

export type Run = {
  readonly amount: Amount;
  readonly tokens: number;
  readonly parts: readonly Part[];
  readonly isTagged: boolean;
  readonly isLow: boolean;
  readonly approver: string | undefined;
};

/** A run of which nothing is known but what it may cost. */
export function anyRun(amount: Amount): Run {
  return { amount, tokens: 0, parts: [], isTagged: true, isLow: false, approver: undefined };
}

export function totalOf({ budget, topUps }: Books): Amount {
  return budget + topUps;
}

export function reserveLeft({ granted }: Books): Amount {
  return Math.max(0, RESERVE - granted);
}

export function admissionOf(books: Books, run: Run): Admission {
  const total = totalOf(books);
  const used = books.spent + heldIn(books);
  const strictest = strictestOf(books, run.parts, run);
  const deny = (reason: string) => ({ decision: "deny" as const, reason });
  const limited = strictest === undefined ? {} : { limitedBy: strictest.figures };
  if (!run.isTagged) return deny("tags-missing");
  if (books.spent + run.amount > total) return deny("exhausted");
  if (run.isLow && percentOf(used as NanoUsd, total as NanoUsd) >= LOW_UNTIL) return deny("priority");
  if (strictest?.grade === "deny") return { ...deny("budget-exceeded"), ...limited };
  if (used + run.amount > total) return deny("insufficient");
  const isPart = strictest?.grade === "approve";
  if (isPart || used + run.amount > total - reserveLeft(books)) {
    const by = isPart ? limited : {};
    if (run.approver === undefined) return { decision: "approve", reason: "approval-needed", ...by };
    return { decision: "warn", reason: "approved", approvedBy: run.approver, ...by };
  }
  if (strictest?.grade === "overage") return { decision: "warn", reason: "budget-exceeded", ...limited };
  return { decision: "allow", reason: "ok" };
}

export function isLetIn({ decision }: Admission): boolean {
  return decision === "allow" || decision === "warn";
}

/** Who said yes to a run in the policy's environment, for the one hold it opens. */
export function approverOf(books: Books, { approval, run }: Of<"check">, now: number): string | undefined {
  const approved = recentlyApproved(books, now);
  if (approval?.environment !== ENVIRONMENT || approved.some((one) => one.run === run)) return undefined;
  return approval.approvers.length === 0 ? undefined : approval.approvers.join(", ");
}

/** The run's approval has opened what it can open; runs that can't come again are forgotten. */
export function approvalUsed(books: Books, run: number, now: number): Books {
  const others = recentlyApproved(books, now).filter((one) => one.run !== run);
  return { ...books, approved: [...others, { run, day: dayAt(now) }] };
}

/** The approvals of runs that can come again. */
export function recentlyApproved({ approved }: Pick<Books, "approved">, now: number): Books["approved"] {
  const since = dayAt(now - REMEMBERED_MS);
  return approved.filter(({ day }) => day >= since);
}
