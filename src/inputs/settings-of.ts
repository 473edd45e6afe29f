import { DEFAULT_SETTINGS, type Settings } from "../books/settings.ts";
import { showUsd } from "../values/money.ts";
import { NOTIFY_KINDS, type NotifyKind } from "./list-kinds.ts";
import type { Given } from "./options.ts";
import { percentsOf, severitiesOf } from "./policy/alert-steps.ts";
import { partSettings } from "./policy/part-settings.ts";
import type { Policy } from "./policy/policy.ts";
import type { BrokenKeys } from "./policy/usable.ts";

/** The inputs that set the rules of a decision, if the command takes them. */
export type RuleInputs = Pick<
  Given,
  | "monthlyBudget"
  | "timezone"
  | "milestoneInterval"
  | "alerts"
  | "estimate"
  | "defaultEstimate"
  | "notify"
  | "pictures"
  | "name"
  | "holdMinutes"
  | "onDeny"
  | "onError"
  | "unsettled"
  | "billing"
>;

/** What the step's inputs and the policy file say, and which part of that file can't be used. */
export type RuleSources = {
  readonly inputs: RuleInputs;
  readonly policy: Policy;
  readonly broken?: BrokenKeys;
  /** Whether the inputs may change the rules of other runs; true by default. */
  readonly maySetBudget?: boolean;
};

/**
 * The rules that apply: an input takes precedence over the policy file, and that over the default. No input overrides
 * what the policy file says about money and time, except that a smaller budget caps this one decision; each ignored
 * input gets a notice. Inputs that may not set the budget can only do that, with or without a policy file.
 */
export function settingsOf({ inputs, policy, broken = NOTHING_BROKEN, maySetBudget = true }: RuleSources): {
  readonly settings: Settings;
  readonly notices: readonly string[];
} {
  const defaults = DEFAULT_SETTINGS;
  const isBroken = (key: keyof Policy) => broken === "all" || broken.has(key);
  const defersCrossings =
    (isBroken("alerts") && inputs.alerts === undefined) ||
    (isBroken("milestone-interval") && inputs.milestoneInterval === undefined) ||
    isBroken("notify");
  const settings: Settings = {
    // What the policy says about money isn't known: no input may replace it.
    ...(isBroken("monthly-budget") ? NO_BUDGET : budgetOf({ inputs, policy, maySetBudget })),
    timezone: isBroken("timezone") ? undefined : (policy.timezone ?? (maySetBudget ? inputs.timezone : undefined)),
    milestoneInterval: inputs.milestoneInterval ?? policy["milestone-interval"] ?? defaults.milestoneInterval,
    ...alertsOf(inputs, policy),
    estimate: fixedEstimate(policy.estimate) ?? inputs.estimate ?? defaults.estimate,
    defaultEstimate: inputs.defaultEstimate ?? policy["default-estimate"] ?? defaults.defaultEstimate,
    notify: inputs.notify ?? kindsOf(policy.notify?.kinds ?? policy.notify?.discord) ?? defaults.notify,
    ...channelSettings(policy.notify),
    name: inputs.name ?? policy.name ?? defaults.name,
    ...partSettings(policy),
    ...(isBroken("budgets") && { parts: undefined }),
    ...(defersCrossings && { defersCrossings }),
  };
  return { settings, notices: passedOver({ inputs, policy }) };
}

/** The severities that the policy names are those of its own percentages. */
function alertsOf(inputs: RuleInputs, { alerts: steps }: Policy): Pick<Settings, "alerts" | "severities"> {
  if (inputs.alerts !== undefined || steps === undefined) return { alerts: inputs.alerts ?? DEFAULT_SETTINGS.alerts };
  const severities = severitiesOf(steps);
  return { alerts: percentsOf(steps), ...(severities !== undefined && { severities }) };
}

const NOTHING_BROKEN: BrokenKeys = new Set();
const NO_BUDGET = { monthlyBudget: undefined, askedBudget: undefined, budgetCap: undefined };

function fixedEstimate(estimate: Policy["estimate"]): Settings["estimate"] | undefined {
  return typeof estimate === "object" ? "auto" : estimate;
}

function budgetOf({
  inputs,
  policy,
  maySetBudget,
}: RuleSources): Pick<Settings, "monthlyBudget" | "askedBudget" | "budgetCap"> {
  const asked = inputs.monthlyBudget;
  const ruled = policy["monthly-budget"];
  if (ruled === undefined && maySetBudget === false) return { ...NO_BUDGET, budgetCap: asked };
  if (ruled === undefined) return { monthlyBudget: undefined, askedBudget: asked, budgetCap: undefined };
  return { monthlyBudget: ruled, budgetCap: asked !== undefined && asked < ruled ? asked : undefined };
}

function kindsOf(kinds: "all" | "none" | readonly NotifyKind[] | undefined): readonly NotifyKind[] | undefined {
  if (kinds === "all") return NOTIFY_KINDS;
  return kinds === "none" ? [] : kinds;
}

function channelSettings(said: Policy["notify"] = {}) {
  const { routes = [], hosts = [], addresses = {}, escalate = {} } = said;
  const { escalateMs } = DEFAULT_SETTINGS;
  return {
    ...{ routes, hosts, addresses },
    escalateMs: { warning: escalate.warning ?? escalateMs.warning, critical: escalate.critical ?? escalateMs.critical },
    escalateTo: said["escalate-to"],
  };
}

function passedOver({ inputs, policy }: RuleSources): string[] {
  const notices: string[] = [];
  const asked = inputs.monthlyBudget;
  const ruled = policy["monthly-budget"];
  if (asked !== undefined && ruled !== undefined && asked > ruled) {
    notices.push(
      `The input monthly-budget asks for ${showUsd(asked)}; the policy file's ${showUsd(ruled)} applies: an input can only lower it.`,
    );
  }
  const passed = (name: string, asked: string | undefined, ruled: string | undefined) => {
    if (asked === undefined || ruled === undefined || asked === ruled) return;
    notices.push(`The input ${name} asks for ${asked}; the policy file's ${ruled} applies.`);
  };
  passed("timezone", inputs.timezone, policy.timezone);
  passed("estimate", estimateText(inputs.estimate), estimateText(policy.estimate));
  passed("unsettled", inputs.unsettled, policy.unsettled);
  passed("billing", inputs.billing, policy.billing);
  return notices;
}

function estimateText(estimate: Policy["estimate"]): string | undefined {
  if (typeof estimate === "object") return "formula";
  return typeof estimate === "number" ? showUsd(estimate) : estimate;
}

/** How a run is handled, apart from its money. */
export type Terms = {
  readonly holdMinutes: number;
  readonly onDeny: "fail" | "continue";
  readonly onError: "deny" | "allow";
  readonly unsettled: "charge" | "release";
  readonly billing: "metered" | "subscription";
};

export const DEFAULT_TERMS: Terms = {
  holdMinutes: 360,
  onDeny: "fail",
  onError: "deny",
  unsettled: "charge",
  billing: "metered",
};

/**
 * How this run is handled: an input takes precedence over the policy file, and that over the default; but if the policy
 * file says whether a run is charged, it alone decides.
 */
export function termsOf({ inputs, policy }: RuleSources): Terms {
  return {
    holdMinutes: inputs.holdMinutes ?? policy["hold-minutes"] ?? DEFAULT_TERMS.holdMinutes,
    onDeny: inputs.onDeny ?? policy["on-deny"] ?? DEFAULT_TERMS.onDeny,
    onError: inputs.onError ?? policy["on-error"] ?? DEFAULT_TERMS.onError,
    unsettled: policy.unsettled ?? inputs.unsettled ?? DEFAULT_TERMS.unsettled,
    billing: policy.billing ?? inputs.billing ?? DEFAULT_TERMS.billing,
  };
}
