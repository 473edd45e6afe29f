import { statementJson, statementsCsv } from "../../export/statement.ts";
import type { InputsOf } from "../../inputs/commands/table.ts";
import type { StatementPage } from "../../insight/allocation/statement-page.ts";
import { type ListedStatement, renderStatement } from "../../report/statement-text.ts";
import { BudgetError } from "../../values/errors.ts";
import { usdOf } from "../../values/money.ts";
import type { Ports } from "../operation/ports.ts";

/** A format of a statement's file. */
export type StatementFormat = "markdown" | "json" | "csv";

type Printed = Pick<InputsOf<"statement">, "output" | "format">;

/** Statements for machines. */
export function statementDetails(pages: readonly StatementPage[]): { readonly statements: readonly object[] } {
  return { statements: pages.map(statementJson) };
}

/** Issued statements for machines, the newest first. */
export function issuedDetails(listed: readonly ListedStatement[]): readonly object[] {
  return listed.map(({ amount, due = null, ...one }) => ({ ...one, due, amount: usdOf(amount) }));
}

const FORMATS: Readonly<Record<string, StatementFormat>> = { markdown: "markdown", json: "json", csv: "csv" };

/**
 * The format that is asked for, by its name or by the ending of the file; Markdown if neither says it. Throws a
 * BudgetError for one that only reports have.
 */
export function wantedFormat({ output = "", format }: Printed): StatementFormat {
  if (format === undefined || format === "terminal") {
    return output.endsWith(".json") ? "json" : output.endsWith(".csv") ? "csv" : "markdown";
  }
  const found = FORMATS[format];
  if (found !== undefined) return found;
  throw new BudgetError(
    "bad-input",
    `Bad input: format is ${format}: a statement is written as markdown, json or csv.`,
  );
}

/** Writes pages to the file that is asked for; what a terminal prints instead of them, if another format is asked for. */
export async function printedIn(
  ports: Ports,
  inputs: Printed,
  pages: readonly StatementPage[],
): Promise<string | undefined> {
  const { output, format } = inputs;
  if (output === undefined) {
    return format === undefined || format === "terminal" ? undefined : textIn(wantedFormat(inputs), pages);
  }
  const text = textIn(wantedFormat(inputs), pages);
  await ports.writeFile(output, (draft) => draft.write(text));
  return undefined;
}

function textIn(format: StatementFormat, pages: readonly StatementPage[]): string {
  if (format === "csv") return statementsCsv(pages);
  if (format === "json") return `${JSON.stringify(pages.map(statementJson), null, 2)}\n`;
  return pages.map((page) => renderStatement(page)).join("\n");
}
