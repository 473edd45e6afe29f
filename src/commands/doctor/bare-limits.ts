import { loadYaml } from "../../inputs/policy/decode.ts";
import type { Policy } from "../../inputs/policy/policy.ts";
import { POLICY_PATH } from "../../inputs/policy/policy-path.ts";
import type { Finding } from "../../report/findings-text.ts";
import type { Snapshot } from "../../store/port.ts";
import { type NanoUsd, showUsd } from "../../values/money.ts";
import { isMoney } from "../../values/quantity.ts";

type PartKeys = NonNullable<Policy["budgets"]>[number];

/** A limit without a unit is dollars: one that the month's money can't reach was probably meant as tokens. */
export async function bareLimitFindings(
  { text, path }: NonNullable<Snapshot["policy"]>,
  policy: Policy,
  budget: NanoUsd,
): Promise<Finding[]> {
  const parts = policy.budgets ?? [];
  if (parts.length === 0) return [];
  const { value } = await loadYaml(text, path);
  const written = (value as { readonly budgets?: readonly { readonly limit?: unknown }[] }).budgets ?? [];
  return parts.flatMap((part, index) => {
    const bare = bareNumber(written[index]?.limit);
    return bare === undefined ? [] : findingOf(part, { bare, budget });
  });
}

function findingOf(part: PartKeys, { bare, budget }: { readonly bare: string; readonly budget: NanoUsd }): Finding[] {
  const { name, limit } = part;
  if (!isMoney(limit) || limit.amount <= budget * monthsIn(part.period)) return [];
  const isWhole = /^\d+$/.test(bare);
  return [
    {
      tone: "warn",
      about: "Policy",
      text: `the limit of the sub-budget ${name} has no unit, so it is dollars: ${showUsd(limit.amount)} is more than the month's budget of ${showUsd(budget)} and never stops a run.`,
      fix: isWhole
        ? { text: `If tokens are meant, write their unit in ${POLICY_PATH}:`, code: `limit: ${bare} tokens` }
        : { text: `Write a lower limit in ${POLICY_PATH}.` },
    },
  ];
}

/** How many months' budgets a period can spend; any amount, if it has no end. */
function monthsIn(period: PartKeys["period"] = "month"): number {
  switch (period) {
    case "day":
    case "month":
      return 1;
    case "week":
      return 2;
    case "none":
      return Number.POSITIVE_INFINITY;
    default:
      return 1 + monthNumber(period.to) - monthNumber(period.from);
  }
}

function monthNumber(day: string): number {
  return 12 * Number(day.slice(0, 4)) + Number(day.slice(5, 7));
}

/** The digits of a limit that was written without a unit. */
function bareNumber(limit: unknown): string | undefined {
  const text = typeof limit === "number" || typeof limit === "string" ? String(limit) : "";
  return /^\d+(\.\d+)?$/.test(text) ? text : undefined;
}
