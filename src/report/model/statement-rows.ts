import {
  type InsidePage,
  isCounted,
  type PageAmount,
  type StatementPage,
} from "../../insight/allocation/statement-page.ts";
import { minus } from "../../values/money.ts";
import { showPercent } from "../../values/percent.ts";
import { showCount, showExact, showMonth, showSigned } from "../../values/show.ts";

/** A fact of a statement's head. */
export type StatementFact = { readonly label: string; readonly value: string };

/** A table of a statement. */
export type StatementTable = {
  readonly columns: readonly { readonly heading: string; readonly align?: "left" | "right" }[];
  readonly rows: readonly (readonly string[])[];
};

/** What a statement says before its tables. */
export function statementFacts(page: StatementPage): StatementFact[] {
  const { issue, inside, tokens } = page;
  const facts: (StatementFact | false | undefined)[] = [
    page.billTo !== undefined && { label: "Bill to", value: page.billTo },
    issue && { label: "Issued", value: issue.issued },
    issue?.due !== undefined && { label: "Due", value: issue.due },
    issue?.replaces !== undefined && { label: "Replaces", value: issue.replaces },
    { label: amountLabel(page), value: showExact(page.charged) },
    ...insideFacts(page, inside),
    page.previous && { label: "Month before", value: previousText(page, page.previous) },
    { label: "Executions", value: isCounted(page) ? showCount(page.executions) : "not known" },
    {
      label: "Tokens",
      value: isCounted(page) ? tokensText(tokens) : "not known",
    },
  ];
  return facts.filter((fact) => fact !== false && fact !== undefined);
}

function tokensText({ input, cacheRead, output }: StatementPage["tokens"]): string {
  const cached = cacheRead === 0 ? "" : `, ${showCount(cacheRead)} of them from a cache`;
  return `${showCount(input + output)} (${showCount(input)} in${cached}; ${showCount(output)} out)`;
}

function amountLabel({ inside, model }: StatementPage): string {
  if (inside === undefined) return "Amount";
  return model === "chargeback" || inside.margin !== 0 ? "Charged" : "Cost";
}

function insideFacts(page: StatementPage, inside: InsidePage | undefined): StatementFact[] {
  if (inside === undefined) return [];
  const { cost, margin, rate, budget, efficiency } = inside;
  const isCharged = amountLabel(page) === "Charged";
  const percent = budget?.variance.percent === undefined ? "" : `, ${signed(budget.variance.percent)}`;
  return [
    ...(isCharged
      ? [
          { label: "Cost", value: showExact(cost) },
          { label: "Margin", value: showExact(margin) },
          { label: "Rate", value: rateText(rate) },
        ]
      : []),
    ...(budget === undefined
      ? []
      : [
          {
            label: "Budget",
            value: `${showExact(budget.limit)} (${budget.name}): ${showSigned(budget.variance.amount)}${percent}`,
          },
        ]),
    ...(efficiency === undefined
      ? []
      : [
          {
            label: "Per execution",
            value: `${showExact(efficiency.perExecution)}: rank ${efficiency.rank} of ${efficiency.of}; ${showExact(efficiency.average)} on average`,
          },
        ]),
  ];
}

function signed(percent: number): string {
  return `${percent > 0 ? "+" : ""}${showPercent(percent)}`;
}

function rateText(rate: InsidePage["rate"]): string {
  switch (rate.kind) {
    case "cost":
      return "at cost";
    case "markup":
      return `cost + ${rate.percent}%`;
    case "tiers":
      return `tiers: ${showCount(rate.tokens)} tokens count as ${showCount(rate.effective)}`;
    case "card": {
      const models = rate.atCost.map(({ model, cost }) => `${model} (${showExact(cost)})`);
      return models.length === 0 ? "rate card" : `rate card; at cost, since it doesn't name them: ${models.join(", ")}`;
    }
  }
}

function previousText(page: StatementPage, previous: NonNullable<StatementPage["previous"]>): string {
  const change = minus(page.charged, previous.charged);
  return `${showExact(previous.charged)} in ${showMonth(previous.month)} (${showSigned(change)})`;
}

/** The tables of a statement; empty ones are left out. */
export function statementTables(page: StatementPage): StatementTable[] {
  const hasCost = page.inside !== undefined && amountLabel(page) === "Charged";
  const amounts = ({ charged, cost }: PageAmount) => [
    ...(hasCost && cost !== undefined ? [showExact(cost)] : []),
    showExact(charged),
  ];
  const money = (hasCost ? ["Cost", "Charged"] : ["Amount"]).map((heading) => ({ heading, align: "right" as const }));
  const table = (heading: string, rows: readonly (readonly string[])[]): StatementTable[] =>
    rows.length === 0 ? [] : [{ columns: [{ heading }, ...money], rows }];
  const lines = (all: readonly (PageAmount & { readonly name: string | null })[]) =>
    all.map((line) => [line.name ?? "none", ...amounts(line)]);
  const [shared] = table("Shared cost", lines(page.shared));
  return [
    ...table("Model", lines(page.models)),
    ...table("Activity", lines(page.activities)),
    ...table(
      "Correction of a former month",
      page.corrections.map((line) => [correctionText(line), ...amounts(line)]),
    ),
    ...(shared === undefined
      ? []
      : [
          {
            // The split is the last column: a narrow terminal cuts it, not the amount.
            columns: [...shared.columns, { heading: "Split" }],
            rows: shared.rows.map((row, index) => [...row, ...page.shared.slice(index, index + 1).map(splitText)]),
          },
        ]),
  ];
}

function correctionText({ month, number }: StatementPage["corrections"][number]): string {
  return number === undefined ? showMonth(month) : `${number} (${showMonth(month)})`;
}

function splitText({ split, by, share, whole, isInBooks }: StatementPage["shared"][number]): string {
  const how = split === "proportional" ? `proportionally by ${by}` : split === "equal" ? "equally" : "by fixed shares";
  const of = whole === undefined ? "" : ` of ${showExact(whole)}`;
  return `${how}: ${showPercent(share * 100)}${of}${isInBooks ? "" : "; a fixed amount, not in the books"}`;
}

/** What a reader must know about a statement. */
export function statementNotes(page: StatementPage): string[] {
  return [
    ...(page.isRunning ? ["The month isn't closed yet: more will come."] : []),
    ...(page.isImported
      ? ["A part of the month was imported with its sum alone: whose it is isn't known, so it is under unallocated."]
      : []),
    ...(page.previous === undefined ? ["The month before isn't known."] : []),
  ];
}

/** "INV-2026-02-CLIENT-X: client-x, February 2026". */
export function statementTitle({ issue, entity, month }: StatementPage): string {
  const name = `${entity}, ${showMonth(month)}`;
  return issue === undefined ? name : `${issue.number}: ${name}`;
}
