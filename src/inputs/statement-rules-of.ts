import type { Entity, EntityRate, SharedCost, StatementRules } from "../insight/allocation/statement-rules.ts";
import type { NanoUsd } from "../values/money.ts";
import { patternsOf } from "./policy/part-settings.ts";
import type { Policy } from "./policy/policy.ts";

type Keys = NonNullable<Policy["statements"]>;

/** The rules of statements that a policy has; undefined if it has none. */
export function statementRulesOf({ statements }: Policy): StatementRules | undefined {
  if (statements === undefined) return undefined;
  const { entities, shared = [], tiers = [] } = statements;
  return {
    entities: entities.map(entityOf),
    shared: shared.map(sharedOf),
    tiers: tiers.map((tier) => ({ upTo: tier["up-to"], percent: tier.rate })),
  };
}

function entityOf(keys: Keys["entities"][number]): Entity {
  const { name, match, model, due } = keys;
  return { name, match: patternsOf(match), model, rate: rateOf(keys), billTo: keys["bill-to"], dueDays: due };
}

function rateOf({ rate = "cost", rates }: Keys["entities"][number]): EntityRate {
  if (rates !== undefined) return { kind: "card", card: rates };
  return typeof rate === "number" ? { kind: "markup", percent: rate } : { kind: rate };
}

function sharedOf({ name, match, amount, split, by = "cost" }: NonNullable<Keys["shared"]>[number]): SharedCost {
  return {
    name,
    of: amount === undefined ? { match: patternsOf(match) } : { amount: amount.amount as NanoUsd },
    split:
      split === "proportional"
        ? { method: "proportional", by }
        : split === "equal"
          ? { method: "equal" }
          : { method: "fixed", percents: split },
  };
}
