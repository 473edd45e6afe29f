import type { Dashboard } from "../../insight/dashboard/dashboard.ts";
import {
  allOf,
  countIn,
  eachRow,
  lastOf,
  type MonthRuns,
  newestRuns,
  type RunRange,
  tableOf,
} from "../../insight/dashboard/runs.ts";
import { firstShown } from "../../insight/dashboard/spans.ts";
import type { Month } from "../../values/month.ts";
import { showMany, showMonth } from "../../values/show.ts";
import { RUN_COLUMNS, runRows } from "./common.ts";
import { EMPTY, type Html, html, joined } from "./html.ts";
import type { Page, PlannedPage } from "./shell.ts";

/** So many stand on the page where no script can search them. */
const STATIC_ROWS = 200;
const ROWS_AT_ONCE = 1_000;

/** What pages of runs take from a dashboard, before it is complete. */
export type RunBooks = Pick<Dashboard, "name" | "people">;

/** The newest runs with search and filters, and a page for each month that has older ones and wasn't taken out. */
export function* runPages(dashboard: Dashboard): Generator<PlannedPage> {
  const { runs, spans } = dashboard;
  const newest = newestRuns(runs, firstShown(spans));
  const shown = new Map(newest.map(({ of, from }) => [of, from]));
  const older = runs.months.filter((month) => shown.get(month) !== 0);
  const months = [...runs.taken, ...older.map(({ month }) => month)].sort().reverse();
  const all = { path: "runs.html", heading: "Runs", ranges: newest, about: monthLinks(months) };
  yield { path: all.path, make: () => page(dashboard, all) };
  for (const month of older) yield { path: pathOf(month), make: () => monthPage(dashboard, month) };
}

/** All runs of a month. */
export function monthPage(books: RunBooks, of: MonthRuns): Page {
  const heading = `Runs of ${showMonth(of.month)}`;
  const about = html`<p class="note screen"><a href="../runs.html">The newest runs</a></p>`;
  return page(books, { path: pathOf(of), heading, ranges: [allOf(of)], about });
}

function pathOf({ month }: MonthRuns): string {
  return `runs/${month}.html`;
}

function monthLinks(months: readonly Month[]): Html {
  if (months.length === 0) return EMPTY;
  const links = months.map((month) => html`<a href="runs/${month}.html">${showMonth(month)}</a>`);
  return html`<p class="note screen">Older runs: ${joined(links, ", ")}.</p>`;
}

type RunPage = {
  readonly path: string;
  readonly heading: string;
  readonly ranges: readonly RunRange[];
  readonly about: Html;
};

function page({ name, people }: RunBooks, { path, heading, ranges, about }: RunPage): Page {
  const count = countIn(ranges);
  const shown = tableOf(lastOf(ranges, { count: STATIC_ROWS }));
  const hidden = people.areShown ? "" : " People are shown as hashes.";
  const body = html`<h1>${heading}</h1>
<p class="lead">${showMany(count, "booking")} of runs, corrections and adjustments.${hidden}</p>
${about}`;
  if (count === 0) return { path, title: `${heading} · ${name}`, body: html`${body}<p>Nothing was booked yet.</p>` };
  const isCut = count > STATIC_ROWS;
  const note = isCut
    ? `The newest ${STATIC_ROWS} of them; search and order need JavaScript.`
    : "Search and order need JavaScript.";
  return {
    path,
    title: `${heading} · ${name}`,
    body: html`${body}
${FORM}
<p class="note" id="runs-static">${note}</p>
<p class="sum" id="runs-sum" role="status"></p>
<div class="scroll" role="region" aria-label="Runs" tabindex="0" id="runs-top"><table>
<caption>Runs, each booking a row</caption>
<thead><tr>${RUN_COLUMNS.map(headingCell)}</tr></thead>
<tbody id="runs-rows">${runRows(shown).map(
      (cells) => html`<tr>${cells.map(cell)}</tr>
`,
    )}</tbody>
</table></div>
<p id="runs-none" hidden>No run fits.</p>
${PAGER}`,
    data: { id: "runs-data", json: dataOf(ranges) },
  };
}

/** The rows as JSON that can't end its element, in parts of some rows each: all of them may be 10 MB. */
function* dataOf(ranges: readonly RunRange[]): Generator<string> {
  const each = eachRow(ranges);
  let rows: string[] = [];
  let begun = '{"rows":[';
  let next = each.next();
  for (; next.done !== true; next = each.next()) {
    rows.push(`[${next.value.join(",")}]`);
    if (rows.length < ROWS_AT_ONCE) continue;
    yield `${begun}${rows.join(",")}`;
    [rows, begun] = [[], ","];
  }
  if (rows.length > 0) yield `${begun}${rows.join(",")}`;
  yield `],${JSON.stringify(next.value).replace(/</g, "\\u003c").slice(1)}`;
}

function headingCell({ heading, right, less, sort }: (typeof RUN_COLUMNS)[number]): Html {
  return html`<th scope="col"${looks({ right, less })}${sort === undefined ? undefined : html` data-sort="${sort}"`}>${heading}</th>`;
}

function cell(content: Html | string, index: number): Html {
  const { right, less } = RUN_COLUMNS[index] ?? {};
  return index === 0 ? html`<th scope="row">${content}</th>` : html`<td${looks({ right, less })}>${content}</td>`;
}

function looks({
  right = false,
  less = false,
}: {
  readonly right?: boolean | undefined;
  readonly less?: boolean | undefined;
}): Html {
  const names = [...(right ? ["num"] : []), ...(less ? ["less"] : [])];
  return names.length === 0 ? EMPTY : html` class="${names.join(" ")}"`;
}

/** What only a script can do isn't shown without one. */
const FORM = html`<form class="filters" id="runs-form" role="search" hidden>
<label class="wide">Search <input type="search" id="runs-q" autocomplete="off" placeholder="A word, a run's number, team=…"></label>
<label>From <input type="date" id="runs-from"></label>
<label>To <input type="date" id="runs-to"></label>
${select("tag", "Tag")}${select("budget", "Sub-budget")}${select("model", "Model")}${select("workflow", "Workflow")}${select("result", "Result")}
<button type="button" id="runs-clear">Clear all filters</button>
</form>`;

function select(name: string, label: string): Html {
  return html`<label>${label} <select id="runs-${name}"><option value="">any</option></select></label>
`;
}

const PAGER = html`<nav class="pager" id="runs-pager" aria-label="Pages of runs" hidden>
<button type="button" id="runs-previous">Previous</button><span id="runs-place"></span><button type="button" id="runs-next">Next</button>
</nav>`;
