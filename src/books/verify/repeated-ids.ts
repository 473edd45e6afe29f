import { epochOf, type Instant } from "../../values/month.ts";
import { IDS_REMEMBERED_MS, IDS_SURELY_REMEMBERED_MS, MAX_BOOKED_IDS } from "../booked-ids.ts";
import type { PlacedEntry } from "../ledger-order.ts";

type Seen = { readonly line: string; readonly atMs: number; readonly index: number };

/** The ids of the latest entries: an id may be booked again once it is forgotten. */
export type LatestIds = {
  readonly rememberedMs: number;
  readonly seen: Map<string, Seen>;
  count: number;
  lastMs: number;
};

/** No ids yet. `forgotAt` is the state's `forgot_at`: books that had to forget ids may have booked one again. */
export function startIds(forgotAt?: Instant): LatestIds {
  const rememberedMs = forgotAt === undefined ? IDS_REMEMBERED_MS : IDS_SURELY_REMEMBERED_MS;
  return { rememberedMs, seen: new Map(), count: 0, lastMs: Number.NEGATIVE_INFINITY };
}

/**
 * Notes an entry's id, and says what is wrong if it appears twice but must not, or if its line was copied into the file
 * of another hour. Entries come in the order of booking; only as many ids are kept as the books remember.
 */
export function noteId(ids: LatestIds, { entry: { id, at }, line, place }: PlacedEntry): string | undefined {
  const atMs = epochOf(at);
  const index = ids.count;
  ids.count += 1;
  if (atMs < ids.lastMs) return `${place} was booked earlier than the lines of the files before it`;
  ids.lastMs = atMs;
  const before = ids.seen.get(id);
  // Deleted first, so that the map keeps its keys in the order of booking.
  ids.seen.delete(id);
  ids.seen.set(id, { line, atMs, index });
  forget(ids);
  if (before === undefined) return undefined;
  const isForgotten = atMs - before.atMs >= ids.rememberedMs || index - before.index > MAX_BOOKED_IDS;
  return !isForgotten || line === before.line ? `${place}: the id ${id} appears twice` : undefined;
}

function forget({ seen, count }: LatestIds): void {
  for (const [id, { index }] of seen) {
    if (count - index <= MAX_BOOKED_IDS + 1) return;
    seen.delete(id);
  }
}
