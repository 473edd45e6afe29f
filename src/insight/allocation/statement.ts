import type { Entry } from "../../books/entry.ts";
import { addCounts } from "../../values/counts.ts";
import { minus, type NanoUsd, nanoUsd, plus, ZERO } from "../../values/money.ts";
import type { Month } from "../../values/month.ts";
import type { TokensByKind } from "../attribution/report.ts";
import {
  type Account,
  type Amounts,
  addEntry,
  added,
  addImported,
  effectiveOf,
  markedUp,
  newAccount,
} from "./account.ts";
import { partsOfShared, type SharedPart } from "./sharing.ts";
import { type Entity, type EntityRate, ownerOf, type StatementModel, type StatementRules } from "./statement-rules.ts";

/** A line of a statement: what it cost, and what is charged for it. `name` is null for what has none. */
export type StatementLine = { readonly name: string | null } & Amounts;

/** How a charged amount comes about. */
export type RateExplained =
  | { readonly kind: "cost" }
  | { readonly kind: "markup"; readonly percent: number }
  /** The entity's own tokens (input and output minus cache reads), and how many they count as. */
  | { readonly kind: "tiers"; readonly tokens: number; readonly effective: number }
  /** The models that the card doesn't name, or not in full: they are charged at cost. */
  | { readonly kind: "card"; readonly atCost: readonly { readonly model: string; readonly cost: NanoUsd }[] };

/** What one execution costs, compared with other entities; rank 1 costs the least. */
export type StatementEfficiency = {
  readonly perExecution: NanoUsd;
  readonly rank: number;
  readonly of: number;
  /** Of all entities together. */
  readonly average: NanoUsd;
};

/**
 * What one entity's month came to, or what nobody's entries came to. The costs of `byModel` add up to those of
 * `byActivity`; with `corrections` and `shared` they are the total, and so are the charged amounts.
 */
export type Statement = {
  readonly month: Month;
  /** Null for what fits no entity. */
  readonly entity: Entity | null;
  readonly model: StatementModel;
  readonly byModel: readonly StatementLine[];
  readonly byActivity: readonly StatementLine[];
  /** Corrections that came after their month was over, by that month. */
  readonly corrections: readonly ({ readonly month: Month } & Amounts)[];
  readonly shared: readonly (SharedPart & Pick<Amounts, "charged">)[];
  /** The entity's own cost, and with its parts of shared ones. */
  readonly direct: Amounts;
  readonly total: Amounts;
  /** What is charged above the cost. */
  readonly margin: NanoUsd;
  readonly rate: RateExplained;
  readonly executions: number;
  /** Of its own entries. */
  readonly tokens: TokensByKind;
  readonly efficiency?: StatementEfficiency | undefined;
  /** A part of the month was imported and belongs to nobody: what it was spent on isn't known. */
  readonly isImported: boolean;
};

/** The statements of one month so far; every entry is added to it. */
export type Statements = {
  readonly rules: StatementRules;
  readonly month: Month;
  readonly accounts: readonly Account[];
  readonly nobody: Account;
  /** What every shared cost has come to. */
  readonly pools: NanoUsd[];
  /** The month of an expired hold's charge: it may be corrected in a later one. */
  readonly expired: Map<string, Month>;
  isImported: boolean;
};

/** The name for what an import brought. */
const IMPORTED = "imported";

/** Begins the statements of a month. */
export function startStatement(rules: StatementRules, { month }: { readonly month: Month }): Statements {
  const { entities, shared, tiers } = rules;
  return {
    ...{ rules, month, expired: new Map(), isImported: false },
    accounts: entities.map(({ rate }) => newAccount(rate, tiers)),
    nobody: newAccount({ kind: "cost" }, []),
    pools: shared.map(({ of }) => ("amount" in of ? of.amount : ZERO)),
  };
}

/**
 * Adds a ledger entry, in the order of booking. Entries of the months before say which month a correction is about;
 * those of any other month change nothing.
 */
export function addToStatement(statements: Statements, entry: Entry): void {
  const { month, expired, rules, accounts, nobody, pools } = statements;
  if (entry.kind === "import") {
    addImport(statements, entry);
    return;
  }
  if (entry.hold !== undefined && entry.expired_at !== undefined && entry.month < month) {
    expired.set(entry.hold, entry.month);
  }
  if (entry.month !== month || (entry.cost === ZERO && entry.usage === undefined && entry.kind !== "charge")) return;
  const owner = ownerOf(rules, entry);
  if (owner.kind === "shared") {
    pools[owner.index] = plus(pools[owner.index] ?? ZERO, entry.cost);
    return;
  }
  const account = owner.kind === "entity" ? (accounts[owner.index] ?? nobody) : nobody;
  const former = entry.kind === "correction" && entry.hold !== undefined ? expired.get(entry.hold) : undefined;
  addEntry(account, entry, former);
}

/** An import brings the running month's sums, and those of former months. */
function addImport(statements: Statements, { month, cost, imported }: Entry): void {
  const { nobody } = statements;
  const former = (imported?.history ?? []).filter((line) => line.month === statements.month);
  const sums = [...(month === statements.month ? [cost] : []), ...former.map((line) => line.total_spent)];
  for (const sum of sums) {
    addImported(nobody, IMPORTED, sum);
    statements.isImported = true;
  }
  if (month === statements.month) nobody.executions = addCounts(nobody.executions, imported?.executions);
}

/** Every entity's statement in the order of the rules, and last what belongs to nobody. */
export function statementsOf(statements: Statements): Statement[] {
  const { rules, accounts, nobody } = statements;
  const targets = rules.entities.flatMap((entity, index) => {
    const account = accounts[index];
    return account === undefined ? [] : [{ entity, account }];
  });
  const parts = rules.shared.map((rule, index) => {
    const whole = statements.pools[index] ?? ZERO;
    // Without entities nobody gets it.
    return targets.length > 0 ? partsOfShared(rule, whole, targets) : [wholeOf(rule, whole)];
  });
  const partsOf = (index: number) => parts.flatMap((all) => all[index] ?? []);
  return [
    ...targets.map(({ entity, account }, index) => ({
      ...statementOf(statements, { account, parts: partsOf(index) }),
      ...{ entity, model: entity.model, efficiency: efficiencyOf(account, accounts) },
    })),
    statementOf(statements, { account: nobody, parts: targets.length === 0 ? partsOf(0) : [] }),
  ];
}

function wholeOf({ name, of, split }: StatementRules["shared"][number], whole: NanoUsd): SharedPart {
  return { name, split, share: 1, whole, part: whole, isInBooks: "match" in of };
}

function statementOf(
  { month, isImported }: Statements,
  { account, parts }: { readonly account: Account; readonly parts: readonly SharedPart[] },
): Statement {
  const { rate, total, executions, tokens } = account;
  const ownCost = [...account.models.values()].reduce((sum, { cost }) => plus(sum, cost), ZERO);
  const corrections = linesOf(rate, account.corrections, ownCost);
  const [direct = total] = markedUp(rate, [total]);
  const marked = markedUp(
    rate,
    parts.map(({ part }) => ({ cost: part, charged: part })),
    total.cost,
  );
  const whole = marked.reduce(added, direct);
  return {
    ...{ month, entity: null, model: "showback" as const, executions, tokens, isImported },
    byModel: linesOf(rate, account.models),
    byActivity: linesOf(rate, account.activities),
    corrections: corrections.map(({ name, ...amounts }) => ({ month: name ?? "", ...amounts })),
    shared: parts.map((part, index) => ({ ...part, charged: marked[index]?.charged ?? part.part })),
    ...{ direct, total: whole, margin: minus(whole.charged, whole.cost), rate: explained(account) },
  };
}

/** The lines of a list, the dearest first; `before` is the cost of what precedes them on the page. */
function linesOf(rate: EntityRate, sums: ReadonlyMap<string | null, Amounts>, before: NanoUsd = ZERO): StatementLine[] {
  const rows = [...sums].sort(([a, x], [b, y]) => y.cost - x.cost || ((a ?? "") < (b ?? "") ? -1 : 1));
  const marked = markedUp(
    rate,
    rows.map(([, amounts]) => amounts),
    before,
  );
  return rows.map(([name, amounts], index) => ({ name, ...(marked[index] ?? amounts) }));
}

function explained(account: Account): RateExplained {
  const { rate, netTokens, atCost } = account;
  switch (rate.kind) {
    case "tiers":
      return { kind: "tiers", tokens: netTokens, effective: effectiveOf(account) };
    case "card":
      return { kind: "card", atCost: [...atCost].map(([model, cost]) => ({ model, cost })) };
    default:
      return rate;
  }
}

/** Undefined for an entity without executions. */
function efficiencyOf(account: Account, all: readonly Account[]): StatementEfficiency | undefined {
  if (account.executions === 0) return undefined;
  const used = all.filter(({ executions }) => executions > 0);
  const costs = used.map(perExecution);
  const own = perExecution(account);
  return {
    perExecution: nanoUsd(Math.round(own)),
    rank: 1 + costs.filter((cost) => cost < own).length,
    of: used.length,
    average: nanoUsd(
      Math.round(
        used.reduce((sum, { total }) => sum + total.cost, 0) /
          used.reduce((sum, { executions }) => sum + executions, 0),
      ),
    ),
  };
}

function perExecution({ total, executions }: Account): number {
  return total.cost / executions;
}
