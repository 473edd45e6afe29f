import * as z from "zod/mini";
import { COUNTS, ON_EXCEED, PRIORITIES } from "../../books/part-rule.ts";
import { plainKey } from "../../values/names.ts";
import { isMoney } from "../../values/quantity.ts";
import { percentBetween, QUANTITY_WANTED, quantity, quantityText, span, tokens } from "../quantities.ts";
import { flatten } from "../text-kinds.ts";
import { alertSteps, STEPS_WANTED } from "./alert-keys.ts";

/** More sub-budgets than anyone reads: the books stay small. */
export const MAX_PARTS = 50;
const MAX_NAME_LENGTH = 64;

/** Text on one line that can be a key of the books. */
export function word(most: number) {
  return z.string().check(
    z.minLength(1),
    z.maxLength(most),
    z.refine((text) => flatten(text) === text && plainKey(text) === text),
  );
}

const tagKey = word(64);
const tagValue = z.union([z.string().check(z.minLength(1), z.maxLength(256)), z.number(), z.boolean()]);

/** Patterns by tag, or by what the run is: one, or a list of which any may match. */
export const match = z.record(tagKey, z.union([tagValue, z.array(tagValue).check(z.minLength(1), z.maxLength(50))]));
const factors = z.record(word(256), z.number().check(z.gt(0), z.lte(1_000)));

/** A slash separates the name and the value of a sub-budget made by `for-each`. */
const partName = word(MAX_NAME_LENGTH).check(z.refine((name) => !name.includes("/")));

const part = z.strictObject({
  name: partName,
  match: z.optional(match),
  "for-each": z.optional(z.array(tagKey).check(z.minLength(1), z.maxLength(5))),
  limit: quantity,
  period: z.optional(z.union([z.enum(["day", "week", "month", "none"]), span])),
  alerts: z.optional(alertSteps),
  "on-exceed": z.optional(z.enum(ON_EXCEED)),
  overage: z.optional(percentBetween(0, 1_000)),
  count: z.optional(z.enum(COUNTS)),
  target: z.optional(z.record(word(64), quantity)),
});

export const parts = z.array(part).check(z.maxLength(MAX_PARTS));
export type PartKeys = z.output<typeof part>;

/** A number alone could be meant as dollars or as a percentage. */
export const reserve = z.union([percentBetween(0, 100), quantityText.check(z.refine(isMoney))]);
export const admit = z.strictObject({
  normal: z.optional(percentBetween(0, 100)),
  low: z.optional(percentBetween(0, 100)),
});
export const requiredTags = z.array(tagKey).check(z.maxLength(20));

const step = z.strictObject({ use: word(200), until: z.optional(percentBetween(0, 100)), match: z.optional(match) });
export const models = z.array(step).check(z.minLength(1), z.maxLength(50));

/** The estimate of a run from its tags. */
export const formula = z.strictObject({
  base: z.record(word(256), tokens),
  phase: z.optional(factors),
  complexity: z.optional(factors),
  "price-as": word(200),
});

/** The keys of the groups inside the policy, for hints. */
export const GROUP_KEYS: Readonly<Record<string, readonly string[]>> = {
  budgets: Object.keys(part.shape),
  models: Object.keys(step.shape),
  estimate: Object.keys(formula.shape),
  admit: PRIORITIES.filter((priority) => priority !== "high"),
  alerts: ["at", "severity"],
};

const TAGS_WANTED =
  "tags, or repository, workflow, actor, event and ref of the run, with the values that match, such as { division: infrastructure, repository: octo-org/web-* }";
const FACTORS_WANTED = "factors by the tag's value, more than 0, such as { simple: 0.8, complex: 1.5 }";

/** What would be valid for each key of a group. */
export const GROUP_WANTED: Readonly<Record<string, string>> = {
  "budgets.name": `text of 1 to ${MAX_NAME_LENGTH} characters on one line, without / (it separates name and value in for-each)`,
  "budgets.match": TAGS_WANTED,
  "budgets.for-each": "a list of one to five tags, such as [agent] or [repository]",
  "budgets.limit": QUANTITY_WANTED,
  "budgets.period": "day, week, month, none, or two days such as 2026-02-10/2026-02-24",
  "budgets.alerts": STEPS_WANTED,
  "budgets.on-exceed": "deny, approve or warn",
  "budgets.overage": "a percentage from 0% to 1000%, such as 10%",
  "budgets.count": "net (input and output less cache reads) or all",
  "budgets.target": "amounts by execution, pr or an outcome's name, such as { pr: 0.05 USD }",
  "models.use": "the name of a model",
  "models.until": "a percentage from 0% to 100%, such as 60%",
  "models.match": TAGS_WANTED,
  "estimate.base": 'tokens by the tag agent, such as { dev-lead: 20000 tokens, "*": 3000 tokens }',
  "estimate.phase": FACTORS_WANTED,
  "estimate.complexity": FACTORS_WANTED,
  "estimate.price-as": "the name of a model whose prices apply to the estimate",
};
