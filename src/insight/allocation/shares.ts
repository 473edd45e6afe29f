import type { Entry } from "../../books/entry.ts";
import { usdOf } from "../../values/money.ts";
import type { Account } from "./account.ts";
import { weightOf } from "./sharing.ts";
import type { Statements } from "./statement.ts";
import { type Entity, ownerOf, type Split, type StatementRules } from "./statement-rules.ts";

/** An entity's part in a shared cost, in relation to the others' weights, and what it is measured by. */
export type SharedWith = {
  readonly entity: Entity;
  readonly weight: bigint;
  readonly unit: "USD" | "Tokens" | "Executions" | "Entities" | "Percent";
  readonly quantity: number;
};

/** How a shared cost of a month is split. */
export type Sharing = {
  /** "proportional by cost", "equal" or "fixed". */
  readonly method: string;
  readonly entities: readonly SharedWith[];
};

/** How each shared cost is split by what a month's statements have added up, in the order of the rules. */
export function sharingsOf({ rules, accounts }: Statements): Sharing[] {
  return rules.shared.map(({ split }) => ({
    method: split.method === "proportional" ? `proportional by ${split.by}` : split.method,
    entities: rules.entities.flatMap((entity, index) => {
      const account = accounts[index];
      if (account === undefined) return [];
      return [{ entity, weight: weightOf(split, { entity, account }), ...measureOf(split, entity, account) }];
    }),
  }));
}

/** Which shared cost an entry belongs to, by its place in the rules; undefined if to none. */
export function sharedIndex(rules: StatementRules, entry: Entry): number | undefined {
  const owner = ownerOf(rules, entry);
  return owner.kind === "shared" ? owner.index : undefined;
}

function measureOf(split: Split, { name }: Entity, account: Account): Pick<SharedWith, "unit" | "quantity"> {
  if (split.method === "equal") return { unit: "Entities", quantity: 1 };
  if (split.method === "fixed") {
    return { unit: "Percent", quantity: Object.hasOwn(split.percents, name) ? (split.percents[name] ?? 0) : 0 };
  }
  if (split.by === "cost") return { unit: "USD", quantity: usdOf(account.total.cost) };
  return split.by === "tokens"
    ? { unit: "Tokens", quantity: account.netTokens }
    : { unit: "Executions", quantity: account.executions };
}
