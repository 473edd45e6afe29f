import * as z from "zod/mini";
import { SPLIT_BASES, STATEMENT_MODELS, slugOf } from "../../insight/allocation/statement-rules.ts";
import { isMoney } from "../../values/quantity.ts";
import { percentBetween, quantity, tokens, written } from "../quantities.ts";
import { flatten } from "../text-kinds.ts";
import { match, word } from "./part-keys.ts";

const MAX_ENTITIES = 50;
const MAX_SHARED = 50;
const MAX_TIERS = 20;
const MAX_DUE_DAYS = 365;
const MAX_NAME_LENGTH = 64;
/** Of a rate, in percent. */
const MAX_PERCENT = 1_000;

/** Numbers and files of statements are named after it. */
const entityName = word(MAX_NAME_LENGTH).check(z.refine((name) => slugOf(name) !== ""));

/** What an entity must match: at least one tag, as otherwise it would get everything. */
const someMatch = match.check(z.refine((tags) => Object.keys(tags).length > 0));

const MARKUP = /^cost ?\+ ?(\d{1,4}(?:\.\d{1,3})?)%$/;

/** "cost + 20%" as the number of percent. */
const markup = written<number>(
  MARKUP,
  (text) => {
    const percent = Number(MARKUP.exec(text)?.[1]);
    return percent <= MAX_PERCENT ? percent : undefined;
  },
  (percent) => `cost + ${percent}%`,
);

/** "9 days" as a number. */
const days = written<number>(
  /^\d{1,3} days?$/,
  (text) => {
    const count = Number.parseInt(text, 10);
    return count <= MAX_DUE_DAYS ? count : undefined;
  },
  (count) => `${count} days`,
);

const price = z.number().check(z.gte(0), z.lte(1_000_000));
const cardPrices = z.strictObject({
  input: price,
  output: price,
  cache_read: z.exactOptional(price),
  cache_write: z.exactOptional(price),
});
const card = z
  .record(z.string().check(z.minLength(1), z.maxLength(200)), cardPrices)
  .check(z.refine((models) => Object.keys(models).length > 0));

const entity = z.strictObject({
  name: entityName,
  match: someMatch,
  model: z.enum(STATEMENT_MODELS),
  rate: z.optional(z.union([z.enum(["cost", "tiers"]), markup])),
  rates: z.optional(card),
  "bill-to": z.optional(
    z.string().check(
      z.minLength(1),
      z.maxLength(200),
      z.refine((text) => flatten(text) === text),
    ),
  ),
  due: z.optional(days),
});

const sharedCost = z.strictObject({
  name: word(MAX_NAME_LENGTH),
  match: z.optional(someMatch),
  amount: z.optional(quantity.check(z.refine(isMoney))),
  split: z.union([z.enum(["proportional", "equal"]), z.record(word(MAX_NAME_LENGTH), percentBetween(0, 100))]),
  by: z.optional(z.enum(SPLIT_BASES)),
});

const tier = z.strictObject({ "up-to": z.optional(tokens), rate: percentBetween(0, MAX_PERCENT) });

/** Who gets a statement of a month's cost, and how it is charged. */
export const statements = z.strictObject({
  entities: z.array(entity).check(z.minLength(1), z.maxLength(MAX_ENTITIES)),
  shared: z.optional(z.array(sharedCost).check(z.maxLength(MAX_SHARED))),
  tiers: z.optional(z.array(tier).check(z.minLength(1), z.maxLength(MAX_TIERS))),
});
export type StatementKeys = z.output<typeof statements>;

/** The keys of `statements` and of the groups in it, for hints. */
export const STATEMENT_GROUP_KEYS: Readonly<Record<string, readonly string[]>> = {
  statements: Object.keys(statements.shape),
  "statements.entities": Object.keys(entity.shape),
  "statements.entities.rates": Object.keys(cardPrices.shape),
  "statements.shared": Object.keys(sharedCost.shape),
  "statements.tiers": Object.keys(tier.shape),
};

const NAME_WANTED = `text of 1 to ${MAX_NAME_LENGTH} characters on one line`;
const MATCH_WANTED = "at least one tag with the values that match, such as { client: client-x, team: [a, b-*] }";

/** What would be valid for each key of `statements`. */
export const STATEMENT_WANTED: Readonly<Record<string, string>> = {
  "statements.entities": `a list of 1 to ${MAX_ENTITIES}, such as - { name: client-x, match: { client: client-x }, model: chargeback }`,
  "statements.entities.name": `${NAME_WANTED} with a letter or digit from a to z or 0 to 9`,
  "statements.entities.match": MATCH_WANTED,
  "statements.entities.model": "showback or chargeback",
  "statements.entities.rate": `cost, tiers, or cost + a percentage up to ${MAX_PERCENT}%, such as cost + 20%`,
  "statements.entities.rates":
    "models with US dollars per million tokens for input and output (and cache_read, cache_write), such as { claude-sonnet-4-5: { input: 4, output: 20 } }",
  "statements.entities.bill-to": "text of 1 to 200 characters on one line",
  "statements.entities.due": `days after the issue, from 0 to ${MAX_DUE_DAYS}, such as 9 days`,
  "statements.shared": `a list of at most ${MAX_SHARED}, such as - { name: coordination, match: { agent: coordinator }, split: equal }`,
  "statements.shared.name": NAME_WANTED,
  "statements.shared.match": MATCH_WANTED,
  "statements.shared.amount": "dollars a month, more than 0, such as 12.50 USD",
  "statements.shared.split":
    "proportional, equal, or a percentage for each entity, such as { containers: 60%, client-x: 40% }",
  "statements.shared.by": "cost, tokens or executions",
  "statements.tiers": `a list of 1 to ${MAX_TIERS}, such as [{ up-to: 10000 tokens, rate: 100% }, { rate: 70% }]`,
  "statements.tiers.up-to": "tokens such as 10000 tokens",
  "statements.tiers.rate": `a percentage from 0% to ${MAX_PERCENT}%, such as 85%`,
};
