import type { Entry } from "../../books/entry.ts";
import type { DayRange } from "../../forecast/history.ts";
import type { DateSpan } from "../../values/date-span.ts";
import { type NanoUsd, plus, ZERO } from "../../values/money.ts";
import type { Day, TimeZone } from "../../values/month.ts";
import { type ReportBooks, reportOf } from "./attribute.ts";
import { calendarOf, type Placed } from "./calendar.ts";
import { type Imported, importedBy, importedMonth, sumsOfImported } from "./imported.ts";
import { type Piece, piecesOf } from "./pieces.ts";
import { type Dimension, type ReportQuery, spanNeeded } from "./query.ts";
import type { Report } from "./report.ts";
import { addEntry, addImported, isBooking, type SpanPart, seededPart, startPart } from "./span-part.ts";

/** Stands for every tag that entries have. */
export const EACH_TAG = "tag:" satisfies Dimension;

/** What a span's entries are grouped by; every tag in turn where `EACH_TAG` is. */
export type Cut = readonly Dimension[];

/** A span, and the cuts of it that reports will be asked for. */
export type SpanPlan = { readonly span: DateSpan; readonly cuts: readonly Cut[] };

type SpanParts = SpanPlan & { readonly parts: Map<string, SpanPart> };

/** Many reports that are added up in one pass over the ledger; changed in place. */
export type Pass = {
  readonly spans: readonly SpanParts[];
  readonly placed: ReturnType<typeof calendarOf>;
  readonly ofDay: Map<Day, readonly SpanParts[]>;
  /** The tags that entries had, in the order of their appearance: at most `MAX_TAGS`. */
  readonly tags: string[];
  readonly spent: Map<Day, NanoUsd>;
  readonly imported: DayRange[];
  readonly since: Day | undefined;
};

/** Later tags have no reports. */
const MAX_TAGS = 20;
/** Cuts by a tag and something else are made of the first ones alone. */
export const MAX_PAIRED_TAGS = 4;

/** A pass with nothing added up yet; `tags` come first, whether or not entries have them. */
export function startPass(from: {
  readonly plans: readonly SpanPlan[];
  readonly timezone: TimeZone;
  readonly books: ReportBooks;
  readonly tags: readonly string[];
}): Pass {
  const { since, imported = [] } = from.books;
  const pass: Pass = {
    spans: from.plans.map(({ span, cuts }) => ({ span, cuts: withBases(cuts), parts: new Map() })),
    placed: calendarOf(from.timezone),
    ofDay: new Map(),
    tags: [],
    spent: new Map(),
    imported: [],
    since,
  };
  for (const { span, cuts, parts } of pass.spans) {
    for (const cut of cuts.filter((one) => !one.includes(EACH_TAG))) parts.set(keyOf(cut), startPart(span, cut));
  }
  for (const line of imported) importInto(pass, importedMonth(line));
  for (const tag of from.tags) noteTag(pass, tag);
  return pass;
}

/** A tag's cut begins as a copy of the cut without that tag. */
function withBases(cuts: readonly Cut[]): Cut[] {
  const bases = cuts.flatMap((cut) => {
    const index = cut.lastIndexOf(EACH_TAG);
    return index < 0 ? [] : [cut.toSpliced(index, 1)];
  });
  const lacking = bases.filter((base) => !cuts.some((cut) => keyOf(cut) === keyOf(base)));
  return bases.length === 0 ? [...cuts] : [...(lacking.length === 0 ? [] : withBases(lacking)), ...cuts];
}

/** A charge or a correction that was added: when it counts, and its pieces. */
export type Added = { readonly placed: Placed; readonly pieces: readonly Piece[] };

/**
 * Adds an entry of the ledger, which changes the pass; undefined for one that adds nothing or was imported. Throws an
 * AmountError for more than $8,388,607.
 */
export function addToPass(pass: Pass, entry: Entry): Added | undefined {
  if (entry.kind === "import") importInto(pass, importedBy(entry, pass.placed(entry).day));
  if (!isBooking(entry)) return undefined;
  for (const tag of Object.keys(entry.tags ?? {})) noteTag(pass, tag);
  const placed = pass.placed(entry);
  const { day } = placed;
  const pieces = piecesOf(entry);
  for (const { parts } of spansOf(pass, day)) {
    for (const part of parts.values()) addEntry(part, placed, pieces);
  }
  pass.spent.set(day, plus(pass.spent.get(day) ?? ZERO, entry.cost));
  return { placed, pieces };
}

/** The report that a query of these plans gives, the same as by a pass of its own; undefined for any other query. */
export function reportIn(pass: Pass, query: ReportQuery): Report | undefined {
  const { period, compare, by } = query;
  const now = partOf(pass, period, by);
  const before = compare && partOf(pass, compare, by);
  if (now === undefined || (compare !== undefined && before === undefined)) return undefined;
  const { placed, spent, imported, since } = pass;
  const isSinceGiven = since !== undefined;
  return reportOf({ query, needed: spanNeeded(query), placed, now, before, spent, imported, since, isSinceGiven });
}

function partOf({ spans }: Pass, { kind, from, to }: DateSpan, by: Cut): SpanPart | undefined {
  const found = spans.find(({ span }) => span.kind === kind && span.from === from && span.to === to);
  return found?.parts.get(keyOf(by));
}

function spansOf({ ofDay, spans }: Pass, day: Day): readonly SpanParts[] {
  const known = ofDay.get(day);
  if (known !== undefined) return known;
  const found = spans.filter(({ span }) => span.from <= day && day <= span.to);
  ofDay.set(day, found);
  return found;
}

function importInto(pass: Pass, imported: Imported): void {
  const sums = sumsOfImported(imported);
  for (const { parts } of pass.spans) for (const part of parts.values()) addImported(part, imported, sums);
  pass.imported.push(imported.days);
}

/** Begins the cuts by a tag that no entry had so far: all that is added up has no value of it. */
function noteTag({ spans, tags }: Pass, tag: string): void {
  if (tags.includes(tag) || tags.length >= MAX_TAGS) return;
  const isPaired = tags.length < MAX_PAIRED_TAGS;
  const others = tags.slice(0, MAX_PAIRED_TAGS);
  tags.push(tag);
  for (const { cuts, parts } of spans) {
    for (const cut of cuts.filter((one) => one.includes(EACH_TAG) && (isPaired || one.length === 1))) {
      for (const by of cutsWith(cut, { tag, others })) {
        const base = parts.get(keyOf(by.filter((dimension) => dimension !== `tag:${tag}`)));
        if (base !== undefined) parts.set(keyOf(by), seededPart(base, by));
      }
    }
  }
}

/** The cuts that a tag adds: where two tags are asked for, with each of the tags before it. */
function cutsWith(cut: Cut, { tag, others }: { readonly tag: string; readonly others: readonly string[] }): Cut[] {
  const isPair = cut.filter((dimension) => dimension === EACH_TAG).length > 1;
  if (isPair) return others.map((other) => [`tag:${other}`, `tag:${tag}`]);
  return [cut.map((dimension) => (dimension === EACH_TAG ? (`tag:${tag}` as const) : dimension))];
}

function keyOf(by: Cut): string {
  return by.join("\n");
}
