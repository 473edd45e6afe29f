import type { Entry } from "../../books/entry.ts";
import type { Tags } from "../../values/codecs.ts";
import type { NanoUsd } from "../../values/money.ts";
import { matchedTags, matches, type TagPatterns } from "../../values/tags.ts";

/** A showback shows an entity what it costs; a chargeback charges it. */
export const STATEMENT_MODELS = ["showback", "chargeback"] as const;
export type StatementModel = (typeof STATEMENT_MODELS)[number];

/** What a shared cost is split in proportion to: the entities' own dollars, tokens or executions. */
export const SPLIT_BASES = ["cost", "tokens", "executions"] as const;
export type SplitBasis = (typeof SPLIT_BASES)[number];

/** USD per million tokens; what is left out costs as the policy's own prices do. */
export type CardPrices = {
  readonly input: number;
  readonly output: number;
  readonly cache_read?: number;
  readonly cache_write?: number;
};

/** Prices by model, or by `provider/model`. */
export type RateCard = Readonly<Record<string, CardPrices>>;

/** What an entity is charged for its cost. */
export type EntityRate =
  | { readonly kind: "cost" }
  /** The cost and so many percent, with at most three decimals. */
  | { readonly kind: "markup"; readonly percent: number }
  | { readonly kind: "tiers" }
  | { readonly kind: "card"; readonly card: RateCard };

/** Who gets a statement. */
export type Entity = {
  readonly name: string;
  readonly match: TagPatterns;
  readonly model: StatementModel;
  readonly rate: EntityRate;
  readonly billTo?: string | undefined;
  /** How many days after its issue a statement is due. */
  readonly dueDays?: number | undefined;
};

/** How a shared cost is split; the percentages of `fixed` add up to 100 and have at most three decimals. */
export type Split =
  | { readonly method: "proportional"; readonly by: SplitBasis }
  | { readonly method: "equal" }
  | { readonly method: "fixed"; readonly percents: Readonly<Record<string, number>> };

/** A cost that belongs to several: charges by their tags and runs, or an amount a month that isn't in the books. */
export type SharedCost = {
  readonly name: string;
  readonly of: { readonly match: TagPatterns } | { readonly amount: NanoUsd };
  readonly split: Split;
};

/** The tokens of a month up to a number, and the percentage of the cost that they are charged at. */
export type Tier = {
  /** Undefined for the last one, which is open. */
  readonly upTo?: number | undefined;
  readonly percent: number;
};

/** The rules of statements, as the policy has them. */
export type StatementRules = {
  readonly entities: readonly Entity[];
  readonly shared: readonly SharedCost[];
  readonly tiers: readonly Tier[];
};

/** Whose a charge is: a shared cost's, an entity's (each by its place in the rules), or nobody's. */
export type Owner =
  | { readonly kind: "shared"; readonly index: number }
  | { readonly kind: "entity"; readonly index: number }
  | { readonly kind: "nobody" };

/** Shared costs are asked first; then the first entity that fits the entry. */
export function ownerOf({ shared, entities }: StatementRules, entry: Entry): Owner {
  const tags = matchedIn(entry);
  const sharedAt = shared.findIndex(({ of }) => "match" in of && matches(of.match, tags));
  if (sharedAt >= 0) return { kind: "shared", index: sharedAt };
  const entityAt = entities.findIndex(({ match }) => matches(match, tags));
  return entityAt >= 0 ? { kind: "entity", index: entityAt } : { kind: "nobody" };
}

/** What an entry is matched by, as in sub-budgets: its tags and its run, or what a maintainer's correction says alone. */
function matchedIn({ adjustment, kind, hold, tags = {}, run }: Entry): Tags {
  if (adjustment !== undefined) return tags;
  // Of a run whose hold expired only the repository was known: what corrects its charge belongs where that is.
  const isLate = kind === "correction" && hold !== undefined;
  return matchedTags(tags, isLate ? { repository: run?.repository } : run);
}

/** An entity's name in file names and, in capitals, in numbers: "Client X" is "client-x"; empty if nothing is left. */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

/** Whether statements of two entities could get the same number or file: a second statement of a month ends in -2. */
export function sharesNumbers(a: string, b: string): boolean {
  const [short, long] = [slugOf(a), slugOf(b)].sort((x, y) => x.length - y.length) as [string, string];
  return long === short || (long.startsWith(short) && /^-([2-9]|[1-9]\d+)$/.test(long.slice(short.length)));
}
