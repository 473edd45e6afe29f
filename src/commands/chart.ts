import { monthOutlook } from "../books/month-demand.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import { showValue } from "../inputs/show-value.ts";
import { outlookOf } from "../insight/outlook.ts";
import { drawChart } from "../report/chart/charts.ts";
import { BudgetError } from "../values/errors.ts";
import { plus } from "../values/money.ts";
import { look } from "./operation/look.ts";
import type { Ports } from "./operation/ports.ts";
import { lookedOutcome } from "./outcome/done.ts";
import type { Outcome } from "./outcome/outcome.ts";

/** Writes a file. Rejects if it can't be written. */
type Save = (path: string, content: string | Uint8Array) => Promise<void>;

/** Draws a chart of the books into a file. Throws a BudgetError for a file that can't be written, or has another end. */
export async function chart(ports: Ports, inputs: InputsOf<"chart">, save: Save): Promise<Outcome> {
  const { chart: name, output, theme } = inputs;
  const form = /\.(svg|png)$/i.exec(output)?.[1]?.toLowerCase();
  if (form === undefined) throw badOutput(output, "its name must end with .svg or .png");
  const looked = await look(ports, inputs);
  const { state, figures, rules, snapshot } = looked;
  const now = snapshot.at;
  const ahead = monthOutlook(state, now, plus(figures.budget, figures.topUps));
  const { budgets } = outlookOf({ state, figures, settings: rules.settings, now });
  const picture = drawChart(name, { state, now, ahead, budgets }, theme ?? (form === "svg" ? "auto" : "light"));
  const { svg, title, description, table } = picture;
  const content = form === "svg" ? svg : await ports.png(svg);
  await save(output, content).catch((error: unknown) => {
    throw badOutput(output, error instanceof Error ? error.message : String(error));
  });
  const outcome = lookedOutcome(ports, looked, {
    title: "Chart written",
    sentence: `Wrote ${output}. ${title}.`,
    tone: "good",
  });
  const columns = table.columns.map(({ heading }) => heading);
  return { ...outcome, details: { file: output, title, description, table: { columns, rows: table.rows } } };
}

function badOutput(path: string, why: string): BudgetError {
  return new BudgetError("bad-input", `Bad input: --output ${showValue(path)} can't be written: ${why}.`);
}
