import { isCounted, type PageAmount, type StatementPage } from "../insight/allocation/statement-page.ts";
import { type NanoUsd, plainUsd, usdOf } from "../values/money.ts";
import { type CsvValue, csvOf } from "./csv.ts";

/** Of a share from 0 to 1. */
const DECIMALS = 9;

/** A statement for programs: dollars as numbers; what isn't known is null, what a client may not see isn't there. */
export function statementJson(page: StatementPage): object {
  const { issue, previous, inside } = page;
  return {
    number: issue?.number ?? null,
    month: page.month,
    running: page.isRunning,
    entity: page.entity,
    model: page.model,
    billTo: page.billTo ?? null,
    issued: issue?.issued ?? null,
    due: issue?.due ?? null,
    replaces: issue?.replaces ?? null,
    currency: "USD",
    ...amountsOf(page),
    executions: isCounted(page) ? page.executions : null,
    tokens: isCounted(page) ? page.tokens : null,
    models: page.models.map(({ name, ...amounts }) => ({ name, ...amountsOf(amounts) })),
    activities: page.activities.map(({ name, ...amounts }) => ({ name, ...amountsOf(amounts) })),
    corrections: page.corrections.map(({ month, number = null, ...amounts }) => ({
      ...{ month, number },
      ...amountsOf(amounts),
    })),
    shared: page.shared.map(({ name, split, by = null, share, whole, isInBooks, ...amounts }) => ({
      ...{ name, split, by, share: Number(share.toFixed(DECIMALS)), inBooks: isInBooks },
      ...amountsOf(amounts),
      ...(whole !== undefined && { whole: usdOf(whole) }),
    })),
    previous: previous === undefined ? null : { month: previous.month, ...amountsOf(previous) },
    imported: page.isImported,
    ...(inside !== undefined && insideJson(inside)),
  };
}

function amountsOf({ charged, cost }: PageAmount): { readonly amount: number; readonly cost?: number } {
  return { amount: usdOf(charged), ...(cost !== undefined && { cost: usdOf(cost) }) };
}

function insideJson({ cost, margin, rate, budget, efficiency }: NonNullable<StatementPage["inside"]>): object {
  return {
    cost: usdOf(cost),
    margin: usdOf(margin),
    rate:
      rate.kind === "card"
        ? { ...rate, atCost: rate.atCost.map((one) => ({ model: one.model, cost: usdOf(one.cost) })) }
        : rate,
    budget:
      budget === undefined
        ? null
        : {
            name: budget.name,
            limit: usdOf(budget.limit),
            variance: usdOf(budget.variance.amount),
            variancePercent: budget.variance.percent ?? null,
          },
    efficiency:
      efficiency === undefined
        ? null
        : {
            perExecution: usdOf(efficiency.perExecution),
            average: usdOf(efficiency.average),
            rank: efficiency.rank,
            of: efficiency.of,
          },
  };
}

const COLUMNS = ["number", "month", "entity", "model", "section", "name", "in_books", "amount"];

/**
 * Statements as CSV: a row for each line of each of them, and one for its total. The rows of the sections `model`,
 * `correction` and `shared` add up to the total, as do those of `activity`, `correction` and `shared`. The column
 * `cost` is there if a page for inside the house is among them.
 */
export function statementsCsv(pages: readonly StatementPage[]): string {
  const hasCost = pages.some(({ inside }) => inside !== undefined);
  return csvOf([[...COLUMNS, ...(hasCost ? ["cost"] : [])], ...pages.flatMap((page) => rowsOf(page, hasCost))]);
}

function rowsOf(page: StatementPage, hasCost: boolean): CsvValue[][] {
  const { issue, month, entity, model, inside } = page;
  const row = (section: string, line: PageAmount & { name: string | null; isInBooks?: boolean }): CsvValue[] => [
    ...[issue?.number ?? null, month, entity, model, section, line.name, String(line.isInBooks ?? true)],
    ...[plainUsd(line.charged), ...(hasCost ? [plainOr(line.cost)] : [])],
  ];
  return [
    ...page.models.map((line) => row("model", line)),
    ...page.activities.map((line) => row("activity", line)),
    ...page.corrections.map((line) => row("correction", { ...line, name: line.number ?? line.month })),
    ...page.shared.map((part) => row("shared", part)),
    row("total", { name: null, charged: page.charged, ...(inside !== undefined && { cost: inside.cost }) }),
  ];
}

function plainOr(cost: NanoUsd | undefined): CsvValue {
  return cost === undefined ? null : plainUsd(cost);
}
