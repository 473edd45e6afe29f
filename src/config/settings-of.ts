import { showUsd } from "../budget/money.ts";
import { DEFAULT_SETTINGS, type Settings } from "../budget/settings.ts";
import { NOTIFY_KINDS, type NotifyKind } from "./list-kinds.ts";
import type { Given } from "./options.ts";
import { partSettings } from "./part-settings.ts";
import type { Policy } from "./policy.ts";

/** What was said where: by the step's inputs and by the policy file. */
export type Said = { readonly inputs: Given; readonly policy: Policy };

/**
 * What holds: an input before the policy file before the default. What the policy file says about money and time no
 * input overrides, except that a smaller budget caps this one decision; each input that is passed over gets a notice.
 */
export function settingsOf({ inputs, policy }: Said): {
  readonly settings: Settings;
  readonly notices: readonly string[];
} {
  const defaults = DEFAULT_SETTINGS;
  const settings: Settings = {
    ...budgetOf({ inputs, policy }),
    timezone: policy.timezone ?? inputs.timezone,
    milestoneInterval: inputs.milestoneInterval ?? policy["milestone-interval"] ?? defaults.milestoneInterval,
    alerts: inputs.alerts ?? policy.alerts ?? defaults.alerts,
    estimate: inputs.estimate ?? fixedEstimate(policy.estimate) ?? defaults.estimate,
    defaultEstimate: inputs.defaultEstimate ?? policy["default-estimate"] ?? defaults.defaultEstimate,
    notify: inputs.notify ?? kindsOf(policy.notify?.discord) ?? defaults.notify,
    name: inputs.name ?? policy.name ?? defaults.name,
    ...partSettings(policy),
  };
  return { settings, notices: passedOver({ inputs, policy }) };
}

function fixedEstimate(said: Policy["estimate"]): Settings["estimate"] | undefined {
  return typeof said === "object" ? "auto" : said;
}

function budgetOf({ inputs, policy }: Said): Pick<Settings, "monthlyBudget" | "askedBudget" | "budgetCap"> {
  const asked = inputs.monthlyBudget;
  const ruled = policy["monthly-budget"];
  if (ruled === undefined) return { monthlyBudget: undefined, askedBudget: asked, budgetCap: undefined };
  return { monthlyBudget: ruled, budgetCap: asked !== undefined && asked < ruled ? asked : undefined };
}

function kindsOf(said: "all" | "none" | readonly NotifyKind[] | undefined): readonly NotifyKind[] | undefined {
  if (said === "all") return NOTIFY_KINDS;
  return said === "none" ? [] : said;
}

function passedOver({ inputs, policy }: Said): string[] {
  const notices: string[] = [];
  const asked = inputs.monthlyBudget;
  const ruled = policy["monthly-budget"];
  if (asked !== undefined && ruled !== undefined && asked > ruled) {
    notices.push(
      `The input monthly-budget asks for ${showUsd(asked)}; the policy file's ${showUsd(ruled)} holds, an input can only make it smaller.`,
    );
  }
  if (inputs.timezone !== undefined && policy.timezone !== undefined && inputs.timezone !== policy.timezone) {
    notices.push(`The input timezone asks for ${inputs.timezone}; the policy file's ${policy.timezone} holds.`);
  }
  return notices;
}

/** How a run is dealt with, apart from its money. */
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

/** How this run is dealt with: an input before the policy file before the default. */
export function termsOf({ inputs, policy }: Said): Terms {
  return {
    holdMinutes: inputs.holdMinutes ?? policy["hold-minutes"] ?? DEFAULT_TERMS.holdMinutes,
    onDeny: inputs.onDeny ?? policy["on-deny"] ?? DEFAULT_TERMS.onDeny,
    onError: inputs.onError ?? policy["on-error"] ?? DEFAULT_TERMS.onError,
    unsettled: inputs.unsettled ?? policy.unsettled ?? DEFAULT_TERMS.unsettled,
    billing: inputs.billing ?? policy.billing ?? DEFAULT_TERMS.billing,
  };
}
