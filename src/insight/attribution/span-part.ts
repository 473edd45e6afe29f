import type { Entry } from "../../books/entry.ts";
import type { DateSpan } from "../../values/date-span.ts";
import type { Day } from "../../values/month.ts";
import type { Placed } from "./calendar.ts";
import { isByPiece, type Key, keyOfImported, type Reader, readersOf } from "./dimensions.ts";
import type { Imported } from "./imported.ts";
import { type Piece, piecesOf } from "./pieces.ts";
import type { Dimension } from "./query.ts";
import type { ReportRow } from "./report.ts";
import { addPiece, noSums, type Sums, sumsTogether } from "./sums.ts";

export type Group = { readonly kind: ReportRow["kind"]; readonly key: Key; sums: Sums };

/** The groups of one of a report's spans; changed in place. */
export type SpanPart = {
  readonly span: DateSpan;
  readonly by: readonly Dimension[];
  readonly readers: readonly Reader[];
  readonly isByPiece: boolean;
  total: Sums;
  readonly groups: Map<string, Group>;
  importedUntil: Day | undefined;
};

export function startPart(span: DateSpan, by: readonly Dimension[]): SpanPart {
  return {
    span,
    by,
    readers: readersOf(by),
    isByPiece: isByPiece(by),
    total: noSums(),
    groups: new Map(),
    importedUntil: undefined,
  };
}

/** A part by one dimension more, which nothing that was added up has a value of. */
export function seededPart(base: SpanPart, by: readonly Dimension[]): SpanPart {
  const part = startPart(base.span, by);
  part.total = sumsTogether([base.total]);
  part.importedUntil = base.importedUntil;
  for (const { kind, key, sums } of base.groups.values()) {
    let index = 0;
    const longer = by.map((dimension) => (base.by.includes(dimension) ? (key[index++] ?? null) : null));
    groupOf(part, kind, longer).sums = sumsTogether([sums]);
  }
  return part;
}

/** Adds a charge or a correction that counts on a day of the span; `pieces` are those of its entry. */
export function addEntry(part: SpanPart, placed: Placed, pieces: readonly Piece[] = piecesOf(placed.entry)): void {
  for (const piece of pieces) addPiece(part.total, piece, placed.entry);
  if (part.isByPiece) {
    for (const piece of pieces) addToGroups(part, [piece], placed);
  } else {
    addToGroups(part, pieces, placed);
  }
}

/** Adds what was imported for days of the span, if all of them are in it. */
export function addImported(part: SpanPart, imported: Imported, sums: Sums): void {
  const { from, to } = imported.days;
  const { span } = part;
  if (to < span.from || from > span.to) return;
  if (imported.until > (part.importedUntil ?? "")) part.importedUntil = imported.until;
  if (from < span.from || to > span.to) return;
  part.total = sumsTogether([part.total, sums]);
  const group = groupOf(part, "imported", keyOfImported(part.by, imported.month));
  group.sums = sumsTogether([group.sums, sums]);
}

/** Adds pieces of one entry that belong to the same groups. */
function addToGroups(part: SpanPart, pieces: readonly Piece[], placed: Placed): void {
  const [first] = pieces;
  if (first === undefined) return;
  for (const key of keysOf(part.readers, first, placed)) {
    const { sums } = groupOf(part, "group", key);
    for (const piece of pieces) addPiece(sums, piece, placed.entry);
  }
}

function keysOf(readers: readonly Reader[], piece: Piece, placed: Placed): Key[] {
  let keys: (string | null)[][] = [[]];
  for (const read of readers) {
    const value = read(piece, placed);
    if (value === null || typeof value === "string") for (const key of keys) key.push(value);
    else keys = keys.flatMap((key) => value.map((one) => [...key, one]));
  }
  return keys;
}

function groupOf({ groups }: SpanPart, kind: Group["kind"], key: Key): Group {
  let id: string = kind;
  // The lengths keep values apart, whatever they are.
  for (const value of key) id += value === null ? " -" : ` ${value.length}:${value}`;
  const known = groups.get(id);
  if (known !== undefined) return known;
  const group = { kind, key, sums: noSums() };
  groups.set(id, group);
  return group;
}

/** Whether an entry is one that adds to what was spent, apart from an import. */
export function isBooking({ kind }: Entry): boolean {
  return kind === "charge" || kind === "correction";
}
