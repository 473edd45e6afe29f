import { type NanoUsd, showUsd } from "../../values/money.ts";
import { epochOf, type Instant } from "../../values/month.ts";
import { type Draft, type Note, withState } from "../draft.ts";
import { queueWarning } from "../messages/outbox.ts";
import type { Settings } from "../settings.ts";
import type { State } from "../state.ts";

const DAY_MS = 24 * 3_600_000;

/** For this long, another workflow can't change a budget that one workflow has set. */
const SET_MS = 7 * DAY_MS;

/** The budget that applies to a decision, and what people should know about it. */
type DecisionBudget = {
  /** Undefined if it is the books' own. */
  readonly budget: NanoUsd | undefined;
  /** It becomes the books' own if the decision admits or books a run. */
  readonly isKept: boolean;
  readonly notes: readonly Note[];
};

/** The caller, and when it asks. */
type Asking = { readonly settings: Settings; readonly now: Instant; readonly setter?: string | undefined };

/**
 * The budget that applies to a decision: the books' own, a smaller one for this decision, or the one an input sets if
 * no policy file does. If another workflow has set something else within seven days, the smaller of the two applies to
 * this decision only.
 */
export function decisionBudget(state: State, { settings, now, setter }: Asking): DecisionBudget {
  const { budgetCap: cap, askedBudget: asked } = settings;
  const own = state.monthly_budget;
  if (asked === undefined) {
    const isOver = cap !== undefined && cap > own;
    return {
      budget: cap !== undefined && cap < own ? cap : undefined,
      isKept: false,
      notes: isOver ? [{ level: "notice", text: overText(cap, own) }] : [],
    };
  }
  const { by, at } = state.budget_set ?? {};
  const isRecent = at !== undefined && epochOf(now) - epochOf(at) < SET_MS;
  if (!isRecent || by === nameOf(setter) || asked === own) return { budget: asked, isKept: true, notes: [] };
  const text = `The input monthly-budget of ${nameOf(setter)} is ${showUsd(asked)}, but ${by} set ${showUsd(own)}: the smaller one applies to this decision only. Set one budget for all workflows: monthly-budget in the policy file .github/token-budget.yml.`;
  return { budget: asked < own ? asked : undefined, isKept: false, notes: [{ level: "warning", text }] };
}

/** The draft with the budget that applies to this decision. */
export function withDecisionBudget(draft: Draft): Draft {
  const { circumstances } = draft;
  const { budget, notes } = decisionBudget(draft.state, circumstances);
  const settings = { ...circumstances.settings, budgetCap: budget };
  return { ...draft, circumstances: { ...circumstances, settings }, notes: [...draft.notes, ...notes] };
}

/** Keeps the budget that an input set as the books' own: it admitted a run, or booked one. */
export function keepAskedBudget(draft: Draft): Draft {
  const { state, circumstances } = draft;
  const { askedBudget: asked } = circumstances.settings;
  if (asked === undefined || !decisionBudget(state, circumstances).isKept) return draft;
  const by = nameOf(circumstances.setter);
  const { budget_set: set } = state;
  const isNoted = set?.by === by && epochOf(circumstances.now) - epochOf(set.at) < DAY_MS;
  if (isNoted && asked === state.monthly_budget) return draft;
  return changedTo(withState(draft, { budget_set: { by, at: circumstances.now } }), asked, by);
}

/** Keeps the policy's budget as the books' own: it applies whatever inputs set before. */
export function adoptPolicyBudget(draft: Draft): Draft {
  const { monthlyBudget } = draft.circumstances.settings;
  if (monthlyBudget === undefined) return draft;
  const { budget_set: set, ...rest } = draft.state;
  const unset = set === undefined ? draft : { ...draft, state: rest };
  return changedTo(unset, monthlyBudget, undefined);
}

function changedTo(draft: Draft, budget: NanoUsd, by: string | undefined): Draft {
  const before = draft.state.monthly_budget;
  if (budget === before) return draft;
  const who = by === undefined ? "" : ` by ${by}`;
  const change = `The monthly budget changed from ${showUsd(before)} to ${showUsd(budget)}${who}.`;
  return queueWarning(
    withState(draft, { monthly_budget: budget }),
    "budget-changed",
    `${change} If this wasn't intended, check the policy file and the workflow's monthly-budget.`,
  );
}

function overText(cap: NanoUsd, own: NanoUsd): string {
  return `The input monthly-budget is ${showUsd(cap)}, but the books' budget of ${showUsd(own)} applies: a run for a pull request, or on another branch than the default one, can't change the budget. Set it in the policy file .github/token-budget.yml.`;
}

function nameOf(setter: string | undefined): string {
  return setter ?? "a run";
}
