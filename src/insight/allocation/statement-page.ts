import type { PartRule } from "../../books/part-rule.ts";
import type { NanoUsd } from "../../values/money.ts";
import type { Day, Month } from "../../values/month.ts";
import type { TokensByKind } from "../attribution/report.ts";
import { type Variance, varianceOf } from "../variance.ts";
import type { Amounts } from "./account.ts";
import type { RateExplained, Statement, StatementEfficiency } from "./statement.ts";
import type { Split, StatementModel } from "./statement-rules.ts";

/** The name of what belongs to nobody. */
const UNALLOCATED = "unallocated";

/** An amount that is charged; its cost and what else is known only inside the house are left out for a client. */
export type PageAmount = { readonly charged: NanoUsd; readonly cost?: NanoUsd };

/** Whether a page's executions and tokens are known. */
export function isCounted({ entity, isImported }: Pick<StatementPage, "entity" | "isImported">): boolean {
  return entity !== UNALLOCATED || !isImported;
}

type PageLine = PageAmount & { readonly name: string | null };
type PageCorrection = PageAmount & { readonly month: Month; readonly number?: string | undefined };
type PageShared = PageAmount & {
  readonly name: string;
  readonly split: Split["method"];
  readonly by?: string;
  /** Of the whole, from 0 to 1. */
  readonly share: number;
  readonly whole?: NanoUsd;
  readonly isInBooks: boolean;
};

/** What a statement's issue has fixed. */
export type Issue = {
  readonly number: string;
  readonly issued: Day;
  readonly due?: Day | undefined;
  readonly replaces?: string | undefined;
};

/** What only people inside the house may see. */
export type InsidePage = {
  readonly cost: NanoUsd;
  readonly margin: NanoUsd;
  readonly rate: RateExplained;
  readonly budget?: { readonly name: string; readonly limit: NanoUsd; readonly variance: Variance } | undefined;
  readonly efficiency?: StatementEfficiency | undefined;
};

/** One entity's page, as plain data. */
export type StatementPage = {
  readonly entity: string;
  readonly model: StatementModel;
  readonly month: Month;
  /** The month isn't over: more will come. */
  readonly isRunning: boolean;
  readonly billTo?: string | undefined;
  readonly issue?: Issue | undefined;
  readonly charged: NanoUsd;
  readonly models: readonly PageLine[];
  readonly activities: readonly PageLine[];
  readonly corrections: readonly PageCorrection[];
  readonly shared: readonly PageShared[];
  readonly executions: number;
  readonly tokens: TokensByKind;
  /** The month before; undefined if it isn't known. */
  readonly previous?: (PageAmount & { readonly month: Month }) | undefined;
  /** A part of the month was imported and belongs to nobody: its tokens aren't known. */
  readonly isImported: boolean;
  readonly inside?: InsidePage | undefined;
};

/** What a page shows besides its statement. */
export type PageSources = {
  readonly isRunning: boolean;
  readonly issue?: Issue | undefined;
  /** The entity's statement of the month before; undefined if that month isn't known. */
  readonly previous?: Statement | undefined;
  /** The policy's sub-budgets. */
  readonly parts: readonly PartRule[];
  /** The number of the entity's statement of a former month. */
  readonly numberOf: (month: Month) => string | undefined;
};

/** The page for people inside the house: costs before rates, the margin, the budget, the rank. */
export function insidePage(statement: Statement, sources: PageSources): StatementPage {
  const { total, margin, rate, efficiency } = statement;
  const budget = budgetOf(statement, sources.parts);
  return {
    ...pageOf(statement, sources, (amounts) => ({ charged: amounts.charged, cost: amounts.cost })),
    shared: statement.shared.map((part) => ({ ...sharedOf(part), cost: part.part, whole: part.whole })),
    inside: { cost: total.cost, margin, rate, budget, efficiency },
  };
}

/** The page for a client: what is charged, and nothing from which the cost before rates follows. */
export function clientPage(statement: Statement, sources: PageSources): StatementPage {
  return pageOf(statement, sources, ({ charged }) => ({ charged }));
}

function pageOf(
  statement: Statement,
  { isRunning, issue, previous, numberOf }: PageSources,
  amountOf: (amounts: Amounts) => PageAmount,
): StatementPage {
  const { entity, model, month, byModel, byActivity, corrections, shared, executions, tokens, isImported } = statement;
  return {
    ...{ entity: entity?.name ?? UNALLOCATED, model, month, isRunning, billTo: entity?.billTo, issue },
    charged: statement.total.charged,
    models: byModel.map((line) => ({ name: line.name, ...amountOf(line) })),
    activities: byActivity.map((line) => ({ name: line.name, ...amountOf(line) })),
    corrections: corrections.map((line) => ({
      ...{ month: line.month, number: numberOf(line.month) },
      ...amountOf(line),
    })),
    shared: shared.map(sharedOf),
    ...{ executions, tokens, isImported },
    previous: previous && { month: previous.month, ...amountOf(previous.total) },
  };
}

function sharedOf({ name, split, share, charged, isInBooks }: Statement["shared"][number]): PageShared {
  const by = split.method === "proportional" ? { by: split.by } : {};
  return { name, split: split.method, ...by, share, charged, isInBooks };
}

/** The monthly sub-budget in dollars that has the entity's name, or matches the same tags. */
function budgetOf({ entity, total }: Statement, parts: readonly PartRule[]): InsidePage["budget"] {
  if (entity === null) return undefined;
  const monthly = parts.filter(
    ({ forEach, limit, period }) => forEach.length === 0 && limit.unit === "USD" && period === "month",
  );
  const wanted = JSON.stringify(entity.match);
  const part =
    monthly.find(({ name }) => name === entity.name) ?? monthly.find(({ match }) => JSON.stringify(match) === wanted);
  if (part === undefined || part.limit.unit !== "USD") return undefined;
  const limit = part.limit.amount;
  return { name: part.name, limit, variance: varianceOf(total.cost, limit) };
}
