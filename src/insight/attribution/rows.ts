import type { Key } from "./dimensions.ts";
import { efficiencies } from "./efficiency.ts";
import { figuresOf } from "./figures.ts";
import type { ReportQuery } from "./query.ts";
import type { ReportRow } from "./report.ts";
import { noSums, type Sums, sumsTogether } from "./sums.ts";

/** A group in the period and, where they are compared, in the span before. */
export type Pair = {
  readonly kind: ReportRow["kind"];
  readonly key: Key;
  readonly now: Sums;
  readonly before: Sums | undefined;
  readonly rows?: number;
};

/** The rows of all groups, and those that are shown. */
export type Rows = { readonly groups: readonly ReportRow[]; readonly shown: readonly ReportRow[] };

/** The groups as rows in their order; shown are the top ones, one with the rest, and what was imported at the end. */
export function rowsOf(pairs: readonly Pair[], { sort, top, by }: ReportQuery, total: Sums): Rows {
  const ordered = [...pairs].sort((a, b) => ORDERS[sort](a, b) || byName(a, b));
  const groups = ordered.filter(({ kind }) => kind === "group");
  const row = (pair: Pair): ReportRow => ({
    kind: pair.kind,
    rows: pair.rows,
    key: pair.key,
    figures: figuresOf(pair.now),
    before: pair.before && figuresOf(pair.before),
    share: total.cost > 0 ? pair.now.cost / total.cost : undefined,
  });
  const plain = groups.map(row);
  const places = efficiencies(plain.map(({ figures }) => figures));
  const rows = plain.map((each, index) => ({ ...each, efficiency: places[index] }));
  const rest = groups.slice(top ?? groups.length);
  const others = rest.length === 0 ? [] : [together(rest, by.length)];
  const imported = ordered.filter(({ kind }) => kind === "imported");
  return { groups: rows, shown: [...rows.slice(0, top ?? rows.length), ...[...others, ...imported].map(row)] };
}

function together(rest: readonly Pair[], width: number): Pair {
  const before = rest.flatMap((pair) => pair.before ?? []);
  return {
    kind: "other",
    key: Array.from({ length: width }, () => null),
    now: sumsTogether(rest.map(({ now }) => now)),
    before: before.length === 0 ? undefined : sumsTogether(before),
    rows: rest.length,
  };
}

type Order = (a: Pair, b: Pair) => number;

const ORDERS: Readonly<Record<ReportQuery["sort"], Order>> = {
  cost: (a, b) => b.now.cost - a.now.cost,
  executions: (a, b) => b.now.executions - a.now.executions,
  tokens: (a, b) => tokens(b) - tokens(a),
  change: (a, b) => Math.abs(changeOf(b)) - Math.abs(changeOf(a)),
  name: () => 0,
};

/** How much more a group cost than before. */
function changeOf({ now, before = noSums() }: Pair): number {
  return now.cost - before.cost;
}

function tokens({ now }: Pair): number {
  return now.input + now.output;
}

/** By the values in turn; what has none comes last. */
function byName(a: Pair, b: Pair): number {
  for (const [index, value] of a.key.entries()) {
    const other = b.key[index] ?? null;
    if (value !== other) return value === null ? 1 : other === null ? -1 : value < other ? -1 : 1;
  }
  return 0;
}
