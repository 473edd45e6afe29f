import { boundedCount } from "../../values/counts.ts";
import type { Reason } from "../../values/errors.ts";
import { type NanoUsd, plus, ZERO } from "../../values/money.ts";
import { isAllowed } from "../answer.ts";
import type { Tokens } from "../counted-tokens.ts";
import { type Draft, withState } from "../draft.ts";
import { nextTokens } from "../estimate/tokens.ts";
import { totalBudget } from "../figures.ts";
import { estimatedFor } from "../holds.ts";
import { tightestOf } from "../limits/admission.ts";
import { partsOf, ruleOf } from "../limits/parts.ts";
import type { ExtendRequest } from "../running-requests.ts";
import type { Hold } from "../state.ts";
import { admissionOf } from "./admission.ts";

/** What a run that needs more than its hold was given, or why it got nothing. */
export type Extended =
  | { readonly granted: NanoUsd; readonly amount: NanoUsd }
  | { readonly refused: Reason | "hold-closed" };

/**
 * Raises the hold of a run that needs more, by the rules of a check: by what it would like, otherwise by what it needs.
 * The hold stays one, so whatever settles or expires it accounts for all of it.
 */
export function extend(draft: Draft, request: ExtendRequest): { draft: Draft; extended: Extended } {
  const hold = draft.state.holds.find(({ id }) => id === request.hold);
  if (hold === undefined) return { draft, extended: { refused: "hold-closed" } };
  // A try whose result never came has raised it.
  if (hold.extended?.id === request.id) {
    return { draft, extended: { granted: hold.extended.last, amount: hold.amount } };
  }
  let refused: Reason = "insufficient";
  for (const amount of [request.wanted, request.needed]) {
    const tokens = tokensFor(draft, hold, amount);
    const { decision, reason } = admissionFor(draft, request, { hold, amount, tokens });
    if (isAllowed({ decision })) return raised(draft, request, { hold, amount, tokens });
    refused = reason === "insufficient" && isUsedUp(draft, hold, amount) ? "exhausted" : reason;
  }
  return { draft, extended: { refused } };
}

/** Whether the month has no room for it even if every other run used nothing: what its own hold has it will have used. */
function isUsedUp({ state, circumstances }: Draft, hold: Hold, amount: NanoUsd): boolean {
  return state.total_spent + hold.amount + amount > totalBudget(state, circumstances.settings.budgetCap);
}

type Raise = { readonly hold: Hold; readonly amount: NanoUsd; readonly tokens: Tokens };

function admissionFor({ state, circumstances }: Draft, request: ExtendRequest, { hold, amount, tokens }: Raise) {
  const { settings, now } = circumstances;
  const parts = partsOf(state, settings.parts ?? [], { tags: hold.tags, now });
  const run = {
    missingTags: [],
    priority: request.priority ?? "normal",
    tightest: tightestOf(state, parts, { amount, tokens }),
    approver: hold.approved_by,
  };
  return admissionOf(state, settings, { estimate: { amount, coldStart: false, basis: hold }, run });
}

/** The tokens that the amount buys, if the run uses them like its profile. */
function tokensFor({ state, circumstances }: Draft, hold: Hold, amount: NanoUsd): Tokens {
  const expected = nextTokens(state, circumstances.settings, hold);
  const share = amount / Math.max(1, estimatedFor(hold));
  return { all: boundedCount(Math.ceil(expected.all * share)), net: boundedCount(Math.ceil(expected.net * share)) };
}

function raised(draft: Draft, request: ExtendRequest, { hold, amount, tokens }: Raise) {
  const { state, circumstances } = draft;
  const { budgets, extended } = hold;
  const countIn = (name: string) => tokens[ruleOf(name, circumstances.settings.parts ?? [])?.count ?? "net"];
  const more: Hold = {
    ...hold,
    amount: plus(hold.amount, amount),
    ...(budgets !== undefined && {
      budgets: Object.fromEntries(
        Object.entries(budgets).map(([name, count]) => [name, boundedCount(count + countIn(name))]),
      ),
    }),
    ...(hold.tokens !== undefined && { tokens: boundedCount(hold.tokens + tokens.net) }),
    extended: { ...extended, id: request.id, amount: plus(extended?.amount ?? ZERO, amount), last: amount },
  };
  const after = withState(draft, { holds: state.holds.map((one) => (one === hold ? more : one)) });
  return { draft: after, extended: { granted: amount, amount: more.amount } };
}
