import type { InputsOf } from "../inputs/commands/table.ts";
import { showValue } from "../inputs/show-value.ts";
import { outlookOf } from "../insight/outlook.ts";
import { drawChart } from "../report/chart/charts.ts";
import { BudgetError } from "../values/errors.ts";
import { look } from "./operation/look.ts";
import type { Ports } from "./operation/ports.ts";
import { lookedOutcome } from "./outcome/done.ts";
import type { Outcome } from "./outcome/outcome.ts";

/** Draws a chart of the books into a file. Throws a BudgetError for a file that can't be written, or has another end. */
export async function chart(ports: Ports, inputs: InputsOf<"chart">): Promise<Outcome> {
  const { chart: name, output, theme } = inputs;
  const form = /\.(svg|png)$/i.exec(output)?.[1]?.toLowerCase();
  if (form === undefined) {
    const text = `Bad input: --output ${showValue(output)} isn't the name of a picture: it must end with .svg or .png.`;
    throw new BudgetError("bad-input", text);
  }
  const looked = await look(ports, inputs);
  const { state, figures, rules, snapshot, ahead } = looked;
  const now = snapshot.at;
  const { budgets } = outlookOf({ state, figures, ahead, settings: rules.settings, now });
  const picture = drawChart(name, { state, now, ahead, budgets }, theme ?? (form === "svg" ? "auto" : "light"));
  const { svg, title, description, table } = picture;
  const content = form === "svg" ? svg : await ports.png(svg);
  await ports.writeFile(output, (draft) => draft.write(content));
  const outcome = lookedOutcome(ports, looked, {
    title: "Chart written",
    sentence: `Wrote ${output}. ${title}.`,
    tone: "good",
  });
  const columns = table.columns.map(({ heading }) => heading);
  return { ...outcome, details: { file: output, title, description, table: { columns, rows: table.rows } } };
}
