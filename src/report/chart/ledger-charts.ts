import type { LedgerChart } from "../../insight/chart-names.ts";
import { type LedgerSums, ledgerReport } from "../../insight/charted-ledger.ts";
import { showSpan } from "../../values/date-span.ts";
import { reportNotes } from "../report-sentence.ts";
import { bridgeChart } from "./bridge-chart.ts";
import { sentenceAlone } from "./frame.ts";
import { heatChart } from "./heat-chart.ts";
import { modelsChart } from "./models-chart.ts";
import { bridgeFacts, heatFacts, modelCosts, spanInBrief, splitFacts } from "./of-reports.ts";
import type { Look } from "./palette.ts";
import { runsChart } from "./runs-chart.ts";
import { splitChart } from "./split-chart.ts";
import type { Picture } from "./svg.ts";

/** How each chart that needs the ledger is drawn from what was added up of it. */
const CHARTS: Readonly<Record<LedgerChart, (sums: LedgerSums, look: Look) => Picture>> = {
  split: (sums, look) =>
    splitChart(
      splitFacts(
        sums.spans.map((span) => ledgerReport(sums, span)),
        sums.query.by,
      ),
      look,
    ),
  bridge: drawBridge,
  heat: (sums, look) => heatChart(heatFacts(oneReport(sums)), look),
  runs: (sums, look) =>
    runsChart({ span: spanText(sums), timezone: sums.timezone, runs: [...sums.runs.values()] }, look),
  models: (sums, look) => modelsChart({ span: spanText(sums), models: modelCosts(oneReport(sums), sums.kinds) }, look),
};

/** Draws a chart of what was added up from the ledger. */
export function drawLedgerChart(sums: LedgerSums, look: Look): Picture {
  return CHARTS[sums.query.chart](sums, look);
}

/** What people should know about the span of a chart besides its figures. */
export function ledgerNotes(sums: LedgerSums): string[] {
  if (sums.query.chart === "split") return [];
  const report = oneReport(sums);
  const alone = { ...report, query: { ...report.query, compare: undefined }, before: undefined };
  return reportNotes({ report: alone, isKnown: true, books: "known", place: "" });
}

/** The report that a chart is made of; of several, the last. */
function oneReport(sums: LedgerSums) {
  const span = sums.spans.at(-1) ?? sums.before;
  return sums.query.chart === "bridge" ? ledgerReport(sums, span, sums.before) : ledgerReport(sums, span);
}

function spanText({ spans, before }: LedgerSums): string {
  return showSpan(spans[0] ?? before);
}

function drawBridge(sums: LedgerSums, look: Look): Picture {
  const facts = bridgeFacts(oneReport(sums));
  if (facts !== undefined) return bridgeChart(facts, look);
  const [now, before] = [spanInBrief(sums.spans[0] ?? sums.before), spanInBrief(sums.before)];
  const title = `Nothing to compare: the books don't know ${now} and ${before} as a whole`;
  return sentenceAlone({ title, description: `${title}.`, table: { columns: [{ heading: "Part" }], rows: [] } }, look);
}
