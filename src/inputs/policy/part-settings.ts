import type { PartRule } from "../../books/part-rule.ts";
import type { Settings } from "../../books/settings.ts";
import type { NanoUsd } from "../../values/money.ts";
import type { TagPatterns } from "../../values/tags.ts";
import { percentsOf, severitiesOf } from "./alert-steps.ts";
import type { PartKeys } from "./part-keys.ts";
import type { Policy } from "./policy.ts";

type PartSettings = Pick<
  Settings,
  | "parts"
  | "reserve"
  | "approvalEnvironment"
  | "admit"
  | "requiredTags"
  | "largeRun"
  | "models"
  | "formula"
  | "formulaPrice"
>;

/** What the policy alone may say: sub-budgets and all that goes with them. No input overrides it. */
export function partSettings(policy: Policy): PartSettings {
  return {
    parts: (policy.budgets ?? []).map(ruleOf),
    reserve: reserveOf(policy.reserve),
    approvalEnvironment: policy["approval-environment"],
    admit: policy.admit ?? {},
    requiredTags: policy["required-tags"] ?? [],
    largeRun: policy["large-run"],
    models: (policy.models ?? []).map(({ use, until, match }) => ({ use, until, match: patternsOf(match) })),
    formula: formulaOf(policy.estimate),
    // Prices are in the table, which the rules look up if there is a formula.
    formulaPrice: undefined,
  };
}

function ruleOf(part: PartKeys): PartRule {
  const severities = severitiesOf(part.alerts ?? []);
  return {
    name: part.name,
    match: patternsOf(part.match),
    forEach: part["for-each"] ?? [],
    limit: part.limit,
    period: part.period ?? "month",
    alerts: percentsOf(part.alerts ?? []),
    ...(severities !== undefined && { severities }),
    overage: part.overage ?? 0,
    onExceed: part["on-exceed"] ?? "deny",
    count: part.count ?? "net",
    target: part.target ?? {},
  };
}

/** YAML's numbers and booleans as the text that tags are. */
export function patternsOf(match: PartKeys["match"] = {}): TagPatterns {
  return Object.fromEntries(Object.entries(match).map(([tag, values]) => [tag, [values].flat().map(String)]));
}

function reserveOf(said: Policy["reserve"]): Settings["reserve"] {
  if (said === undefined) return undefined;
  return typeof said === "number" ? { percent: said } : { amount: said.amount as NanoUsd };
}

function formulaOf(said: Policy["estimate"]): Settings["formula"] {
  if (typeof said !== "object") return undefined;
  return { base: said.base, phase: said.phase ?? {}, complexity: said.complexity ?? {}, priceAs: said["price-as"] };
}
