import { type NanoUsd, showUsd } from "../values/money.ts";
import { type METER_MODELS, type METER_USAGES, OVERRUNS } from "./kinds.ts";
import type { Given } from "./options.ts";
import type { Policy } from "./policy/policy.ts";

const DEFAULT_ALERT = 110;

/** The inputs that say how a run is metered. */
export type MeterInputs = Pick<
  Given,
  "meter" | "maxCost" | "overrun" | "overrunAlert" | "meterUsage" | "meterModels" | "estimate"
>;

/** How a run is metered. */
export type MeterTerms = {
  /** What it may never cost more than, whatever is left; null if only the budget says so. */
  readonly maxCost: NanoUsd | null;
  readonly overrun: (typeof OVERRUNS)[number];
  /** The percentage of its estimate at which it is announced while it runs. */
  readonly alertPercent: number;
  /** Where streams are asked for their usage: "known" is at hosts that are known to understand it. */
  readonly usage: (typeof METER_USAGES)[number] | "known";
  readonly models: (typeof METER_MODELS)[number];
  readonly hosts: readonly string[];
  readonly batches: boolean;
  /** What of the inputs was ignored. */
  readonly notices: readonly string[];
};

/** Whether a run is metered: the policy file can demand it, and an input can add it. */
export function isMetered(inputs: Pick<Given, "meter">, policy: Policy): boolean {
  return policy.meter === true || inputs.meter === true;
}

/**
 * How a run is metered. Of what both the inputs and the policy file say, the stricter applies: the smaller `max-cost`,
 * the stricter `overrun`, the earlier alert. Hosts and batches are the policy's alone.
 */
export function meterTermsOf(inputs: MeterInputs, policy: Policy): MeterTerms {
  return {
    maxCost: smallest([inputs.maxCost, policy["max-cost"]]) ?? null,
    overrun: strictest(OVERRUNS, [inputs.overrun, policy.overrun]) ?? "extend",
    alertPercent: smallest([inputs.overrunAlert, policy["overrun-alert"]]) ?? DEFAULT_ALERT,
    usage: policy["meter-usage"] ?? inputs.meterUsage ?? "known",
    models: strictest(["any", "enforce"], [inputs.meterModels, policy["meter-models"]]) ?? "any",
    hosts: policy["meter-hosts"] ?? [],
    batches: policy["meter-batches"] === "allow",
    notices: ignoredIn(inputs, policy),
  };
}

/** The last of the words that anyone says. */
function strictest<T extends string>(words: readonly T[], said: readonly (T | undefined)[]): T | undefined {
  return words.findLast((word) => said.includes(word));
}

function smallest<T extends number>(said: readonly (T | undefined)[]): T | undefined {
  return said.reduce(
    (least, one) => (least === undefined || (one !== undefined && one < least) ? one : least),
    undefined,
  );
}

function ignoredIn(inputs: MeterInputs, policy: Policy): string[] {
  const notices: string[] = [];
  const ruled = policy["max-cost"];
  if (inputs.maxCost !== undefined && ruled !== undefined && inputs.maxCost > ruled) {
    notices.push(
      `The input max-cost asks for ${showUsd(inputs.maxCost)}; the policy file's ${showUsd(ruled)} applies: an input can only lower it.`,
    );
  }
  if (inputs.meter === false && policy.meter === true) {
    notices.push("The input meter is false; the policy file's meter: true applies.");
  }
  const isLaxer = (words: readonly string[], asked: string | undefined, said: string | undefined) =>
    asked !== undefined && said !== undefined && words.indexOf(asked) < words.indexOf(said);
  if (isLaxer(OVERRUNS, inputs.overrun, policy.overrun)) {
    notices.push(`The input overrun is ${inputs.overrun}; the policy file's ${policy.overrun} applies.`);
  }
  if (isLaxer(["any", "enforce"], inputs.meterModels, policy["meter-models"])) {
    notices.push("The input meter-models is any; the policy file's enforce applies.");
  }
  return notices;
}
