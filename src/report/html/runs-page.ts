import type { Dashboard } from "../../insight/dashboard/dashboard.ts";
import { COLUMN } from "../../insight/dashboard/run-columns.ts";
import { tableOf } from "../../insight/dashboard/runs.ts";
import type { Month } from "../../values/month.ts";
import { showMany, showMonth } from "../../values/show.ts";
import { RUN_COLUMNS, runRows } from "./common.ts";
import { EMPTY, type Html, html, joined, trusted } from "./html.ts";
import type { Page, PlannedPage } from "./shell.ts";

/** So many runs are on the page of the newest; what is older is on pages of months. */
const NEWEST = 100_000;
/** So many stand on the page where no script can search them. */
const STATIC_ROWS = 200;
const DAY_MS = 86_400_000;

type Rows = readonly (readonly number[])[];

/** The newest runs with search and filters, and a page for each month that has older ones. */
export function* runPages(dashboard: Dashboard): Generator<PlannedPage> {
  const { runs, spans } = dashboard;
  const oldest = Date.parse(spans.months.at(-1)?.from ?? "1970-01-01") / DAY_MS;
  const first = Math.max(0, runs.rows.length - NEWEST);
  const newest = runs.rows.slice(first).filter((row) => (row[COLUMN.day] ?? 0) >= oldest);
  const older = byMonth(runs.rows, new Set(newest));
  const all = { path: "runs.html", heading: "Runs", rows: newest, about: monthLinks(older) };
  yield { path: all.path, make: () => page(dashboard, all) };
  for (const [month, rows] of older) {
    const heading = `Runs of ${showMonth(month)}`;
    const about = html`<p class="note screen"><a href="../runs.html">The newest runs</a></p>`;
    const path = `runs/${month}.html`;
    yield { path, make: () => page(dashboard, { path, heading, rows, about }) };
  }
}

/** The months that have runs beyond the newest, newest first, each with all of its runs. */
function byMonth(rows: Rows, newest: ReadonlySet<readonly number[]>): [Month, Rows][] {
  const months = new Map<Month, (readonly number[])[]>();
  const older = new Set<Month>();
  for (const row of rows) {
    const month = new Date((row[COLUMN.day] ?? 0) * DAY_MS).toISOString().slice(0, 7);
    const known = months.get(month);
    if (known === undefined) months.set(month, [row]);
    else known.push(row);
    if (!newest.has(row)) older.add(month);
  }
  return [...months].filter(([month]) => older.has(month)).sort(([a], [b]) => (a < b ? 1 : -1));
}

function monthLinks(older: readonly [Month, Rows][]): Html {
  if (older.length === 0) return EMPTY;
  const links = older.map(([month]) => html`<a href="runs/${month}.html">${showMonth(month)}</a>`);
  return html`<p class="note screen">Older runs: ${joined(links, ", ")}.</p>`;
}

type RunPage = { readonly path: string; readonly heading: string; readonly rows: Rows; readonly about: Html };

function page(dashboard: Dashboard, { path, heading, rows, about }: RunPage): Page {
  const { runs, name, people } = dashboard;
  const shown = tableOf(runs, rows.slice(-STATIC_ROWS).reverse());
  const hidden = people.areShown ? "" : " People are shown as hashes.";
  const body = html`<h1>${heading}</h1>
<p class="lead">${showMany(rows.length, "booking")} of runs, corrections and adjustments.${hidden}</p>
${about}`;
  if (rows.length === 0)
    return { path, title: `${heading} · ${name}`, body: html`${body}<p>Nothing was booked yet.</p>` };
  const isCut = rows.length > STATIC_ROWS;
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
    data: html`<script type="application/json" id="runs-data">${trusted(jsonIn(tableOf(runs, rows)))}</script>
`,
  };
}

/** JSON that can't end its element. */
function jsonIn(value: unknown): string {
  return JSON.stringify(value).replace(/</g, "\\u003c");
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
