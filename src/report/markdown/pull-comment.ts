import type { Figures } from "../../books/answer.ts";
import { shownFigures } from "../../books/figures.ts";
import type { DuePull } from "../../books/pulls.ts";
import { addCounts } from "../../values/counts.ts";
import { markdownCode, markdownText } from "../../values/foreign-text.ts";
import { boundedSum, minus, plus, showUsd, ZERO } from "../../values/money.ts";
import type { TimeZone } from "../../values/month.ts";
import { showPercent } from "../../values/percent.ts";
import { runUrlOf } from "../../values/run-link.ts";
import { showCount, showExact, showInstant, showMany, showMonth } from "../../values/show.ts";
import { fitting, markdownTable } from "./table.ts";

/** GitHub takes 65,536 characters. */
const MAX_BYTES = 60_000;
const HOME = "https://github.com/token-budget/token-budget";

/** Where links lead: the server by the run's own page, and the page of the books if readers may know it. */
type PullPage = { readonly server: string | undefined; readonly books: string | undefined };

/** The comment on a pull request: what its last run cost by model, and what all its runs have cost. */
export function renderPullComment(from: {
  readonly pull: DuePull;
  /** The budget's name. */
  readonly name: string;
  readonly figures: Figures;
  readonly timezone: TimeZone;
  readonly page: PullPage;
}): string {
  const { pull, name, page } = from;
  const { due } = pull;
  return fitting(
    [
      `### 💸 ${markdownText(name, 60)}`,
      `This pull request has cost **${markdownText(showUsd(pull.cost))}** in ${showMany(pull.executions, "run")}.`,
      `Last run: ${runName(pull, page)}, ${costText(pull)}`,
      modelTable(pull),
      due.full === true ? monthText(from) : "",
      footer(page),
    ],
    MAX_BYTES,
  );
}

function runName({ due: { profile = "run", run } }: DuePull, { server }: PullPage): string {
  const url = run === undefined ? undefined : runUrlOf(run, { runUrl: server });
  const name = markdownCode(profile, 60);
  return url === undefined ? name : `[${name}](${url})`;
}

function costText({ due: { cost, quality, notional } }: DuePull): string {
  if (notional !== undefined) {
    return `covered by a subscription, ${markdownText(showUsd(notional))} at list price.`;
  }
  return `**${markdownText(showUsd(cost))}**${quality === "estimated" ? ", estimated" : ""}.`;
}

/** Empty if nothing is known of the models; what isn't priced is a row of its own. */
function modelTable({ due }: DuePull): string {
  const { cost, notional, models } = due;
  const known = byModel(models);
  if (known.length === 0) return "";
  const rest = minus(notional ?? cost, boundedSum(known.map((line) => line.cost ?? ZERO)));
  const rows = known.map((line) => [
    line.model === "" ? "no model named" : markdownCode(line.model, 60),
    showCount(line.input),
    showCount(line.output),
    line.cost === undefined ? "–" : markdownText(showExact(line.cost)),
  ]);
  const others = rest > 0 ? [["others and estimates", "–", "–", markdownText(showExact(rest))]] : [];
  const right = "right" as const;
  return markdownTable(
    [
      { heading: "Model" },
      { heading: "Input", align: right },
      { heading: "Output", align: right },
      { heading: "Cost", align: right },
    ],
    [...rows, ...others],
  );
}

type ModelLine = DuePull["due"]["models"][number];

/** One line a model; a finished figure names none and counts no tokens. */
function byModel(lines: readonly ModelLine[]): readonly ModelLine[] {
  const models = new Map<string, ModelLine>();
  for (const line of lines.filter(({ model, input, output }) => model !== "" || input > 0 || output > 0)) {
    const before = models.get(line.model);
    const cost = before?.cost === undefined ? line.cost : plus(before.cost, line.cost ?? ZERO);
    const input = addCounts(before?.input, line.input);
    models.set(line.model, { ...line, input, output: addCounts(before?.output, line.output), cost });
  }
  return [...models.values()];
}

function monthText({ figures, timezone }: { readonly figures: Figures; readonly timezone: TimeZone }): string {
  const { remaining, total } = shownFigures(figures);
  const used = `${showPercent(figures.percentUsed)} used`;
  return `${showMonth(figures.month)}: **${markdownText(remaining)} left** of ${markdownText(total)} (${used}); resets on ${markdownText(showInstant(figures.resetsAt, timezone))}.`;
}

function footer({ books }: PullPage): string {
  const page = books === undefined ? "" : `[The books](${books}) · `;
  return `<sub>${page}[token-budget](${HOME}#readme) keeps this comment up to date.</sub>`;
}
