import { quieterInterval } from "../../books/milestone-interval.ts";
import { DEFAULT_SETTINGS } from "../../books/settings.ts";
import type { State } from "../../books/state.ts";
import { decodePolicy } from "../../inputs/policy/decode.ts";
import type { Policy } from "../../inputs/policy/policy.ts";
import { POLICY_PATH } from "../../inputs/policy/policy-path.ts";
import type { Finding } from "../../report/findings-text.ts";
import type { Snapshot } from "../../store/port.ts";
import { BudgetError } from "../../values/errors.ts";
import { plainUsd, showUsd } from "../../values/money.ts";
import { attempt } from "../operation/attempt.ts";
import { bareLimitFindings } from "./bare-limits.ts";
import { runTagFindings } from "./run-tags.ts";

const ABOUT = "Policy";

/** Agent runs take minutes: a hold that expires before its run ends charges the estimate first. */
const SHORT_HOLD_MINUTES = 5;

/** Examines the policy file: whether it can be read, and whether its limits make sense together. */
export async function examinePolicy(policy: Snapshot["policy"], state: State): Promise<Finding[]> {
  if (policy === null) {
    return [
      { tone: "good", about: ABOUT, text: `no ${POLICY_PATH}: inputs and defaults apply.` },
      ...milestoneFindings({}, state),
    ];
  }
  const decoded = policy.problem ?? (await attempt(() => decodePolicy(policy.text, policy.path)));
  if (decoded instanceof BudgetError) return problemFindings(decoded, policy.path);
  const contradictions = contradictionsIn(decoded, state);
  const keys = Object.keys(decoded);
  const says = keys.length === 0 ? "sets nothing" : `sets ${keys.join(", ")}`;
  return [
    { tone: "good", about: ABOUT, text: `${policy.path} is valid and ${says}.` },
    ...contradictions.map(warningOf),
    ...(await bareLimitFindings(policy, decoded, decoded["monthly-budget"] ?? state.monthly_budget)),
    ...runTagFindings(decoded, state),
    ...milestoneFindings(decoded, state),
  ];
}

/** Proposes a tenth of the budget if a used-up month would send more than ten milestones. */
function milestoneFindings(policy: Policy, state: State): Finding[] {
  const budget = policy["monthly-budget"] ?? state.monthly_budget;
  const interval = policy["milestone-interval"] ?? DEFAULT_SETTINGS.milestoneInterval;
  const proposed = quieterInterval(budget, interval);
  if (proposed === undefined || (policy.notify?.kinds ?? policy.notify?.discord) === "none") return [];
  const text = `a milestone every ${showUsd(interval)} makes ${Math.floor(budget / interval)} messages in a month that uses up ${showUsd(budget)}.`;
  const fix = {
    text: `A tenth of the budget makes ten; in ${POLICY_PATH}:`,
    code: `milestone-interval: ${plainUsd(proposed)}`,
  };
  return [{ tone: "warn", about: ABOUT, text, fix }];
}

/** One finding for each problem of the file. */
function problemFindings({ message }: BudgetError, path: string): Finding[] {
  const [first = "", ...items] = message.split("\n- ");
  const texts = items.length === 0 ? [first] : items.map((item) => `${path}, ${item}${item.endsWith("?") ? "" : "."}`);
  return texts.map((text) => ({ tone: "bad", about: ABOUT, text }));
}

function warningOf(text: string): Finding {
  return { tone: "warn", about: ABOUT, text };
}

function contradictionsIn(policy: Policy, state: State): string[] {
  const budget = policy["monthly-budget"] ?? state.monthly_budget;
  const interval = policy["milestone-interval"];
  const estimates = [
    ["default-estimate", policy["default-estimate"] ?? DEFAULT_SETTINGS.defaultEstimate],
    ["estimate", policy.estimate],
  ] as const;
  return [
    ...estimates.flatMap(([key, estimate]) =>
      typeof estimate === "number" && estimate > budget
        ? [
            `${key} is ${showUsd(estimate)} and the month's budget ${showUsd(budget)}: no run fits, every check is denied.`,
          ]
        : [],
    ),
    ...(interval !== undefined && interval > budget
      ? [
          `milestone-interval is ${showUsd(interval)} and the month's budget ${showUsd(budget)}: no milestone is ever reached.`,
        ]
      : []),
    ...((policy["hold-minutes"] ?? 360) < SHORT_HOLD_MINUTES
      ? [`hold-minutes is ${policy["hold-minutes"]}: a longer run is charged its estimate before it is booked.`]
      : []),
    ...(policy["on-error"] === "allow"
      ? ["on-error is allow: when the books can't be read or written, runs are allowed without a budget."]
      : []),
  ];
}
