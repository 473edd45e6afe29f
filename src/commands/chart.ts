import type { InputsOf } from "../inputs/commands/table.ts";
import type { ChartName } from "../inputs/options.ts";
import { showValue } from "../inputs/show-value.ts";
import type { Dimension } from "../insight/attribution/query.ts";
import { STATE_CHARTS, type StateChart } from "../insight/chart-names.ts";
import { addToLedger, ledgerDays, startLedger } from "../insight/charted-ledger.ts";
import { outlookOf } from "../insight/outlook.ts";
import { drawChart, type Look, type Picture } from "../report/chart/charts.ts";
import { drawLedgerChart, ledgerNotes } from "../report/chart/ledger-charts.ts";
import { spanOf } from "../values/date-span.ts";
import { BudgetError } from "../values/errors.ts";
import { dayOf } from "../values/month.ts";
import { foldKnown } from "./operation/fold-known.ts";
import { type Look as Looked, look } from "./operation/look.ts";
import type { Ports } from "./operation/ports.ts";
import { lookedOutcome } from "./outcome/done.ts";
import { hasNoBooks, noBooksText } from "./outcome/no-books.ts";
import type { Outcome } from "./outcome/outcome.ts";

type ChartInputs = InputsOf<"chart">;

/** The charts that an option is for. */
const OF_PERIOD: readonly ChartName[] = ["bridge", "heat", "runs", "models"];
const OF_DIMENSION: readonly ChartName[] = ["split", "bridge"];
/** A run counts in several sub-budgets, and no day is in two months. */
const NOT_ADDING_UP: Readonly<Partial<Record<ChartName, readonly Dimension[]>>> = {
  split: ["budget"],
  bridge: ["budget", "day", "week", "month"],
};

/** Draws a chart of the books into a file. Throws a BudgetError for a file that can't be written, or has another end. */
export async function chart(ports: Ports, inputs: ChartInputs): Promise<Outcome> {
  const { output, theme } = inputs;
  const form = /\.(svg|png)$/i.exec(output)?.[1]?.toLowerCase();
  if (form === undefined) {
    const text = `Bad input: --output ${showValue(output)} isn't the name of a picture: it must end with .svg or .png.`;
    throw new BudgetError("bad-input", text);
  }
  const by = dimensionIn(inputs);
  const looked = await look(ports, inputs);
  const asked = { inputs, by, theme: theme ?? (form === "svg" ? ("auto" as const) : ("light" as const)) };
  const { picture, notes } = await drawn(ports, looked, asked);
  const { svg, title, description, table } = picture;
  const isUnknown = hasNoBooks(looked.snapshot);
  const content = form === "svg" ? svg : await ports.png(svg);
  await ports.writeFile(output, (draft) => draft.write(content));
  const outcome = lookedOutcome(ports, looked, {
    title: "Chart written",
    sentence: `${isUnknown ? `${noBooksText(ports.store.place)} ` : ""}Wrote ${output}. ${title}.`,
    tone: isUnknown ? "warn" : "good",
    notes: [...looked.notes, ...notes.map((text) => ({ level: "notice" as const, text }))],
  });
  const columns = table.columns.map(({ heading }) => heading);
  return { ...outcome, details: { file: output, title, description, table: { columns, rows: table.rows } } };
}

/** The one dimension of a chart. Throws a BudgetError for any other, and for options that the chart doesn't take. */
function dimensionIn({ chart: name, by, period }: ChartInputs): Dimension {
  if (by !== undefined && !OF_DIMENSION.includes(name)) throw unusable(`--by is for ${OF_DIMENSION.join(" and ")}`);
  if (period !== undefined && !OF_PERIOD.includes(name)) throw unusable(`--period is for ${OF_PERIOD.join(", ")}`);
  const [dimension = "model", ...more] = by ?? [];
  if (more.length > 0) throw unusable(`--by has ${more.length + 1} dimensions: the chart ${name} takes one`);
  if (NOT_ADDING_UP[name]?.includes(dimension) === true) {
    throw unusable(
      `--by ${dimension} doesn't suit the chart ${name}: take another dimension, such as model or tag:team`,
    );
  }
  return dimension;
}

function unusable(text: string): BudgetError {
  return new BudgetError("bad-input", `Bad input: ${text}.`);
}

type Asked = { readonly inputs: ChartInputs; readonly by: Dimension; readonly theme: Look };

type Drawn = { readonly picture: Picture; readonly notes: readonly string[] };

async function drawn(ports: Ports, looked: Looked, { inputs, by, theme }: Asked): Promise<Drawn> {
  const { state, figures, rules, snapshot, ahead } = looked;
  const { chart: name, period } = inputs;
  const now = snapshot.at;
  if (isOfState(name)) {
    const { budgets } = outlookOf({ state, figures, ahead, settings: rules.settings, now });
    return { picture: drawChart(name, { state, now, ahead, budgets }, theme), notes: [] };
  }
  const span = period === undefined ? undefined : spanOf(period, dayOf(now, state.timezone));
  const start = () => startLedger({ chart: name, by, period: span }, state, now);
  const sums = await foldKnown(ports, looked, { days: ledgerDays(start()), start, add: addToLedger });
  return { picture: drawLedgerChart(sums, theme), notes: ledgerNotes(sums) };
}

function isOfState(name: ChartName): name is StateChart {
  return (STATE_CHARTS as readonly ChartName[]).includes(name);
}
