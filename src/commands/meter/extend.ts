import type { Extended } from "../../books/gate/extend.ts";
import type { Priority } from "../../books/part-rule.ts";
import type { RuleInputs } from "../../inputs/settings-of.ts";
import { bounded, type NanoUsd } from "../../values/money.ts";
import { operate } from "../operation/operate.ts";
import type { Ports } from "../operation/ports.ts";

/** A run that is running, and what it may cost at most in nano-dollars; null if only the budget says so. */
export type RunningHold = {
  readonly hold: string;
  readonly priority: Priority | undefined;
  readonly maxCost: number | null;
};

/** What the books granted, or why they didn't, as a sentence. */
export type Grant = { readonly granted: NanoUsd; readonly amount: NanoUsd } | { readonly refused: string };

/** How much more is set aside at once, as a share of what is: a long run asks the books now and then, not all day. */
const STEP = 0.5;

/**
 * Sets more aside for a run by the rules of a check: half as much again as its hold, if that fits, otherwise what it
 * needs.
 */
export async function extendHold(
  ports: Ports,
  inputs: RuleInputs,
  asked: RunningHold & { readonly needed: NanoUsd; readonly amount: NanoUsd },
): Promise<Grant> {
  const { hold, priority, needed } = asked;
  const request = { kind: "extend", id: ports.newId(), hold, priority, needed, wanted: wantedOf(asked) } as const;
  const operated = await operate(ports, inputs, {
    ...{ strictness: "strict", mustExist: true, isDelivering: false },
    request: async () => ({ request }),
  });
  if (!operated.ok) return { refused: operated.error.message };
  const { extended } = operated.answer;
  if (extended === undefined) throw new Error("a hold was to be extended and there is no answer");
  return "granted" in extended ? extended : { refused: REFUSALS[extended.refused] ?? OTHER_REFUSAL };
}

function wantedOf({ needed, amount, maxCost }: { needed: NanoUsd; amount: NanoUsd; maxCost: number | null }): NanoUsd {
  const wanted = Math.max(needed, Math.ceil(amount * STEP));
  const most = maxCost === null ? wanted : Math.max(needed, maxCost - amount);
  return bounded(Math.min(wanted, most));
}

const OTHER_REFUSAL = "The budget has no room for more.";

const REFUSALS: Partial<Record<Extract<Extended, { refused: unknown }>["refused"], string>> = {
  exhausted: "The month's budget has no room for more.",
  insufficient: "What other runs hold leaves too little of the month's budget.",
  "budget-exceeded": "A sub-budget that the run counts in is used up.",
  "approval-needed": "What is left needs an approval, which a run that is running can't ask for.",
  reserve: "Only the month's reserve is left.",
  priority: "What is left of the month is kept for runs of a higher priority.",
  paused: "A maintainer has paused runs.",
  "hold-closed": "The run's hold was settled or has expired.",
};
