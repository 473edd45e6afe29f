import type { Outlook } from "../../insight/outlook.ts";
import { markdownText } from "../../values/foreign-text.ts";
import { efficiencyTable, outlookRows, predictionTable, type TextTable } from "../model/outlook-rows.ts";
import { halvesOf, renderFigures } from "./month.ts";
import { folded, markdownTable } from "./table.ts";

const MAX_ROWS = 200;

/** The books as a whole in markdown: where they are heading, what things cost, how good figures and predictions are. */
export function renderOutlook(outlook: Outlook): string[] {
  const tables: [name: string, table: TextTable][] = [
    ["Cost per execution, pull request and outcome", efficiencyTable(outlook.budgets)],
    ["How well executions were predicted", predictionTable(outlook)],
  ];
  return [
    folded("The books as a whole", renderFigures("", ...halvesOf(outlookRows(outlook)))),
    ...tables.flatMap(([name, table]) => (table.rows.length === 0 ? [] : [folded(name, tableOf(table))])),
  ];
}

function tableOf({ columns, rows }: TextTable): string {
  return markdownTable(
    columns,
    rows.slice(0, MAX_ROWS).map((row) => row.map((cell) => markdownText(cell, 100))),
  );
}
