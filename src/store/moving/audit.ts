import { readStateText } from "../../books/file/moved.ts";
import { startOrder, takePart, takeRest } from "../../books/ledger-order.ts";
import type { State } from "../../books/state.ts";
import { noteId, startIds } from "../../books/verify/repeated-ids.ts";
import { addToReplay, differencesIn, type Replay, startReplay } from "../../books/verify/replay.ts";
import type { LedgerHour } from "../../values/month.ts";
import type { Waiting } from "../waiting.ts";
import { patientRaw } from "./patient-raw.ts";
import type { RawBooks, RawStore } from "./raw-store.ts";

type Progress = (read: { readonly lines: number; readonly hour: LedgerHour } | null) => void;

/** What is wrong with books, computed again from their ledger, as short texts; nothing if they can't be read at all. */
export async function auditOf(
  place: RawStore,
  { waiting, progress }: { readonly waiting: Waiting; readonly progress: Progress },
): Promise<readonly string[]> {
  const raw = patientRaw(place, waiting);
  const books = await raw.read();
  const read = readStateText(books.state ?? "");
  if (read.kind !== "state") return [];
  const first = await replayed({ raw, books, state: read.state, progress });
  const { replay, problems } = first.replay.hasOtherZone
    ? await replayed({ raw, books, state: read.state, progress, zones: first.replay.zones })
    : first;
  const differences = differencesIn(replay).map(({ figure, found, expected }) => `${figure} ${found} → ${expected}`);
  return [...differences, ...problems];
}

type Asked = {
  readonly raw: RawStore;
  readonly books: RawBooks;
  readonly state: State;
  readonly progress: Progress;
  readonly zones?: Replay["zones"];
};

async function replayed({ raw, books, state, progress, zones }: Asked) {
  const waiting = startOrder();
  const ids = startIds(state.forgot_at);
  const problems: string[] = [];
  let replay = zones === undefined ? startReplay(state) : startReplay(state, zones);
  let lines = 0;
  const add = (placed: ReturnType<typeof takePart>) => {
    for (const one of placed) {
      replay = addToReplay(replay, one.entry);
      const problem = noteId(ids, one);
      if (problem !== undefined) problems.push(problem);
    }
    lines += placed.length;
  };
  try {
    for await (const part of raw.ledger(books)) {
      add(takePart(waiting, part, (place) => problems.push(`${place} isn't a ledger entry`)));
      progress({ lines, hour: part.hour });
    }
    add(takeRest(waiting));
  } finally {
    progress(null);
  }
  return { replay, problems };
}
