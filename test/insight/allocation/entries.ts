import type { Entry, EntryUsage } from "../../../src/books/entry.ts";
import {
  addToStatement,
  type Statement,
  startStatement,
  statementsOf,
} from "../../../src/insight/allocation/statement.ts";
import type { Entity, StatementRules } from "../../../src/insight/allocation/statement-rules.ts";
import { nanoOf } from "../../../src/values/money.ts";

export const MONTH = "2026-02";

/** A charge of so many dollars in February. */
export function charge(dollars: number, change: Partial<Entry> = {}): Entry {
  return {
    ...{ id: "e", at: "2026-02-14T10:00:00Z", month: MONTH, kind: "charge", quality: "priced", cost: nanoOf(dollars) },
    ...change,
  };
}

/** What Sonnet 4.5 used at $3 and $15 per million tokens. */
export function sonnet(input: number, output: number, change: Partial<EntryUsage> = {}): EntryUsage {
  const cost = nanoOf((input * 3 + output * 15) / 1_000_000);
  return { provider: "anthropic", model: "claude-sonnet-4-5", input, output, requests: 1, cost, ...change };
}

/** An entity whose tag `client` is its name. */
export function entity(name: string, change: Partial<Entity> = {}): Entity {
  return { name, match: { client: [name] }, model: "chargeback", rate: { kind: "cost" }, ...change };
}

export function rules(change: Partial<StatementRules> = {}): StatementRules {
  return { entities: [entity("a"), entity("b"), entity("c")], shared: [], tiers: [], ...change };
}

/** The statements of February after these entries. */
export function statementsAfter(by: StatementRules, entries: readonly Entry[], month = MONTH): Statement[] {
  const statements = startStatement(by, { month });
  for (const entry of entries) addToStatement(statements, entry);
  return statementsOf(statements);
}
