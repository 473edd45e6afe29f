// Search, filters and order of the runs, on the page that has them as data.
import { COLUMN, PIECE, PIECE_WIDTH, PIECES, type RunTable } from "../../../insight/dashboard/run-columns.ts";
import { plainText } from "../../../values/foreign-text.ts";
import { bounded, showUsd } from "../../../values/money.ts";
import { showCount, showDay, showMany } from "../../../values/show.ts";
import { showSpent } from "../../../values/shown-money.ts";
import { type Filter, type Found, filtered, filterIn, hashOf, NO_FILTER, SORTS, UNKNOWN_RESULT } from "./filter.ts";

const PAGE = 50;
const MAX_OPTIONS = 200;
const DAY_MS = 86_400_000;
const UNKNOWN = "–";
const NAMES = ["q", "from", "to", "tag", "model", "workflow", "result", "budget"] as const;

const data = JSON.parse(part("data").textContent ?? "{}") as RunTable;
const body = part("rows");
let filter: Filter = filterIn(location.hash);
let found: Found = filtered(data, filter);
let page = 0;

function part(id: string): HTMLElement {
  const element = document.getElementById(`runs-${id}`);
  if (element === null) throw new Error(`The page has no ${id}`);
  return element;
}

function text(at: number | undefined): string | undefined {
  return at === undefined || at < 0 ? undefined : data.texts[at];
}

/** The field of the form with that name. */
function field(name: (typeof NAMES)[number]): HTMLInputElement | HTMLSelectElement {
  return part(name) as HTMLInputElement | HTMLSelectElement;
}

/** Fills the lists to choose from with what the runs have. */
function fillLists(): void {
  const models = new Set<string>();
  const results = new Set<string>();
  const workflows = new Set<string>();
  for (const row of data.rows) {
    workflows.add(text(row[COLUMN.workflow]) ?? "");
    for (let at = PIECES; at < row.length; at += PIECE_WIDTH) {
      models.add(text(row[at + PIECE.model]) ?? "");
      results.add(text(row[at + PIECE.result]) ?? UNKNOWN_RESULT);
    }
  }
  const tags = data.tags.flatMap((list) =>
    list.flatMap((name, at) => (at % 2 === 0 ? [`${text(name)}=${text(list[at + 1])}`] : [])),
  );
  const budgets = data.budgets.flatMap((list) => list.map((at) => text(at) ?? ""));
  const lists = { model: models, result: results, workflow: workflows, tag: new Set(tags), budget: new Set(budgets) };
  for (const [name, values] of Object.entries(lists)) {
    const select = field(name as keyof typeof lists);
    for (const value of [...values].sort().slice(0, MAX_OPTIONS)) if (value !== "") addOption(select, value);
    if (select.children.length === 1 && select.parentElement !== null) select.parentElement.hidden = true;
  }
}

function addOption(select: Element, value: string): void {
  const option = document.createElement("option");
  option.value = value;
  option.textContent = plainText(value, 60);
  select.append(option);
}

/** Puts the filter into the form. */
function showFilter(): void {
  for (const name of NAMES) {
    const input = field(name);
    // What an address asks for may be beyond the list.
    if (input instanceof HTMLSelectElement && ![...input.options].some(({ value }) => value === filter[name])) {
      addOption(input, filter[name]);
    }
    input.value = filter[name];
  }
}

function apply(next: Filter): void {
  filter = next;
  found = filtered(data, filter);
  page = 0;
  show();
}

function show(): void {
  const { rows, cost, executions, costs } = found;
  const all = data.rows.length;
  part("sum").textContent =
    `${showSpent(bounded(cost))} in ${showMany(executions, "run")}${rows.length === all ? "" : `, ${showCount(rows.length)} of ${showMany(all, "row")}`}`;
  const shown = rows.subarray(page * PAGE, (page + 1) * PAGE);
  body.replaceChildren(...[...shown].map((place) => rowOf(data.rows[place] ?? [], costs[place] ?? 0)));
  part("none").hidden = rows.length > 0;
  const last = Math.max(1, Math.ceil(rows.length / PAGE));
  part("place").textContent = `Page ${showCount(page + 1)} of ${showCount(last)}`;
  (part("previous") as HTMLButtonElement).disabled = page === 0;
  (part("next") as HTMLButtonElement).disabled = page + 1 >= last;
  for (const name of SORTS) {
    const heading = document.querySelector(`th[data-sort=${name}]`);
    const order = filter.sort === name ? "ascending" : filter.sort === `-${name}` ? "descending" : undefined;
    if (order === undefined) heading?.removeAttribute("aria-sort");
    else heading?.setAttribute("aria-sort", order);
  }
}

function cell(content: string | Node, { isNumber = false, isLess = false, tag = "td" } = {}): HTMLElement {
  const element = document.createElement(tag);
  element.className = `${isNumber ? "num" : ""}${isLess ? " less" : ""}`.trim();
  element.append(content);
  return element;
}

function foreign(value: string | undefined, length: number): Node {
  const element = document.createElement("bdi");
  element.textContent = value === undefined ? UNKNOWN : plainText(value, length) || UNKNOWN;
  return element;
}

function rowOf(row: readonly number[], cost: number): HTMLElement {
  const element = document.createElement("tr");
  const day = new Date((row[COLUMN.day] ?? 0) * DAY_MS).toISOString().slice(0, 10);
  const [hour, minute] = [Math.floor((row[COLUMN.minute] ?? 0) / 60), (row[COLUMN.minute] ?? 0) % 60];
  const time = `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
  const models: string[] = [];
  let result: string | undefined;
  for (let at = PIECES; at < row.length; at += PIECE_WIDTH) {
    const model = text(row[at + PIECE.model]);
    if (model !== undefined && !models.includes(model)) models.push(model);
    result ??= text(row[at + PIECE.result]);
  }
  const [input, output] = [row[COLUMN.input] ?? -1, row[COLUMN.output] ?? -1];
  const kind = text(row[COLUMN.kind]);
  const when = cell(linkOf(row, `${showDay(day)} ${day.slice(0, 4)}, ${time}`), { tag: "th" });
  when.setAttribute("scope", "row");
  element.append(
    when,
    cell(showUsd(bounded(cost)), { isNumber: true }),
    cell(foreign(text(row[COLUMN.profile]) ?? kind, 60)),
    cell(foreign(models.join(", "), 80), { isLess: true }),
    cell(foreign(tagsOf(row), 80), { isLess: true }),
    cell(input < 0 ? UNKNOWN : showCount(input + output), { isNumber: true, isLess: true }),
    cell(foreign(result ?? kind, 60)),
    cell((row[COLUMN.run] ?? -1) < 0 ? UNKNOWN : String(row[COLUMN.run]), { isNumber: true, isLess: true }),
  );
  return element;
}

function tagsOf(row: readonly number[]): string | undefined {
  const list = data.tags[row[COLUMN.tags] ?? -1];
  return list?.flatMap((name, at) => (at % 2 === 0 ? [`${text(name)}=${text(list[at + 1])}`] : [])).join(", ");
}

/** When it was booked, as a link to the run's page where it has one. */
function linkOf(row: readonly number[], when: string): string | Node {
  const [page, run] = [text(row[COLUMN.page]), row[COLUMN.run] ?? -1];
  if (page === undefined || run < 0) return when;
  const link = document.createElement("a");
  link.href = `${page}/actions/runs/${run}`;
  link.textContent = when;
  return link;
}

/** Headings become buttons that sort. */
function addSorting(): void {
  for (const name of SORTS) {
    const heading = document.querySelector(`th[data-sort=${name}]`);
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading?.textContent ?? "";
    button.addEventListener("click", () => {
      const isText = name === "profile" || name === "model" || name === "result";
      const [first, second] = isText ? [name, `-${name}`] : [`-${name}`, name];
      change({ ...filter, sort: filter.sort === first ? second : first });
    });
    heading?.replaceChildren(button);
  }
}

/** Applies a filter of the form and keeps it in the address. */
function change(next: Filter): void {
  apply(next);
  history.replaceState(null, "", hashOf(next) === "" ? location.pathname + location.search : hashOf(next));
}

function turn(pages: number): void {
  page += pages;
  show();
  part("top").scrollIntoView({ block: "start" });
}

fillLists();
addSorting();
showFilter();
show();
part("form").hidden = false;
part("pager").hidden = false;
part("static").hidden = true;
part("form").addEventListener("input", () => {
  change({ ...filter, ...Object.fromEntries(NAMES.map((name) => [name, field(name).value])) });
});
part("form").addEventListener("submit", (event) => event.preventDefault());
part("clear").addEventListener("click", () => {
  change({ ...NO_FILTER, sort: filter.sort });
  showFilter();
});
part("previous").addEventListener("click", () => turn(-1));
part("next").addEventListener("click", () => turn(1));
addEventListener("hashchange", () => {
  apply(filterIn(location.hash));
  showFilter();
});
