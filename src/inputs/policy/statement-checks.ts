import { sharesNumbers, slugOf } from "../../insight/allocation/statement-rules.ts";
import { showValue } from "../show-value.ts";
import type { Contradiction } from "./contradiction.ts";
import type { Policy } from "./policy.ts";
import type { StatementKeys } from "./statement-keys.ts";

type EntityKeys = StatementKeys["entities"][number];
type SharedKeys = NonNullable<StatementKeys["shared"]>[number];

/** What is the name of what belongs to nobody. */
const NOBODY = "unallocated";

/** The contradictions in a policy's `statements`. */
export function statementContradictions({ statements }: Policy): Contradiction[] {
  if (statements === undefined) return [];
  const { entities, shared = [], tiers } = statements;
  return [
    ...entities.flatMap((entity, index) => entityContradictions(entity, index, statements)),
    ...shared.flatMap((cost, index) => sharedContradictions(cost, index, statements)),
    ...tierContradictions(tiers ?? []),
  ];
}

function entityContradictions(entity: EntityKeys, index: number, { entities, tiers }: StatementKeys): Contradiction[] {
  const found: Contradiction[] = [];
  const at = (key: string) => ["statements", "entities", index, key];
  const other = entities.slice(0, index).find(({ name }) => sharesNumbers(name, entity.name));
  if (slugOf(entity.name) === NOBODY) {
    found.push({ path: at("name"), text: `is ${NOBODY}, which is what belongs to nobody: give it another name` });
  }
  if (other !== undefined) {
    const text = `is ${showValue(entity.name)}, whose statements could get the same number or file as those of ${showValue(other.name)}: give it another name`;
    found.push({ path: at("name"), text });
  }
  if (entity.rate !== undefined && entity.rates !== undefined) {
    found.push({ path: at("rates"), text: "is there beside rate: remove one of them" });
  }
  if (entity.rate === "tiers" && tiers === undefined) {
    found.push({ path: at("rate"), text: "is tiers, but statements has no tiers: add them" });
  }
  return found;
}

function sharedContradictions(cost: SharedKeys, index: number, { entities, shared }: StatementKeys): Contradiction[] {
  const { name, match, amount, split, by } = cost;
  const at = (...keys: string[]) => ["statements", "shared", index, ...keys];
  const found: Contradiction[] = [];
  if (shared?.findIndex((one) => one.name === name) !== index) {
    found.push({ path: at("name"), text: "is the name of two shared costs: give each its own name" });
  }
  if ((match === undefined) === (amount === undefined)) {
    const what = match === undefined ? "has neither match nor amount" : "has both match and amount";
    found.push({ path: at(), text: `${what}: give one of them` });
  }
  if (by !== undefined && split !== "proportional") {
    found.push({ path: at("by"), text: "says nothing without split: proportional: remove it" });
  }
  if (typeof split === "string") return found;
  for (const named of Object.keys(split)) {
    if (!entities.some((entity) => entity.name === named)) {
      found.push({ path: at("split", named), text: "is a share of an entity that statements.entities doesn't have" });
    }
  }
  // In thousandths: 33.3 + 33.3 + 33.4 isn't 100 in binary fractions.
  const total = Object.values(split).reduce((sum, percent) => sum + Math.round(percent * 1_000), 0);
  if (total !== 100_000) {
    found.push({ path: at("split"), text: `adds up to ${total / 1_000}%: the shares must add up to 100%` });
  }
  return found;
}

function tierContradictions(tiers: NonNullable<StatementKeys["tiers"]>): Contradiction[] {
  return tiers.flatMap((tier, index) => {
    const path = ["statements", "tiers", index];
    const upTo = tier["up-to"];
    if (index === tiers.length - 1) {
      return upTo === undefined
        ? []
        : [
            {
              path: [...path, "up-to"],
              text: "is there in the last tier, which must be open: remove it or add a tier",
            },
          ];
    }
    if (upTo === undefined) return [{ path, text: "has no up-to: only the last tier is without it" }];
    const before = index === 0 ? 0 : (tiers[index - 1]?.["up-to"] ?? 0);
    return upTo > before
      ? []
      : [{ path: [...path, "up-to"], text: `isn't more than ${before} tokens: the tiers must ascend` }];
  });
}
