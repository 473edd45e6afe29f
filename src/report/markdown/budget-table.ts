import type { Figures, Health } from "../../books/answer.ts";
import { shownFigures } from "../../books/figures.ts";
import type { MonthOutlook } from "../../books/month-demand.ts";
import type { State } from "../../books/state.ts";
import { markdownText } from "../../values/foreign-text.ts";
import { plus } from "../../values/money.ts";
import { showPercent } from "../../values/percent.ts";
import { showMany, showMonth } from "../../values/show.ts";
import { shownTotal } from "../../values/shown-money.ts";
import { HEALTH_MARKS } from "../bar.ts";
import { aboutText, isEmptyMonth, monthEndText } from "../model/figure-rows.ts";
import { folded, markdownTable } from "./table.ts";

/**
 * A budget at a glance: the month's, or a sub-budget. All texts are plain text, dollars or tokens as they are shown.
 */
export type BudgetRow = {
  readonly name: string;
  readonly limit: string;
  readonly spent: string;
  readonly held: string;
  readonly remaining: string;
  readonly percentUsed: number;
  readonly health: Health;
  /** Where it is heading; left out if the table must not depend on when it is read. */
  readonly pace?: string | undefined;
};

/** More budgets than MANY_ROWS are folded, and more than MAX_ROWS aren't shown. */
const MANY_ROWS = 10;
const MAX_ROWS = 200;

/** The month and its sub-budgets in one table; many of them are in a separate folded table. */
export function budgetBlocks(month: BudgetRow, parts: readonly BudgetRow[]): string[] {
  if (parts.length <= MANY_ROWS) return [renderBudgets([month, ...parts])];
  return [renderBudgets([month]), folded(`${parts.length} sub-budgets`, renderBudgets(parts.slice(0, MAX_ROWS)))];
}

/** Budgets as rows of one table. There is a column for the pace if a row has one. */
function renderBudgets(rows: readonly BudgetRow[]): string {
  const hasPace = rows.some(({ pace }) => pace !== undefined);
  const right = "right" as const;
  return markdownTable(
    [
      { heading: "Budget" },
      { heading: "Limit", align: right },
      { heading: "Spent", align: right },
      { heading: "Used", align: right },
      { heading: "Held", align: right },
      { heading: "Remaining", align: right },
      { heading: "Health" },
      ...(hasPace ? [{ heading: "Forecast" }] : []),
    ],
    rows.map((row) => [
      `**${markdownText(row.name, 60)}**`,
      markdownText(row.limit),
      markdownText(row.spent),
      showPercent(row.percentUsed),
      markdownText(row.held),
      `**${markdownText(row.remaining)}**`,
      HEALTH_MARKS[row.health],
      ...(hasPace ? [markdownText(row.pace ?? "–")] : []),
    ]),
  );
}

type MonthFigures = { readonly figures: Figures; readonly state: State; readonly ahead?: MonthOutlook | undefined };

/** Nothing was booked yet, and no month before says what to expect. */
function isUnknown({ forecast }: MonthOutlook, figures: Figures): boolean {
  return isEmptyMonth(figures) && forecast.kind === "pace";
}

/** The month's own row. */
export function monthRow({ figures, state, ahead }: MonthFigures): BudgetRow {
  const { topUps, openHolds: holds } = figures;
  const { spent, held, remaining } = shownFigures(figures);
  return {
    name: showMonth(figures.month),
    limit: shownTotal({ ...figures, total: plus(figures.budget, topUps) }, topUps),
    spent,
    held: holds === 0 ? held : `${held} (${showMany(holds, "hold")})`,
    remaining,
    percentUsed: figures.percentUsed,
    health: figures.health,
    pace:
      ahead === undefined || isUnknown(ahead, figures) ? undefined : aboutText(state, monthEndText({ ahead, figures })),
  };
}
