import * as z from "zod/mini";
import { type NanoUsd, nanoOf, usdOf } from "../../values/money.ts";
import {
  MAX_HOLD_MINUTES,
  METER_MODELS,
  METER_USAGES,
  MIN_INTERVAL,
  OVERRUNS,
  overrunPercent,
  timezone,
} from "../kinds.ts";
import { QUANTITY_WANTED, quantity } from "../quantities.ts";
import { flatten } from "../text-kinds.ts";
import { alertSteps, STEPS_WANTED } from "./alert-keys.ts";
import { METER_BATCHES, METER_HOSTS_WANTED, meterHosts, overrunAlert } from "./meter-keys.ts";
import { notify } from "./notify-keys.ts";
import { admit, formula, MAX_PARTS, models, parts, requiredTags, reserve } from "./part-keys.ts";
import { priceOverrides } from "./price-keys.ts";
import { statements } from "./statement-keys.ts";

/** Dollars in the file, nano-dollars in memory, of at least this many dollars. */
function dollars(least: number) {
  return z.codec(z.number().check(z.gte(least), z.lt(8_388_608)), z.custom<NanoUsd>(Number.isSafeInteger), {
    decode: nanoOf,
    encode: usdOf,
  });
}

const oneLine = z.string().check(
  z.minLength(1),
  z.maxLength(100),
  z.refine((text) => flatten(text) === text),
);
const zone = z.string().check(z.refine((name) => timezone.parse(name) !== undefined));
const amount = dollars(1e-9);

/** The keys of the policy file. The inputs of the same names explain what they mean. */
export const policySchema = z.strictObject({
  name: z.optional(oneLine),
  "monthly-budget": z.optional(amount),
  "milestone-interval": z.optional(dollars(MIN_INTERVAL)),
  alerts: z.optional(alertSteps),
  timezone: z.optional(zone),
  estimate: z.optional(z.union([z.literal("auto"), amount, formula])),
  "default-estimate": z.optional(amount),
  "hold-minutes": z.optional(z.int().check(z.gte(1), z.lte(MAX_HOLD_MINUTES))),
  "on-deny": z.optional(z.enum(["fail", "continue"])),
  "on-error": z.optional(z.enum(["deny", "allow"])),
  unsettled: z.optional(z.enum(["charge", "release"])),
  billing: z.optional(z.enum(["metered", "subscription"])),
  meter: z.optional(z.boolean()),
  "max-cost": z.optional(amount),
  overrun: z.optional(z.enum(OVERRUNS)),
  "overrun-alert": z.optional(overrunAlert),
  "meter-usage": z.optional(z.enum(METER_USAGES)),
  "meter-models": z.optional(z.enum(METER_MODELS)),
  "meter-hosts": z.optional(meterHosts),
  "meter-batches": z.optional(z.enum(METER_BATCHES)),
  prices: z.optional(priceOverrides),
  reserve: z.optional(reserve),
  "approval-environment": z.optional(oneLine),
  admit: z.optional(admit),
  budgets: z.optional(parts),
  "required-tags": z.optional(requiredTags),
  "large-run": z.optional(quantity),
  models: z.optional(models),
  notify: z.optional(notify),
  statements: z.optional(statements),
});

/** What the policy file says: its keys as written, dollars in nano-dollars. */
export type Policy = z.output<typeof policySchema>;

const DOLLARS = "a number of US dollars such as 15 or 9.77";

/** What would be valid for each key. */
export const WANTED: Readonly<Record<keyof Policy, string>> = {
  name: "text of 1 to 100 characters on one line",
  "monthly-budget": `${DOLLARS}, more than 0`,
  "milestone-interval": `${DOLLARS}, at least ${MIN_INTERVAL}`,
  alerts: STEPS_WANTED,
  timezone: timezone.wanted,
  estimate: `auto, or ${DOLLARS}, more than 0, or a formula of base, phase, complexity and price-as`,
  "default-estimate": `${DOLLARS}, more than 0`,
  "hold-minutes": `a whole number of minutes from 1 to ${MAX_HOLD_MINUTES}`,
  "on-deny": "fail or continue",
  "on-error": "deny or allow",
  unsettled: "charge or release",
  billing: "metered or subscription",
  meter: "true or false",
  "max-cost": `${DOLLARS}, more than 0`,
  overrun: "extend, warn or stop",
  "overrun-alert": overrunPercent.wanted,
  "meter-usage": "exact or passive",
  "meter-models": "any or enforce",
  "meter-hosts": METER_HOSTS_WANTED,
  "meter-batches": "refuse or allow",
  prices: "models with their US dollars per million tokens, such as my-model: { input: 1.2, output: 4.8 }",
  reserve: "a percentage of the month's budget such as 7.5%, from 0% to 100%, or an amount such as 1.50 USD",
  "approval-environment": "the name of an environment, 1 to 100 characters on one line",
  admit:
    "normal: and low: with the percentage of the month's budget from which these runs wait, such as { normal: 90%, low: 75% }",
  budgets: `a list of at most ${MAX_PARTS}, such as - { name: qa, match: { agent: qa }, limit: 4 USD, period: month }`,
  "required-tags": "a list of tags, such as [project, agent]",
  "large-run": QUANTITY_WANTED,
  models: "a list such as - { use: claude-opus-4-5, until: 60% }",
  notify: "kinds:, routes: and other keys, such as { kinds: [milestone, alert, exhausted, recap] }",
  statements: "entities:, and shared: and tiers: if needed",
};
