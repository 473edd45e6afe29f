import { COLUMN, PIECE, PIECE_WIDTH, PIECES, type RunTable } from "../../../insight/dashboard/run-columns.ts";

/** What the address keeps: texts, empty where nothing is asked for. */
export type Filter = {
  readonly q: string;
  readonly from: string;
  readonly to: string;
  /** "name=value". */
  readonly tag: string;
  readonly model: string;
  readonly workflow: string;
  readonly result: string;
  readonly budget: string;
  /** A column, with a minus sign in descending order. */
  readonly sort: string;
};

export const NO_FILTER: Filter = {
  q: "",
  from: "",
  to: "",
  tag: "",
  model: "",
  workflow: "",
  result: "",
  budget: "",
  sort: "-time",
};

/** The result that a run has whose result isn't known. */
export const UNKNOWN_RESULT = "unknown";

/** What a filter finds: rows in order, each by its place, and what they come to. */
export type Found = {
  readonly rows: Int32Array;
  /** Nano-dollars, of the pieces that fit: by place of the row. */
  readonly costs: Float64Array;
  readonly cost: number;
  readonly executions: number;
};

const DAY_MS = 86_400_000;
const NONE = -1;

/** The filter in an address: "#model=gpt-5&sort=-cost". */
export function filterIn(hash: string): Filter {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const names = Object.keys(NO_FILTER) as (keyof Filter)[];
  return Object.fromEntries(names.map((name) => [name, given.get(name) ?? NO_FILTER[name]])) as Filter;
}

/** The address of a filter, empty for none. */
export function hashOf(filter: Filter): string {
  const names = Object.keys(NO_FILTER) as (keyof Filter)[];
  const given = new URLSearchParams();
  for (const name of names) if (filter[name] !== NO_FILTER[name]) given.set(name, filter[name]);
  const text = given.toString();
  return text === "" ? "" : `#${text}`;
}

/** The rows that fit a filter, in its order, and what they come to: as much as a report of the same has. */
export function filtered(table: RunTable, filter: Filter): Found {
  const { rows } = table;
  const fits = rowTest(table, filter);
  const piece = pieceTest(table, filter);
  const found = new Int32Array(rows.length);
  const costs = new Float64Array(rows.length);
  let [count, cost, executions] = [0, 0, 0];
  for (let place = 0; place < rows.length; place += 1) {
    const row = rows[place] ?? [];
    if (!fits(row)) continue;
    let [isIn, own] = [false, 0];
    for (let at = PIECES; at < row.length; at += PIECE_WIDTH) {
      if (!piece(row, at)) continue;
      isIn = true;
      own += row[at + PIECE.cost] ?? 0;
      executions += row[at + PIECE.executions] ?? 0;
    }
    if (!isIn) continue;
    found[count] = place;
    costs[place] = own;
    count += 1;
    cost += own;
  }
  return { rows: sorted(found.subarray(0, count), costs, { table, sort: filter.sort }), costs, cost, executions };
}

type Test = (row: readonly number[]) => boolean;

function rowTest(table: RunTable, filter: Filter): Test {
  const { texts, tags, budgets } = table;
  const tests: Test[] = [];
  const wanted = (text: string) => texts.indexOf(text);
  if (filter.from !== "") {
    const from = Date.parse(filter.from) / DAY_MS;
    tests.push((row) => (row[COLUMN.day] ?? 0) >= from);
  }
  if (filter.to !== "") {
    const to = Date.parse(filter.to) / DAY_MS;
    tests.push((row) => (row[COLUMN.day] ?? 0) <= to);
  }
  if (filter.workflow !== "") {
    const workflow = wanted(filter.workflow);
    tests.push((row) => workflow >= 0 && row[COLUMN.workflow] === workflow);
  }
  if (filter.tag !== "") {
    const fitting = listsWith(tags, pairIn(filter.tag, texts));
    tests.push((row) => fitting[row[COLUMN.tags] ?? NONE] === true);
  }
  if (filter.budget !== "") {
    const budget = wanted(filter.budget);
    const fitting = budgets.map((list) => list.includes(budget));
    tests.push((row) => fitting[row[COLUMN.budgets] ?? NONE] === true);
  }
  if (filter.q.trim() !== "") tests.push(searchTest(table, filter.q));
  return (row) => {
    for (const test of tests) if (!test(row)) return false;
    return true;
  };
}

/** The places of a tag's name and value; a "=" in the name is possible, so every way to part them is tried. */
function pairIn(tag: string, texts: readonly string[]): [number, number][] {
  const found: [number, number][] = [];
  for (let at = tag.indexOf("="); at >= 0; at = tag.indexOf("=", at + 1)) {
    const pair: [number, number] = [texts.indexOf(tag.slice(0, at)), texts.indexOf(tag.slice(at + 1))];
    if (pair[0] >= 0 && pair[1] >= 0) found.push(pair);
  }
  return found;
}

function listsWith(lists: readonly (readonly number[])[], pairs: readonly [number, number][]): boolean[] {
  return lists.map((list) =>
    list.some((value, at) => at % 2 === 0 && pairs.some(([name, wanted]) => name === value && list[at + 1] === wanted)),
  );
}

const SEARCHED = ["profile", "workflow", "page", "job", "pull", "actor", "quality", "kind"] as const;

/** Every word has to be in one of the run's texts, or be its number. */
function searchTest({ texts, tags, budgets }: RunTable, query: string): Test {
  const words = query
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .map((word) => {
      const isIn = texts.map((text) => text.toLowerCase().includes(word));
      const listed = (lists: readonly (readonly number[])[]) =>
        lists.map((list) => list.some((at) => isIn[at] === true));
      return { word, isIn, ofTags: listed(tags), ofBudgets: listed(budgets) };
    });
  return (row) =>
    words.every(({ word, isIn, ofTags, ofBudgets }) => {
      for (const name of SEARCHED) if (isIn[row[COLUMN[name]] ?? NONE] === true) return true;
      if (ofTags[row[COLUMN.tags] ?? NONE] === true || ofBudgets[row[COLUMN.budgets] ?? NONE] === true) return true;
      for (let at = PIECES; at < row.length; at += PIECE_WIDTH) {
        if (isIn[row[at + PIECE.model] ?? NONE] === true || isIn[row[at + PIECE.result] ?? NONE] === true) return true;
      }
      return String(row[COLUMN.run]) === word;
    });
}

function pieceTest({ texts }: RunTable, { model, result }: Filter): (row: readonly number[], at: number) => boolean {
  const [ofModel, ofResult] = [texts.indexOf(model), result === UNKNOWN_RESULT ? NONE : texts.indexOf(result)];
  return (row, at) =>
    (model === "" || (ofModel >= 0 && row[at + PIECE.model] === ofModel)) &&
    (result === "" || ((ofResult >= 0 || result === UNKNOWN_RESULT) && row[at + PIECE.result] === ofResult));
}

/** The columns by which runs are sorted. */
export const SORTS = ["time", "cost", "profile", "model", "tokens", "result"] as const;

function sorted(
  rows: Int32Array,
  costs: Float64Array,
  { table, sort }: { readonly table: RunTable; readonly sort: string },
): Int32Array {
  const name = sort.replace(/^-/, "");
  const direction = sort.startsWith("-") ? -1 : 1;
  // Rows are in the order of booking.
  if (name !== "cost" && name !== "tokens" && name !== "profile" && name !== "model" && name !== "result") {
    return direction < 0 ? rows.reverse() : rows;
  }
  const keys = keysOf(name, costs, table);
  return rows.sort((a, b) => direction * ((keys[a] ?? 0) - (keys[b] ?? 0)) || b - a);
}

/** A number for each row by which it is sorted. */
function keysOf(name: string, costs: Float64Array, { rows, texts }: RunTable): Float64Array {
  if (name === "cost") return costs;
  const ranks = new Float64Array(texts.length);
  const order = [...texts.keys()].sort((a, b) => ((texts[a] ?? "") < (texts[b] ?? "") ? -1 : 1));
  for (const [rank, at] of order.entries()) ranks[at] = rank;
  const rank = (at: number | undefined) => (at === undefined || at < 0 ? NONE : (ranks[at] ?? NONE));
  return Float64Array.from(rows, (row) => {
    if (name === "tokens") return (row[COLUMN.input] ?? 0) + (row[COLUMN.output] ?? 0);
    if (name === "profile") return rank(row[COLUMN.profile]);
    return rank(row[PIECES + (name === "model" ? PIECE.model : PIECE.result)]);
  });
}
