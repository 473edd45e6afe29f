import { meterTermsOf } from "../../inputs/meter-terms.ts";
import type { Policy } from "../../inputs/policy/policy.ts";
import { POLICY_PATH } from "../../inputs/policy/policy-path.ts";
import type { Finding } from "../../report/findings-text.ts";
import { showUsd } from "../../values/money.ts";
import { forwardingOf } from "../meter/pointing.ts";

const ABOUT = "Meter";

/** What does nothing in a run without a meter, but that max-cost bounds an output. */
const OF_METERS = ["max-cost", "overrun", "overrun-alert", "meter-models"] as const;
const KEYS = ["meter", ...OF_METERS, "meter-hosts"] as const;

/**
 * Whether runs can be metered as the policy says, and whether the base addresses in this environment lead to hosts that
 * a meter may forward to. Nothing without a key about it in the policy.
 */
export function examineMeter(policy: Policy | undefined, env: Readonly<Record<string, string | undefined>>): Finding[] {
  if (policy === undefined || KEYS.every((key) => policy[key] === undefined)) return [];
  return [
    ...termsFinding(policy),
    ...unmeteredFinding(policy),
    ...contradictionsIn(policy).map(warning),
    ...addressFindings(policy, env),
  ];
}

function termsFinding(policy: Policy): Finding[] {
  if (policy.meter !== true) return [];
  const { maxCost, overrun } = meterTermsOf({}, policy);
  const most = maxCost === null ? "" : `, at most ${showUsd(maxCost)} each`;
  const text = `every run of guard and run is metered (overrun: ${overrun}${most}). Cursor, actions that are Docker containers and Bedrock with signed requests can't be: their files are booked. A job with container: can.`;
  return [{ tone: "good", about: ABOUT, text }];
}

function unmeteredFinding(policy: Policy): Finding[] {
  const names = OF_METERS.filter((key) => policy[key] !== undefined);
  if (policy.meter === true || names.length === 0) return [];
  const text = `${names.join(", ")} ${names.length === 1 ? "applies" : "apply"} only to runs whose workflow sets meter: true.`;
  const fix = { text: `To meter every run, in ${POLICY_PATH}:`, code: "meter: true" };
  return [{ tone: "warn", about: ABOUT, text, fix }];
}

function contradictionsIn(policy: Policy): string[] {
  const isFigure = typeof policy.estimate === "number" || policy["max-cost"] !== undefined;
  return [
    ...(policy.overrun === "stop" && !isFigure
      ? [
          "overrun is stop, but neither max-cost nor an estimate in dollars is set: a metered run fails unless its inputs have one.",
        ]
      : []),
    ...(policy["meter-models"] === "enforce" && policy.models === undefined
      ? ["meter-models is enforce, but there is no models key: every model may be used."]
      : []),
  ];
}

function addressFindings(policy: Policy, env: Readonly<Record<string, string | undefined>>): Finding[] {
  const { refused, unusable } = forwardingOf(env, policy["meter-hosts"] ?? []);
  const never = unusable.map(({ name, why }) => warning(`${name} ${why}: a metered run fails.`));
  if (refused.length === 0) return never;
  const names = refused.map(({ name, host }) => `${name} leads to ${host}`).join(", ");
  const hosts = [...new Set([...(policy["meter-hosts"] ?? []), ...refused.map(({ host }) => host)])];
  const fix = {
    text: `If that is your gateway, in ${POLICY_PATH}:`,
    code: `meter-hosts: [${hosts.map((host) => (host.includes("://") ? JSON.stringify(host) : host)).join(", ")}]`,
  };
  return [
    ...never,
    { tone: "warn", about: ABOUT, text: `${names}, where a meter may not forward to: a metered run fails.`, fix },
  ];
}

function warning(text: string): Finding {
  return { tone: "warn", about: ABOUT, text };
}
