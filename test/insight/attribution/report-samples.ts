import fc from "fast-check";
import { type Entry, type EntryUsage, entrySchema } from "../../../src/books/entry.ts";
import { addToReport, type ReportBooks, reportOf, startReport } from "../../../src/insight/attribution/attribute.ts";
import { DIMENSIONS, type Dimension, type ReportQuery } from "../../../src/insight/attribution/query.ts";
import type { Report, ReportRow } from "../../../src/insight/attribution/report.ts";
import { type DateSpan, spanOf } from "../../../src/values/date-span.ts";
import { nanoOf, nanoUsd } from "../../../src/values/money.ts";

export const TODAY = "2026-03-01";

export function span(text: string): DateSpan {
  const found = spanOf(text, TODAY);
  if (found === undefined) throw new Error(`${text} is no span`);
  return found;
}

type Asked = Partial<Omit<ReportQuery, "period" | "compare">> & { readonly period?: string; readonly compare?: string };

export function query({ period = "2026-02", compare, ...rest }: Asked = {}): ReportQuery {
  return {
    period: span(period),
    compare: compare === undefined ? undefined : span(compare),
    today: TODAY,
    by: ["profile"],
    timezone: "UTC",
    sort: "cost",
    ...rest,
  };
}

export function report(entries: Iterable<Entry>, asked: Asked | ReportQuery = {}, books?: ReportBooks): Report {
  const full = typeof asked.period === "object" ? (asked as ReportQuery) : query(asked as Asked);
  const adding = startReport(full, books);
  for (const entry of entries) addToReport(adding, entry);
  return reportOf(adding);
}

let count = 0;

/** A charge of $0.10 on the 14th of February. */
export function charge(change: Partial<Entry> = {}): Entry {
  count += 1;
  const at = change.at ?? "2026-02-14T10:00:00Z";
  const plain = { id: `charge-${count}`, at, month: at.slice(0, 7), kind: "charge" as const, cost: nanoOf(0.1) };
  return { ...plain, quality: "priced", profile: "ai-pr", ...change };
}

export function usage(change: Partial<EntryUsage> = {}): EntryUsage {
  return { provider: "anthropic", model: "claude-sonnet-4-5", input: 1000, output: 500, requests: 1, ...change };
}

/** So many charges that together cost so many dollars. */
export function charges(number: number, dollars: number, change: Partial<Entry> = {}): Entry[] {
  return Array.from({ length: number }, () => charge({ cost: nanoOf(dollars / number), ...change }));
}

/** The rows' figures by their keys, joined by " / ". */
export function byKey({ rows }: Report): Record<string, ReportRow> {
  const name = ({ kind, key }: ReportRow) => (kind === "group" ? key.map((value) => value ?? "–").join(" / ") : kind);
  return Object.fromEntries(rows.map((row) => [name(row), row]));
}

const nano = fc.integer({ min: -50_000_000, max: 100_000_000 }).map(nanoUsd);
const tokens = fc.nat({ max: 5000 });
const text = fc.constantFrom("a", "b", "__proto__", "unpriced", "", "ü\n1");

const usageLine = fc.record(
  {
    provider: fc.constantFrom("anthropic", "openai", ""),
    model: fc.constantFrom("claude-sonnet-4-5", "gpt-4o-mini", "unpriced", ""),
    input: tokens.map((more) => more + 5000),
    cache_read: tokens,
    cache_write_5m: tokens,
    output: tokens,
    requests: fc.nat({ max: 9 }),
    cost: fc.nat({ max: 90_000_000 }).map(nanoUsd),
  },
  { requiredKeys: ["model", "input", "output", "requests"] },
);

const at = fc
  .integer({ min: Date.parse("2025-11-28T00:00:00Z"), max: Date.parse("2026-03-04T00:00:00Z") })
  .map((epochMs) => new Date(epochMs).toISOString());

const share = fc.constant({ period: "2026-02", tokens: 10 });
const kind = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Entry["kind"]>("charge", "charge", "correction") },
  { weight: 1, arbitrary: fc.constantFrom(...entrySchema.shape.kind.options) },
);

/** Ledger entries of every kind, in no order; the months they are booked in are those of their instants or beside them. */
export const anyEntry: fc.Arbitrary<Entry> = fc
  .record(
    {
      id: fc.uuid(),
      at,
      kind,
      cost: nano,
      quality: fc.constantFrom("priced", "reported", "estimated"),
      replaces: fc.nat({ max: 50_000_000 }).map(nanoUsd),
      notional: fc.nat({ max: 50_000_000 }).map(nanoUsd),
      further: fc.constant(true as const),
      isExpired: fc.boolean(),
      result: fc.constantFrom("success", "failure", "cancelled"),
      prs: fc.nat({ max: 2 }),
      pr: fc.constantFrom("12", "https://github.com/o/r/pull/12", "odd"),
      outcomes: fc.dictionary(fc.constantFrom("lines", "__proto__"), fc.nat({ max: 300 })),
      profile: text,
      tags: fc.dictionary(fc.constantFrom("team", "activity"), text),
      budgets: fc.dictionary(fc.constantFrom("dev", "daily"), share),
      run: fc.record(
        {
          repository: fc.constant("o/r"),
          run_id: fc.nat({ max: 3 }),
          attempt: fc.integer({ min: 1, max: 2 }),
          actor: text,
        },
        { requiredKeys: [] },
      ),
      usage: fc.array(usageLine, { maxLength: 3 }),
    },
    { requiredKeys: ["id", "at", "kind", "cost"] },
  )
  .map(({ isExpired, replaces, ...rest }) => ({
    ...rest,
    month: rest.at.slice(0, 7),
    ...(isExpired && { expired_at: new Date(Date.parse(rest.at) - 40 * 86_400_000).toISOString() }),
    ...(rest.kind === "correction" && replaces !== undefined && { replaces }),
    ...(rest.kind === "import" && { imported: { executions: 7, prs: 3, tokens_used: {}, history: [] } }),
  }));

export const anyBy: fc.Arbitrary<Dimension[]> = fc.uniqueArray(fc.constantFrom<Dimension>(...DIMENSIONS, "tag:team"), {
  minLength: 1,
  maxLength: 3,
});

export const anySpan: fc.Arbitrary<DateSpan> = fc
  .constantFrom("2026", "2026-Q1", "2026-02", "2026-01", "2026-W07", "2026-02-14", "2026-01-20/2026-02-19", "2025-12")
  .map(span);

export const anyQuery: fc.Arbitrary<ReportQuery> = fc.record({
  period: anySpan,
  compare: fc.option(anySpan, { nil: undefined }),
  today: fc.constantFrom("2026-02-14", TODAY),
  by: anyBy,
  timezone: fc.constantFrom("UTC", "Europe/Berlin", "Pacific/Kiritimati"),
  sort: fc.constantFrom("cost", "executions", "tokens", "change", "name"),
  top: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
});
